import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { lookAt, originFrom, originsOf, removeOrigin } from '../../wallet/src/payee-origins.ts';
import { signUpPayee } from '../../wallet/src/payee-sign-up.ts';
import { payeeByName } from '../../wallet/src/payees.ts';
import { lookAround } from '../../wallet/src/site-rounds.ts';
import { payeeUrl } from '../../src/protocol/index.ts';
import { issuer, newPerson, site as newsSite, testWallet, type TestWallet } from './support.ts';

const statement = '/.well-known/micropay-payee';
const maya = payeeUrl(issuer, 'maya');

let wallet: TestWallet;
let person: string;
let server: Server;
let site: string;
let files: Record<string, string>;
beforeEach(async () => {
  wallet = await testWallet();
  person = await newPerson(wallet);
  await signUpPayee(wallet.context, { owner: person, name: 'maya', display: 'Maya', open: false });
  files = {};
  server = createServer(({ url = '' }, response) => {
    response.writeHead(url in files ? 200 : 404).end(files[url]);
  });
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  site = `http://localhost:${(server.address() as AddressInfo).port}`;
});
afterEach(async () => {
  server.close();
  await wallet.close();
});

const look = (origin = site) => lookAt(wallet.context, { person, payee: 'maya', origin });
const sites = () => originsOf(wallet.context, 'maya');
const listed = async () => (await payeeByName(wallet.context, 'maya'))?.origins;

describe('what someone types is a site', () => {
  test.each([
    ['https://maya.example', 'https://maya.example'],
    ['maya.example', 'https://maya.example'],
    [' MAYA.example/drawings?x=1#top ', 'https://maya.example'],
    ['https://maya.example:8443/', 'https://maya.example:8443'],
    ['bücher.example', 'https://xn--bcher-kva.example'],
    ['http://localhost:5000', 'http://localhost:5000'],
  ])('%s is %s', (typed, origin) => expect(originFrom(wallet.context, typed)).toBe(origin));

  test.each([
    '',
    'http://maya.example',
    'ftp://maya.example',
    'javascript:alert(1)',
    'https://',
    'maya .example',
    'https://maya.example.',
    issuer,
    `${issuer}/~maya`,
    'x'.repeat(3_000),
  ])('%s is none', (typed) =>
    expect(() => originFrom(wallet.context, typed)).toThrow(
      expect.objectContaining({ code: 'malformed-request' }),
    ),
  );

  test('a wallet that serves people lists no site of its own machine', () => {
    const serving = { issuer: 'https://wallet.example', dev: false };
    for (const typed of ['localhost', 'http://localhost', 'https://127.0.0.1', 'https://[::1]'])
      expect(() => originFrom(serving, typed)).toThrow(
        expect.objectContaining({ code: 'malformed-request' }),
      );
  });
});

describe('a site is looked at', () => {
  // Red without: wallet/src/payee-origins.ts: way ?? null, → 'link',
  test('T6 one that says nothing is kept with what was found, and is not verified', async () => {
    expect(await look()).toEqual([
      { way: 'well-known', found: 'nothing' },
      { way: 'link', found: 'nothing' },
      { way: 'dns', found: 'not-asked' },
    ]);
    expect(await sites()).toMatchObject([
      { origin: site, verifiedBy: undefined, lookedAt: wallet.clock.now },
    ]);
    expect(await listed()).toEqual([]);
  });

  test('T6 one that names another payee is not this one’s', async () => {
    files['/'] = `<link rel="micropay-payee" href="${issuer}/~news">`;
    await look();
    expect(await sites()).toMatchObject([{ verifiedBy: undefined }]);
    expect(await listed()).toEqual([]);
  });

  test('one that says so counts at once, by each way', async () => {
    files['/'] = `<link rel="micropay-payee" href="${maya}">`;
    await look();
    expect(await sites()).toMatchObject([{ origin: site, verifiedBy: 'link' }]);
    files[statement] = JSON.stringify({ payees: [maya] });
    await look();
    expect(await sites()).toMatchObject([{ verifiedBy: 'well-known' }]);
    expect(await listed()).toEqual([{ origin: site, verified: true }]);
  });

  test('a name server’s word counts too', async () => {
    wallet.context.resolver = {
      lookup: () => Promise.reject(new Error('ENOTFOUND')),
      txt: async (name) => (name === '_micropay.maya.example' ? [[maya]] : []),
    };
    expect(await look('https://maya.example')).toEqual([
      { way: 'well-known', found: 'unreachable' },
      { way: 'link', found: 'unreachable' },
      { way: 'dns', found: 'yes' },
    ]);
    expect(await listed()).toEqual([{ origin: 'https://maya.example', verified: true }]);
  });

  test('one that says so no more counts no more', async () => {
    files['/'] = `<link rel="micropay-payee" href="${maya}">`;
    await look();
    files = {};
    await look();
    expect(await sites()).toMatchObject([{ origin: site, verifiedBy: undefined }]);
    expect(await listed()).toEqual([]);
  });

  describe('again by itself', () => {
    const day = 86_400;
    const pass = async (days: number) => {
      wallet.clock.now += days * day;
      await lookAround(wallet.context);
      return (await sites())[0];
    };
    beforeEach(async () => {
      files['/'] = `<link rel="micropay-payee" href="${maya}">`;
      await look();
    });

    test('after a day, and not before', async () => {
      const seen = wallet.clock.now;
      expect(await pass(0.9)).toMatchObject({ lookedAt: seen });
      expect(await pass(0.2)).toMatchObject({ verifiedBy: 'link', lookedAt: wallet.clock.now });
    });

    // Red without: wallet/src/site-rounds.ts: verified_by = case when verified_at < $3 and (verified_at < looked_at or $7) then $4 → verified_by = case when false then $4
    test('T6 a month without its word, and it counts no more; a day without costs nothing', async () => {
      await pass(29);
      files = {};
      expect(await pass(2)).toMatchObject({ verifiedBy: 'link', lookedAt: wallet.clock.now });
      expect(await listed()).toEqual([{ origin: site, verified: true }]);
      await pass(28);
      expect(await pass(2)).toMatchObject({ verifiedBy: undefined });
      expect(await listed()).toEqual([]);
    });

    // Red without: wallet/src/site-rounds.ts: verified_by = case when verified_at < $3 and (verified_at < looked_at or $7) then $4 → verified_by = case when verified_at < $3 then $4
    test('T6 what nobody looked at for a month isn’t given up by one look that fails', async () => {
      files = {};
      expect(await pass(40)).toMatchObject({ verifiedBy: 'link', lookedAt: wallet.clock.now });
      expect(await pass(1.1)).toMatchObject({ verifiedBy: undefined });
    });

    // Red without: wallet/src/site-rounds.ts: const denies = report.some(({ way: one, found }) => one === verified_by && found === 'other'); → const denies = false;
    test('T6 names another payee where it named this one, and counts no more at once', async () => {
      files = { '/': `<link rel="micropay-payee" href="${issuer}/~news">` };
      expect(await pass(2)).toMatchObject({ verifiedBy: undefined });
      expect(await listed()).toEqual([]);
    });

    test('says so in another way by then, and goes on counting', async () => {
      files = { [statement]: JSON.stringify({ payees: [maya] }) };
      expect(await pass(40)).toMatchObject({ verifiedBy: 'well-known' });
    });

    test('what is not verified, or listed by the operator, is not looked at', async () => {
      files = {};
      await look();
      const seen = wallet.clock.now;
      expect(await pass(2)).toMatchObject({ lookedAt: seen });
      await pass(40);
      expect((await payeeByName(wallet.context, 'news'))?.origins).toEqual([
        { origin: newsSite, verified: true },
      ]);
    });
  });

  test('and removed', async () => {
    await look();
    await removeOrigin(wallet.context, { payee: 'news', origin: site });
    expect(await sites()).toHaveLength(1);
    await removeOrigin(wallet.context, { payee: 'maya', origin: site });
    expect(await sites()).toEqual([]);
  });

  test('so often in an hour, and no site is asked after that', async () => {
    let asked = 0;
    server.on('request', () => (asked += 1));
    for (let i = 0; i < 30; i++) await look();
    await expect(look()).rejects.toMatchObject({ code: 'rate-limited' });
    expect(asked).toBe(60);
  });

  test('fifty sites are kept and no more', async () => {
    await wallet.context.store.write(async (tx) => {
      for (let i = 0; i < 50; i++)
        await tx.run(
          `insert into payee_origins (payee, origin) values ('maya', $1)`,
          `https://s${i}.example`,
        );
    });
    await expect(look()).rejects.toMatchObject({ code: 'malformed-request' });
    expect(await sites()).toHaveLength(50);
    wallet.clock.now += 3_600;
    await look('https://s7.example');
  });
});

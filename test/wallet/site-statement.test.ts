import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, test } from 'vitest';
import { isPublicAddress } from '../../wallet/src/public-address.ts';
import type { Surroundings } from '../../wallet/src/site-visit.ts';
import { reportOf, statementOf } from '../../wallet/src/site-statement.ts';

const payee = 'https://wallet.example/~news';
const servers: Server[] = [];
afterEach(() => {
  for (const server of servers.splice(0)) {
    server.closeAllConnections();
    server.close();
  }
});

/** A site of this machine, which only `--dev` may ask. */
async function siteOf(answer: RequestListener): Promise<string> {
  const server = createServer(answer);
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

const pages =
  (answers: Record<string, string>): RequestListener =>
  ({ url = '' }, response) => {
    const body = answers[url];
    response.writeHead(body === undefined ? 404 : 200).end(body);
  };

const statement = '/.well-known/micropay-payee';
const linkTo = (to: string) => `<link rel=micropay-payee href=${to}>`;
const noNames = () => Promise.reject(new Error('ENOTFOUND'));
const resolver = { lookup: noNames, txt: noNames };
const dev = { dev: true, resolver };
const unverified = { code: 'origin-unverified', status: 400, moneyMoved: 'no' };

describe('a site says itself who is paid for it', () => {
  test('in its statement', async () => {
    const origin = await siteOf(
      pages({ [statement]: JSON.stringify({ payees: [payee], jwks: {} }) }),
    );
    expect(await statementOf(origin, payee, dev)).toBe('well-known');
  });

  test.each([
    `<link rel="micropay-payee" href="${payee}">`,
    `<LINK href='${payee}' rel=micropay-payee />`,
    `<meta content="a > b"><script>if (a<b) c()</script><!-- <p --><link rel="micropay-payee" href="${payee}">`,
  ])('in its start page: %s', async (link) => {
    const origin = await siteOf(pages({ '/': `<!doctype html><title>News</title>${link}` }));
    expect(await statementOf(origin, payee, dev)).toBe('link');
  });
});

describe('a site that does not say so is not verified', () => {
  test.each<[string, Record<string, string>]>([
    ['nothing', {}],
    ['another payee', { [statement]: '{"payees":["https://wallet.example/~other"]}' }],
    ['a longer name', { [statement]: `{"payees":["${payee}s"]}` }],
    ['no list', { [statement]: `{"payees":"${payee}"}` }],
    ['no JSON', { [statement]: payee }],
    ['a key twice', { [statement]: `{"payees":[],"payees":["${payee}"]}` }],
    ['only text', { '/': `<p>${payee}</p>` }],
    ['another link', { '/': `<link rel="canonical" href="${payee}">` }],
    ['too late', { '/': `${' '.repeat(70_000)}<link rel="micropay-payee" href="${payee}">` }],
    // What a site shows of its readers' words says nothing for the site.
    ['a link in an attribute', { '/': `<img alt="${linkTo(payee)}">` }],
    ['a link in an attribute that doesn’t end', { '/': `<img alt="${linkTo(payee)}` }],
    ['a link in a comment', { '/': `<!-- ${linkTo(payee)} -->` }],
    ['a link in a script', { '/': `<script>const said = '${linkTo(payee)}';</script>` }],
    ['a link in a field', { '/': `<textarea>${linkTo(payee)}</textarea>` }],
    ['a link in the title', { '/': `<TITLE>${linkTo(payee)}</TITLE>` }],
    [
      'another link with such words',
      { '/': `<link title=" rel=micropay-payee href=${payee} " rel="alternate" href="/feed">` },
    ],
  ])('%s', async (_what, answers) => {
    const asked = statementOf(await siteOf(pages(answers)), payee, dev);
    await expect(asked).rejects.toMatchObject(unverified);
  });

  test.each([
    ['tags', '<a '],
    ['quotes', '<a b="'],
    ['comments', '<!--'],
    ['scripts', '<script '],
    ['names', `<link ${' a'.repeat(9)}`],
    ['spaces', `<link a${' '.repeat(99)}`],
  ])('64 KB of %s that don’t end are read in no time', async (_what, text) => {
    const origin = await siteOf(pages({ '/': text.repeat(70_000 / text.length) }));
    // What this thread worked, not what the clock says: a busy machine is no failure.
    const before = process.threadCpuUsage();
    await expect(statementOf(origin, payee, dev)).rejects.toMatchObject(unverified);
    const { user } = process.threadCpuUsage(before);
    expect(user).toBeLessThan(1_000_000);
  });

  test('a redirect is not followed', async () => {
    const good = await siteOf(pages({ [statement]: JSON.stringify({ payees: [payee] }) }));
    const origin = await siteOf(({ url }, response) =>
      response.writeHead(302, { location: `${good}${url}` }).end(),
    );
    await expect(statementOf(origin, payee, dev)).rejects.toMatchObject(unverified);
  });

  test('an endless body is left after 64 KB', async () => {
    let sent = 0;
    const origin = await siteOf((_request, response) => {
      const more = () => {
        sent += 1;
        if (!response.destroyed) response.write(Buffer.alloc(16_384, 32), () => setImmediate(more));
      };
      more();
    });
    await expect(statementOf(origin, payee, dev)).rejects.toMatchObject(unverified);
    expect(sent).toBeLessThan(1_000);
  });

  test.each<[string, RequestListener]>([
    ['an answer that never comes', () => {}],
    ['a body of one byte', (_request, response) => void response.writeHead(200).write('{')],
  ])('%s is waited for a bounded time', async (_what, answer) => {
    const asked = statementOf(await siteOf(answer), payee, { ...dev, timeoutMs: 50 });
    await expect(asked).rejects.toMatchObject(unverified);
  });

  test('a name server that never answers is waited for a bounded time', async () => {
    const lookup = () => new Promise<never>(() => {});
    const slow = { lookup, txt: lookup };
    const asked = statementOf('https://news.example', payee, {
      dev: false,
      resolver: slow,
      timeoutMs: 50,
    });
    await expect(asked).rejects.toMatchObject(unverified);
  });
});

// Red without: wallet/src/site-visit.ts: if (!local) assertPublic(addresses);
test('T25 only public addresses are called', async () => {
  let calls = 0;
  const origin = await siteOf((_request, response) => {
    calls += 1;
    response.end(JSON.stringify({ payees: [payee] }));
  });
  const { port } = new URL(origin);
  // Plain http on a port of ours answers no TLS, but it sees the connection.
  servers.at(-1)?.on('connection', () => (calls += 1));
  const hosts = [
    ['127.0.0.1'],
    ['::1'],
    ['169.254.169.254'],
    ['10.0.0.1', '93.184.216.34'],
    ['93.184.216.34', '127.0.0.1'],
  ];
  for (const addresses of hosts) {
    let asked = 0;
    const lookup = async () => {
      asked += 1;
      return addresses.map((address) => ({ address, family: address.includes(':') ? 6 : 4 }));
    };
    const surroundings = { dev: false, resolver: { ...resolver, lookup }, timeoutMs: 200 };
    const verdict = statementOf(`https://news.example:${port}`, payee, surroundings);
    await expect(verdict).rejects.toMatchObject(unverified);
    expect(asked).toBe(1);
  }
  expect(calls).toBe(0);
});

// Red without: wallet/src/site-visit.ts: if (protocol !== 'https:' && !local) throw new Problem('origin-unverified');
describe('T25 75: a wallet that serves people asks https sites only, and no machine of its own', () => {
  test.each([
    ['http://news.example', 0],
    ['http://localhost', 0],
    ['http://169.254.169.254', 0],
    ['https://2130706433', 0],
    ['https://0x7f.1', 0],
    ['https://news.example/path', 0],
    ['https://user@news.example', 0],
    ['ftp://news.example', 0],
    ['https://169.254.169.254', 1],
    ['https://[::1]', 1],
    ['https://localhost', 1],
  ])('%s, after %i look-ups of its name', async (origin, expected) => {
    let lookups = 0;
    const lookup = async () => {
      lookups += 1;
      return [{ address: '127.0.0.1', family: 4 }];
    };
    const asked = statementOf(origin, payee, {
      dev: false,
      resolver: { ...resolver, lookup },
      timeoutMs: 200,
    });
    await expect(asked).rejects.toMatchObject(unverified);
    expect(lookups).toBe(expected);
  });
});

describe('beside the name of the site', () => {
  const site = 'https://www.news.example';
  const said = (records: string[][] | Error, asked: string[] = []) => ({
    dev: false,
    resolver: {
      lookup: noNames,
      txt: async (name: string) => {
        asked.push(name);
        if (records instanceof Error) throw records;
        return records;
      },
    },
  });

  test('a TXT record says who is paid, whole or in parts, beside others', async () => {
    const asked: string[] = [];
    const records = [['v=spf1 -all'], [payee.slice(0, 9), payee.slice(9)]];
    expect(await statementOf(site, payee, said(records, asked))).toBe('dns');
    expect(asked).toEqual(['_micropay.www.news.example']);
  });

  test.each<[string, string[][] | Error]>([
    ['no name', new Error('ENOTFOUND')],
    ['no record', []],
    ['another payee', [['https://wallet.example/~other']]],
    ['a longer name', [[`${payee}s`]]],
    ['the payee among words', [[`payee=${payee}`]]],
    ['the payee after fifty others', [...Array.from({ length: 50 }, () => ['x']), [payee]]],
  ])('%s is no statement', async (_what, records) => {
    await expect(statementOf(site, payee, said(records))).rejects.toMatchObject(unverified);
  });

  test.each([
    'https://www.news.example:8443',
    'https://93.184.216.34',
    'https://[2606:4700::1]',
    'https://localhost',
  ])('a name server’s word says nothing of %s, and isn’t asked for', async (origin) => {
    const asked: string[] = [];
    await expect(statementOf(origin, payee, said([[payee]], asked))).rejects.toMatchObject(
      unverified,
    );
    expect(asked).toEqual([]);
  });
});

describe('a report says what was found in each way', () => {
  const found = async (origin: string, surroundings: Surroundings = dev) =>
    (await reportOf(origin, payee, surroundings)).map(({ way, found: it }) => `${way}: ${it}`);

  test('there, missing, or somebody else’s', async () => {
    const other = JSON.stringify({ payees: ['https://wallet.example/~other'] });
    const link = `<link rel="micropay-payee" href="${payee}">`;
    const origin = await siteOf(pages({ [statement]: other, '/': link }));
    expect(await found(origin)).toEqual(['well-known: other', 'link: yes', 'dns: not-asked']);
    expect(await found(await siteOf(pages({ '/': '<p>Hello</p>' })))).toEqual([
      'well-known: nothing',
      'link: nothing',
      'dns: not-asked',
    ]);
  });

  test('a way elsewhere is told, and not gone', async () => {
    const origin = await siteOf((_request, response) =>
      response.writeHead(301, { location: 'https://www.news.example/' }).end(),
    );
    expect(await found(origin)).toEqual(['well-known: moved', 'link: moved', 'dns: not-asked']);
  });

  test('an inner address, a dead one and a silent one look the same', async () => {
    const silent = { ...dev, timeoutMs: 50 };
    const inner = {
      dev: false,
      resolver: { ...resolver, lookup: async () => [{ address: '10.0.0.1', family: 4 }] },
    };
    const unreachable = ['well-known: unreachable', 'link: unreachable'];
    expect((await found('https://intranet.example', inner)).slice(0, 2)).toEqual(unreachable);
    expect((await found('https://nowhere.example', { ...dev, dev: false })).slice(0, 2)).toEqual(
      unreachable,
    );
    expect((await found(await siteOf(() => {}), silent)).slice(0, 2)).toEqual(unreachable);
  });
});

describe('an address is public or not', () => {
  test.each([
    ['93.184.216.34', true],
    ['172.15.255.255', true],
    ['172.16.0.1', false],
    ['192.168.1.1', false],
    ['100.64.0.1', false],
    ['0.0.0.0', false],
    ['255.255.255.255', false],
    ['224.0.0.1', false],
    ['2606:4700::1', true],
    ['::1', false],
    ['::', false],
    ['fe80::1', false],
    ['fd00::1', false],
    ['::ffff:127.0.0.1', false],
    ['::ffff:93.184.216.34', false],
    ['64:ff9b::7f00:1', false],
    ['2002:7f00:1::', false],
    ['2001:db8::1', false],
    ['localhost', false],
  ])('%s: %s', (address, answer) => expect(isPublicAddress(address)).toBe(answer));
});

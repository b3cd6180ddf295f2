import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import * as v from 'valibot';
import { discoverySchema, jwksSchema } from '../../src/protocol/index.ts';
import { addressKey, clientAddress } from '../../wallet/src/app/address.ts';
import { startWallet, type RunningWallet, type ServeOptions } from '../../wallet/src/server.ts';
import {
  connected,
  connectRequest,
  contents,
  intentFor,
  issuer,
  newPage,
  newPerson,
  pay,
  send,
  site,
  testWallet,
  type TestWallet,
} from './support.ts';

let wallet: TestWallet;
beforeEach(async () => {
  wallet = await testWallet();
});
afterEach(() => wallet.close());

const get = (path: string, headers: Record<string, string> = {}) =>
  wallet.app.request(issuer + path, { headers });

describe('anyone may read', () => {
  test('what the wallet is, with its time', async () => {
    const response = await get('/.well-known/micropay');
    const discovery = v.parse(discoverySchema, await response.json());
    expect(discovery).toMatchObject({ issuer, env: 'test', now: wallet.clock.now });
    expect(response.headers.get('access-control-allow-origin')).toBe('*');
    expect(response.headers.get('cache-control')).toBe('public, max-age=3600');
  });

  test('its keys, one for grants and one for receipts', async () => {
    const { keys } = v.parse(jwksSchema, await (await get('/.well-known/jwks.json')).json());
    const { grants, receipts } = wallet.context.keys;
    expect(keys.map(({ kid }) => kid)).toEqual([grants.kid, receipts.kid]);
    expect(JSON.stringify(keys)).not.toContain('"d"');
  });

  test('the wallet address of a payee', async () => {
    const json = { accept: 'application/json' };
    expect(await (await get('/~news', json)).json()).toEqual({
      id: `${issuer}/~news`,
      publicName: 'Example News',
      assetCode: 'USD',
      assetScale: 6,
      authServer: `${issuer}/connect`,
      resourceServer: issuer,
    });
    const missing = await get('/~nobody', json);
    expect([missing.status, await missing.json()]).toMatchObject([404, { code: 'payee-unknown' }]);
  });
});

describe('a page may read the answers to its own calls', () => {
  test.each([
    '/connect',
    '/connect/continue',
    '/pay',
    '/sessions',
    '/sessions/ses_12345678/topup',
    '/sessions/ses_12345678/undo',
  ])('%s', async (path) => {
    const ask = { method: 'OPTIONS', headers: { origin: site } };
    const preflight = await wallet.app.request(issuer + path, ask);
    expect(preflight.status).toBe(204);
    const { headers } = await send(wallet, path, { body: '{}', origin: site });
    for (const answer of [preflight.headers, headers]) {
      expect(answer.get('access-control-allow-origin')).toBe(site);
      expect(answer.get('access-control-allow-credentials')).toBeNull();
      expect(answer.get('vary')).toBe('Origin');
    }
    expect(preflight.headers.get('access-control-allow-headers')).toBe(
      'content-type, authorization',
    );
    expect(preflight.headers.get('access-control-max-age')).toBe('7200');
    expect(headers.get('access-control-expose-headers')).toContain('Date');
    expect(headers.get('cache-control')).toBe('no-store');
  });

  test('each answer says what time it is at the wallet', async () => {
    wallet.clock.now += 12_345;
    const { headers } = await send(wallet, '/pay', { body: '', origin: site });
    expect(Date.parse(headers.get('date') ?? '') / 1000).toBe(wallet.clock.now);
  });

  test.each(['/connect', '/pay'])('GET %s is not a call', async (path) => {
    const response = await get(path);
    expect([response.status, await response.json()]).toMatchObject([
      405,
      { code: 'method-not-allowed' },
    ]);
  });
});

describe('a body is refused before it is believed', () => {
  test.each([
    ['another media type', '{}', 'text/html', 415],
    ['no media type', '{}', '', 415],
    ['not JSON', 'hello', 'application/json', 400],
  ])('%s', async (_what, body, type, status) => {
    const before = await contents(wallet);
    const answer = await send(wallet, '/connect', { body, type, origin: site });
    expect(answer.status).toBe(status);
    expect(answer.json).toMatchObject({ moneyMoved: 'no' });
    expect(answer.text).not.toContain(body.slice(0, 12));
    expect(await contents(wallet)).toEqual(before);
  });

  test('a body of unknown length is counted while it comes', async () => {
    let sent = 0;
    const stream = new ReadableStream<Uint8Array>({
      pull: (controller) => {
        sent += 1_000;
        controller.enqueue(new Uint8Array(1_000));
      },
    });
    const headers = { origin: site, 'content-type': 'application/json' };
    const init = { method: 'POST', headers, body: stream, duplex: 'half' as const };
    const response = await wallet.app.request(new Request(`${issuer}/connect`, init));
    expect(response.status).toBe(413);
    expect(sent).toBeLessThan(25_000);
  });
});

describe('too many requests are told when to come again', () => {
  test('10 questions a minute from one address', async () => {
    const peer = '198.51.100.7';
    const askOnce = async (from: string) => {
      const body = JSON.stringify(connectRequest(await newPage(wallet)));
      return send(wallet, '/connect', { body, origin: site, peer: from });
    };
    for (let i = 0; i < 10; i += 1) expect((await askOnce(peer)).status).toBe(200);
    const { status, json, headers } = await askOnce(peer);
    expect([status, json]).toMatchObject([429, { code: 'rate-limited', moneyMoved: 'no' }]);
    expect(headers.get('retry-after')).toBe('6');
    expect((await askOnce('198.51.100.8')).status).toBe(200);
    wallet.clock.now += 6;
    expect((await askOnce(peer)).status).toBe(200);
  });

  test('and keys that are costly to look at are counted before they are looked at', async () => {
    const weak = { kty: 'OKP', crv: 'Ed25519', x: 'A'.repeat(43) };
    const askOnce = async () => {
      const body = JSON.stringify({
        ...connectRequest(await newPage(wallet)),
        client: { jwk: weak },
      });
      return (await send(wallet, '/connect', { body, origin: site, peer: '198.51.100.9' })).status;
    };
    for (let i = 0; i < 10; i += 1) expect(await askOnce()).toBe(400);
    expect(await askOnce()).toBe(429);
  });

  test('60 new payments a minute under one grant; what is asked again costs nothing', async () => {
    const reader = await connected(wallet, await newPerson(wallet));
    const charge = {
      charge: { ...(reader.page.charge ?? fail()), amount: '1', currency: 'usd-micro' },
    };
    const first = await pay(wallet, reader, { cid: 'chal_one', ...charge });
    for (let i = 0; i < 59; i += 1) expect((await pay(wallet, reader, charge)).status).toBe(200);
    const before = await contents(wallet);
    expect((await pay(wallet, reader, charge)).json).toMatchObject({ code: 'rate-limited' });
    expect(await contents(wallet)).toEqual(before);
    expect((await pay(wallet, reader, { cid: 'chal_one', ...charge })).text).toBe(first.text);
  });
});

const fail = (): never => {
  throw new Error('There is no charge.');
};

describe('an address counts', () => {
  test.each([
    ['192.0.2.1', '192.0.2.1'],
    ['::ffff:192.0.2.1', '192.0.2.1'],
    ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2'],
    ['2001:db8:1:2::1', '2001:db8:1:2'],
    ['2001:0DB8:0001:0002::', '2001:db8:1:2'],
    ['::1', '0:0:0:0'],
    ['fe80::1%eth0', 'fe80:0:0:0'],
    ['nonsense', 'unknown'],
    ['', 'unknown'],
  ])('%s as %s', (address, key) => expect(addressKey(address)).toBe(key));

  test('as the proxy says it, and only the named proxy', () => {
    const request = new Request(issuer, { headers: { 'x-forwarded-for': '9.9.9.9, 192.0.2.1' } });
    const from = (peer: string, proxy?: string) => {
      const env = { incoming: { socket: { remoteAddress: peer } } };
      return clientAddress({ proxy }, request, env as Parameters<typeof clientAddress>[2]);
    };
    expect(from('10.0.0.1', '10.0.0.1')).toBe('192.0.2.1');
    expect(from('10.0.0.2', '10.0.0.1')).toBe('10.0.0.2');
    expect(from('10.0.0.1')).toBe('10.0.0.1');
    expect(from('::ffff:10.0.0.1', '10.0.0.1')).toBe('192.0.2.1');
    expect(from('2001:db8::1', '2001:db8:0::0:1')).toBe('192.0.2.1');
    // A neighbour in the proxy's network is not the proxy.
    expect(from('2001:db8::2', '2001:db8::1')).toBe('2001:db8:0:0');
    expect(from('', '10.0.0.1')).toBe('unknown');
  });
});

test('what nobody foresaw is said without a word of it, and logged without its text', async () => {
  const secret = await intentFor(wallet, await newPage(wallet), 'gnt_12345678');
  wallet.context.store.read = () => Promise.reject(new TypeError(secret));
  const { status, text } = await send(wallet, '/pay', {
    body: secret,
    origin: site,
    type: 'text/plain',
  });
  expect([status, JSON.parse(text)]).toMatchObject([
    500,
    { code: 'internal-error', moneyMoved: 'unknown' },
  ]);
  expect(text).not.toContain(secret.slice(0, 20));
  expect(wallet.logged).toEqual(['{"event":"failed","error":"TypeError"}']);
});

describe('a wallet does not start', () => {
  const data = mkdtempSync(join(tmpdir(), 'micro-pay-wallet-'));
  afterAll(() => rmSync(data, { recursive: true }));
  const served = { issuer: 'https://wallet.example', proxy: '127.0.0.1' };
  test.each<[string, Partial<ServeOptions>, RegExp]>([
    ['on plain http, and no proxy is named', { ...served, proxy: undefined }, /name the proxy/],
    ['behind a proxy that is a name', { ...served, proxy: 'proxy.example' }, /IP address/],
    ['without a name of its own', { proxy: '127.0.0.1' }, /name the proxy/],
    ['for development, in front of others', { ...served, dev: true }, /only this machine/],
    ['by http on another machine', { dev: true, issuer: 'http://wallet.example' }, /origin/],
  ])('%s', async (_when, options, reason) => {
    await expect(startWallet({ data, ...options })).rejects.toThrow(reason);
  });
});

describe('on a socket', () => {
  let running: RunningWallet;
  let data: string;
  beforeAll(async () => {
    data = mkdtempSync(join(tmpdir(), 'micro-pay-wallet-'));
    running = await startWallet({ data, dev: true });
  });
  afterAll(async () => {
    await running.close();
    rmSync(data, { recursive: true });
  });

  test('the wallet’s name is its address', async () => {
    const response = await fetch(`${running.url}/.well-known/micropay`);
    expect(await response.json()).toMatchObject({ issuer: running.url });
  });
});

/** Every address of a wallet, by every method, and every address that only looks like one. */
import { connect } from 'node:net';
import { rmSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createApp } from '../../wallet/src/app/app.ts';
import { startWallet } from '../../wallet/src/server.ts';
import { contents, issuer, surroundings } from '../wallet/support.ts';
import { liveWallet, type LiveWallet } from './live-wallet.ts';
import { answerOn, exchange, requestBytes } from './wire.ts';

let wallet: LiveWallet;
beforeAll(async () => {
  wallet = await liveWallet();
});
afterAll(() => wallet.close());

/** A request with nothing to say, over the socket. */
const call = (method: string, path: string, headers: Record<string, string> = {}) =>
  exchange(wallet.port, requestBytes({ method, path, headers }));

/** Addresses as they could be called, parameters filled in. */
const addresses = (): string[] => {
  const paths = createApp(wallet.context)
    .routes.map(({ path }) => path.replace(/\/:address\{.*?\}(?=\/|$)/, '/~news'))
    .filter((path) => !path.includes('*'))
    .map((path) => path.replace(/:\w+(\{.*?\})?/g, 'something'))
    // It waits for a question that nobody asks.
    .filter((path) => path !== '/connect/start');
  return [...new Set(paths)];
};

test('the walk knows the wallet’s addresses', () => {
  expect(addresses()).toEqual(
    expect.arrayContaining(['/', '/pay', '/connect', '/~news', '/sessions', '/settlements']),
  );
  expect(addresses().length).toBeGreaterThan(12);
});

describe('whatever the address', () => {
  test.each(['PUT', 'DELETE', 'PATCH', 'TRACE', 'PROPFIND'])(
    '%s is no method here',
    async (method) => {
      const before = await contents(wallet);
      for (const path of addresses()) {
        const { status, text, headers } = await call(method, path);
        expect([path, status]).toEqual([path, 405]);
        expect(JSON.parse(text)).toMatchObject({ code: 'method-not-allowed', moneyMoved: 'no' });
        expect(headers.get('allow')).toBe('GET, HEAD, POST, OPTIONS');
      }
      expect(await contents(wallet)).toEqual(before);
    },
  );

  test('a method no server knows is no HTTP', async () => {
    for (const path of addresses()) expect((await call('STEAL', path)).status).toBe(400);
  });

  test('HEAD is GET without a body', async () => {
    for (const path of addresses()) {
      const [head, get] = [await call('HEAD', path), await call('GET', path)];
      expect([path, head.status, head.text]).toEqual([path, get.status, '']);
    }
  });

  test('OPTIONS says nothing but what pages may call, and changes nothing', async () => {
    const before = await contents(wallet);
    for (const path of addresses()) {
      const { headers } = await call('OPTIONS', path, { origin: 'https://evil.example' });
      const posts =
        /^\/(connect|connect\/continue|owned|pay|sessions|sessions\/\w+\/(topup|undo))$/;
      const reads = /^\/(grants\/\w+|sessions\/\w+\/statement)$/;
      const forPages = posts.test(path) ? 'POST' : reads.test(path) ? 'GET' : null;
      const told = headers.get('access-control-allow-methods');
      expect([path, told]).toEqual([path, forPages]);
      expect(headers.get('access-control-allow-credentials')).toBeNull();
    }
    expect(await contents(wallet)).toEqual(before);
  });

  test('no answer to a stranger may be kept by a shared cache, but what is public', async () => {
    const shared = ['/.well-known/micropay', '/.well-known/jwks.json', '/~news'];
    for (const path of addresses().filter((address) => !shared.includes(address)))
      for (const method of ['GET', 'POST']) {
        const { headers } = await call(method, path, { origin: 'https://evil.example' });
        expect([path, method, headers.get('cache-control')]).toEqual([path, method, 'no-store']);
      }
    const asJson = await call('GET', '/~news', { accept: 'application/json' });
    expect(asJson.headers.get('vary')).toContain('Accept');
    const asPage = await call('GET', '/~news', { accept: 'text/html' });
    expect(asPage.headers.get('cache-control')).toBe('no-store');
  });
});

describe('an address that only looks like one', () => {
  const paths: [path: string, status: number][] = [
    ['/~news/../', 200],
    ['/~news/%2e%2e/', 200],
    ['/~news/..%2f', 404],
    ['/~news%2f', 404],
    ['/~news%00', 404],
    ['/~NEWS', 404],
    ['/~news/', 404],
    ['/%7enews/%2e', 404],
    ['//evil.example/~news', 404],
    ['//evil.example', 404],
    ['/.well-known/../../etc/passwd', 404],
    ['/assets/..%2f..%2fkeys.json/x', 404],
    ['/assets/x/..%2f..%2fwallet.sqlite', 404],
    ['/assets/../keys.json', 404],
    ['/pay/', 404],
    ['/pay;x=1', 404],
    ['/connect/continue/', 404],
    ['/receipts/%2e%2e%2fkeys', 401],
    [`/${'a'.repeat(8_000)}`, 404],
  ];
  test.each(paths)('%s', async (path, status) => {
    const { status: got, headers, text } = await call('GET', path);
    expect(got).toBe(status);
    expect(headers.get('location') ?? '').not.toContain('evil');
    expect(text).not.toContain('"d":');
    if (status === 404) expect(text).not.toContain('evil');
  });

  test.each([
    ['a backslash', 'GET /~news\\..\\keys.json HTTP/1.1\r\nHost: a'],
    ['a bare word', 'GET keys.json HTTP/1.1\r\nHost: a'],
    ['two slashes as a host, backwards', 'GET /\\evil.example HTTP/1.1\r\nHost: a'],
    ['a scheme of its own', 'GET file:///etc/passwd HTTP/1.1\r\nHost: a'],
  ])('%s is refused before it is looked for', async (_what, head) => {
    const sent = Buffer.from(`${head}\r\nConnection: close\r\n\r\n`);
    const { status, text } = await exchange(wallet.port, sent);
    expect(status).toBe(400);
    expect(JSON.parse(text)).toMatchObject({ code: 'malformed-request', moneyMoved: 'no' });
  });

  test('another Host is believed in nothing', async () => {
    const { text } = await call('GET', '/.well-known/micropay', { host: 'evil.example' });
    expect(JSON.parse(text)).toMatchObject({ issuer });
    expect(text).not.toContain('evil');
  });
});

describe('a line that takes its time', () => {
  const slow = { headersTimeout: 40, requestTimeout: 80, connectionsCheckingInterval: 10 };
  test.each([
    ['in its headers', 'POST /pay HTTP/1.1\r\nHost: a\r\nX: '],
    [
      'in its body',
      'POST /pay HTTP/1.1\r\nHost: a\r\nOrigin: https://news.example\r\nContent-Type: text/plain\r\nContent-Length: 9\r\n\r\na',
    ],
  ])('%s is closed by the wallet', async (_where, start) => {
    const { options, kept } = surroundings();
    const running = await startWallet({ ...options, bounds: slow });
    const socket = connect(running.port, '127.0.0.1', () => socket.write(start));
    const { status, raw } = await answerOn(socket);
    expect(status === 400 || raw === '').toBe(true);
    await running.close();
    rmSync(kept.data, { recursive: true });
  });
});

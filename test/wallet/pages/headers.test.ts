import { afterAll, beforeAll, expect, test } from 'vitest';
import { testWallet, type TestWallet } from '../support.ts';
import { Browser } from './browser.ts';

let wallet: TestWallet;
let browser: Browser;
beforeAll(async () => {
  wallet = await testWallet();
  browser = await Browser.open(wallet);
  await browser.signUp();
});
afterAll(() => wallet.close());

/** For programs and pages of others: these say their own rules of caching and reading. */
const machines =
  /^\/(connect|connect\/continue|grants.*|pay|sessions.*|settlements|items.*|owned|receipts\/exchange|\.well-known\/.*|assets\/.*|:file.*)$/;

const required: Record<string, RegExp> = {
  // One page shows the element, which makes a policy for itself: payee-pages.test.ts.
  'content-security-policy':
    /^default-src 'none'; script-src 'self'; .*frame-ancestors 'none'; base-uri 'none'; require-trusted-types-for 'script'; trusted-types ('none'|lit-html)$/,
  'x-frame-options': /^DENY$/,
  'x-content-type-options': /^nosniff$/,
  'referrer-policy': /^no-referrer$/,
  'permissions-policy': /publickey-credentials-get=\(self\)/,
  'cache-control': /^no-store$/,
};

/** Every route the app knows, with something in place of its parameters. */
const routes = () =>
  wallet.app.routes
    .filter(({ method, path }) => method !== 'ALL' && !machines.test(path))
    .map(({ method, path }) => ({
      method,
      path: path.replace(/:address\{[^/]*\}/, '~news').replace(/:\w+/g, 'pay_12345678'),
    }));

// Red without: wallet/src/pages/routes.ts: routes.use(interactive);
test('T7 no page of the wallet can be framed, signed in or out, found or not', async () => {
  const visited = [
    ...new Map(routes().map((route) => [`${route.method} ${route.path}`, route])).values(),
  ];
  expect(visited.length).toBeGreaterThan(15);
  const stranger = await Browser.open(wallet);
  for (const { method, path } of [...visited, { method: 'GET', path: '/nothing-here' }])
    for (const visitor of [stranger, browser])
      for (const accept of ['text/html', 'application/json']) {
        const isWait = path === '/connect/start';
        const address = isWait ? `${path}?n=short` : path;
        const answer = await (method === 'GET'
          ? visitor.get(address, { accept })
          : visitor.post(address, {}, { accept }));
        // Programs find the wallet address under the payee's page, to be read from anywhere.
        if (method === 'GET' && path === '/~news' && accept !== 'text/html') continue;
        for (const [name, value] of Object.entries(required))
          expect(answer.headers.get(name), `${method} ${path} ${name}`).toMatch(value);
      }
});

test('a page that was opened as a window can answer its opener', async () => {
  const { headers } = await browser.get('/');
  expect(headers.get('cross-origin-opener-policy')).toBeNull();
});

test('no page lets others read it', async () => {
  for (const path of ['/', '/details', '/~news', '/connect/start?n=short']) {
    const { headers } = await browser.get(path, { origin: 'https://evil.example' });
    expect(headers.get('access-control-allow-origin'), path).toBeNull();
  }
});

test('nothing of a page comes from elsewhere, and no script or style stands in it', async () => {
  for (const path of ['/', '/~news?amount=0.02', '/nothing-here']) {
    const { text } = await browser.get(path);
    expect(text.match(/(?:src|href)="(?!\/)[^"]*"/g), path).toBeNull();
    expect(text, path).not.toMatch(/<style|style="|<script>| on\w+="/);
    expect(Buffer.byteLength(text), path).toBeLessThan(14_000);
  }
});

test('each page says that it is play money', async () => {
  const stranger = await Browser.open(wallet);
  for (const visitor of [stranger, browser])
    for (const path of [
      '/',
      '/~news',
      '/~news?amount=0.02',
      '/nothing-here',
      '/receipts/pay_12345678',
    ])
      expect((await visitor.get(path)).text, path).toContain('Play money');
});

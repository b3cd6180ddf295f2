import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { contents, issuer, testWallet, type TestWallet } from '../support.ts';
import { Browser, formFields, type Headers_ } from './browser.ts';

let wallet: TestWallet;
let browser: Browser;
beforeAll(async () => {
  wallet = await testWallet();
  browser = await Browser.open(wallet);
  await browser.signUp();
});
afterAll(() => wallet.close());

/** What a browser adds when another site sends the person's cookie along. */
const foreign: [string, Headers_][] = [
  ['another origin', { origin: 'https://evil.example', 'sec-fetch-site': 'cross-site' }],
  [
    'another origin, by an old browser',
    { origin: 'https://evil.example', 'sec-fetch-site': undefined },
  ],
  [
    'a neighbour of this host',
    { origin: 'http://evil.localhost:8787', 'sec-fetch-site': 'same-site' },
  ],
  ['an opaque origin', { origin: 'null', 'sec-fetch-site': 'cross-site' }],
  ['an opaque origin, by an old browser', { origin: 'null', 'sec-fetch-site': undefined }],
  ['no origin at all', { origin: undefined, 'sec-fetch-site': undefined }],
  [
    'our origin, though the browser says otherwise',
    { origin: issuer, 'sec-fetch-site': 'cross-site' },
  ],
];

describe('T27 nothing that a cookie can do is done for another site', () => {
  for (const [who, headers] of foreign)
    // Red without: wallet/src/forms.ts: if (!own || (site !== null && site !== 'same-origin')) throw new Problem('cross-site-refused');
    test(`T27 a request from ${who} changes nothing`, async () => {
      const before = await contents(wallet);
      const posts = wallet.app.routes.filter(
        ({ method, path }) =>
          method === 'POST' &&
          !/^\/(connect|connect\/continue|pay|sessions.*|settlements|items.*|owned|receipts\/exchange)$/.test(
            path,
          ),
      );
      expect(posts.length).toBeGreaterThan(10);
      for (const { path } of posts) {
        const address = path.replace(/:address\{[^/]*\}/, '~news').replace(/:\w+/g, 'x');
        expect(await browser.post(address, {}, headers), path).toMatchObject({
          status: 403,
          code: 'cross-site-refused',
        });
      }
      expect(await contents(wallet)).toEqual(before);
    });

  // Red without: wallet/src/pages/posts.ts: assertFormToken(context, login, purpose, fields.get('token') ?? undefined);
  test('T27 a form without its token, or with another form’s or another login’s, changes nothing', async () => {
    const other = await Browser.open(wallet);
    await other.signUp();
    const page = (await browser.get('/')).text;
    const before = await contents(wallet);
    const tokens = [
      '',
      formFields(page, '/sign-out-everywhere')['token'] ?? '',
      formFields((await other.get('/')).text, '/sign-out')['token'] ?? '',
    ];
    for (const token of tokens)
      expect(await browser.submit('/', '/sign-out', { token })).toMatchObject({
        status: 403,
        code: 'cross-site-refused',
      });
    expect(await contents(wallet)).toEqual(before);
  });

  test('no GET changes anything but the proofs that were used', async () => {
    const before = await contents(wallet);
    for (const { method, path } of wallet.app.routes) {
      if (method !== 'GET') continue;
      const address = path.replace(/:address\{[^/]*\}/, '~news').replace(/:\w+/g, 'x');
      await browser.get(address === '/connect/start' ? `${address}?n=short` : address, {
        origin: 'https://evil.example',
        'sec-fetch-site': 'cross-site',
      });
    }
    expect({ ...(await contents(wallet)), calls: [] }).toEqual({ ...before, calls: [] });
  });
});

test('a plain form under no-referrer comes with the origin “null”, and is taken when the browser vouches for it', async () => {
  const visitor = await Browser.open(wallet);
  await visitor.signUp();
  const headers = { origin: 'null', 'sec-fetch-site': 'same-origin', accept: 'text/html' };
  const answer = await visitor.submit('/', '/sign-out', {}, headers);
  expect([answer.status, answer.headers.get('location')]).toEqual([303, '/']);
});

test('a form’s token outlives the change of the cookie by a passkey', async () => {
  const visitor = await Browser.open(wallet);
  await visitor.signUp();
  const { token = '' } = formFields((await visitor.get('/')).text, '/sign-out');
  await visitor.confirm();
  expect((await visitor.submit('/', '/sign-out', { token })).status).toBe(200);
});

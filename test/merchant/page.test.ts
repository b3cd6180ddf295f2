/** What browsers and other sites' pages get at a closed door. */
import { brotliCompressSync } from 'node:zlib';
import { expect, test } from 'vitest';
import type { Item } from '../../src/merchant/index.ts';
import { article, offering, paying, shop, site } from './support.ts';

const browser = 'text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,*/*;q=0.8';
const visit = (url = article, headers = {}) =>
  new Request(url, { headers: { accept: browser, ...headers } });
const asItem = (item: Item) => [undefined, item] as const;

test.each([
  [browser, 'text/html; charset=utf-8'],
  ['text/html', 'text/html; charset=utf-8'],
  ['*/*', 'application/problem+json'],
  ['application/json, text/html;q=0.5', 'application/problem+json'],
  ['text/html;q=0', 'application/problem+json'],
  [`${browser},${'x'.repeat(2_000)}`, 'application/problem+json'],
])('Accept: %s gets %s', async (accept, type) => {
  const news = await shop();
  const answer = await news.ask(visit(article, { accept }));
  expect(answer.status).toBe(402);
  expect(answer.headers.get('content-type')).toBe(type);
  expect(answer.headers.get('www-authenticate')).toMatch(/^Payment /);
  expect(answer.headers.get('vary')).toMatch(/Accept/);
});

test('the page names price, payee and title, and holds the button with a fallback inside', async () => {
  const news = await shop();
  const answer = await news.ask(visit(`${article}?page=2`), ...asItem({ title: 'Bread' }));
  const html = await answer.text();
  expect(html).toContain('<h1>Bread</h1>');
  expect(html).toContain('Costs <strong>2¢</strong>');
  expect(html).toContain('~news');
  expect(html).toContain(
    '<micro-pay src="/articles/1?page=2" amount="0.02" currency="USD"><a href="/articles/1?page=2">Pay 2¢</a></micro-pay>',
  );
  expect(html).toContain('<noscript>');
  expect(html).toContain('https://wallet.example/~news?amount=0.02&amp;currency=USD');
  expect(html).not.toContain('play money');
});

test('a paywall under test says so', async () => {
  const news = await shop({ test: true });
  const html = await (await news.ask(visit())).text();
  expect(html).toContain('play money');
  expect(html).toContain('currency="USD" test>');
});

test('the page runs under a strict policy: no inline script, its style by nonce', async () => {
  const news = await shop();
  const answer = await news.ask(visit());
  const policy = answer.headers.get('content-security-policy') ?? '';
  const [, nonce = ''] = /style-src 'self' 'nonce-([\w-]{22})'/.exec(policy) ?? [];
  const html = await answer.text();
  expect(policy).toContain("default-src 'none'; script-src 'self';");
  expect(policy).toContain("connect-src 'self' https://wallet.example");
  expect(policy).toContain("frame-ancestors 'none'");
  expect(html).toContain(`<style nonce="${nonce}">`);
  expect(html).not.toMatch(/<script(?![^>]* src=)|\son\w+=|style="/);
});

test('the page is at most 20 kB, compressed', async () => {
  const news = await shop();
  const html = await (await news.ask(visit())).text();
  expect(brotliCompressSync(html).length).toBeLessThan(20_000);
});

test('a page of one’s own is built around the button', async () => {
  const news = await shop({ page: ({ button, price }) => `<p>${price}</p>${button}` });
  expect(await (await news.ask(visit())).text()).toMatch(
    /^<p>2¢<\/p><micro-pay src="\/articles\/1"/,
  );
});

test('a script from elsewhere is let in by its origin', async () => {
  const news = await shop({ script: 'https://cdn.example/micro-pay.js' });
  const answer = await news.ask(visit());
  expect(answer.headers.get('content-security-policy')).toContain(
    'script-src https://cdn.example;',
  );
});

test('a path that looks like another host stays on this one', async () => {
  const news = await shop();
  const html = await (await news.ask(visit(`${site}//evil.example/x`))).text();
  expect(html).toContain('<micro-pay src="/.//evil.example/x"');
  expect(new URL('/.//evil.example/x', site).origin).toBe(site);
});

const titles = [
  ['27', 'a bidi override', 'a\u202eb', 'ab'],
  ['28', 'a zero-width space', 'a\u200bb', 'ab'],
  ['30', 'a script', '<script>x</script>', '&lt;script&gt;x&lt;/script&gt;'],
  ['31', 'a line break', 'a\r\nSet-Cookie: b=c', 'aSet-Cookie: b=c'],
  ['31b', 'a quote', '"><img>', '&quot;&gt;&lt;img&gt;'],
] as const;
test.each(titles)(
  'hostile input %s, %s in a title, is shown as plain text',
  async (_id, _name, title, shown) => {
    const news = await shop();
    const answer = await news.ask(visit(), ...asItem({ title }));
    expect(await answer.text()).toContain(`<h1>${shown}</h1>`);
    expect([...answer.headers].join()).toMatch(/^[\x20-\x7e]*$/);
  },
);

test('hostile input 29, a title of 10,000 emoji is cut by whole characters', async () => {
  const news = await shop();
  const html = await (await news.ask(visit(), ...asItem({ title: '🎈'.repeat(10_000) }))).text();
  expect(html).toContain(`<h1>${'🎈'.repeat(120)}</h1>`);
});

test.each([
  ['an address too long to sell', { url: `${site}/${'a'.repeat(300)}` }, 400],
  ['a body over a megabyte', { method: 'POST', body: 'x'.repeat(1_000_001) }, 413],
])(
  '%s is refused',
  async (_name, { url = article, ...init }: RequestInit & { url?: string }, status) => {
    const news = await shop();
    expect((await news.ask(new Request(url, init))).status).toBe(status);
  },
);

test.each([
  ['a scope no header can carry', { scope: 'ä' }],
  ['seconds below nothing', { seconds: -1 }],
  ['a price that can’t be read', { price: { amount: '2 cents', currency: 'USD' } }],
])('an item with %s is told to the payee and answered as a fault of ours', async (_name, item) => {
  const news = await shop();
  const answer = await news.ask(new Request(article), ...asItem(item));
  expect(answer.status).toBe(500);
  expect(news.errors).toEqual([expect.any(Error)]);
});

const reader = 'https://reader.example';
test.each([
  ['listed', [reader], reader],
  ['any', '*' as const, '*'],
  ['not listed', ['https://other.example'], null],
  ['none', [], null],
])(
  'with origins %s, pages of another site may read every status',
  async (_name, allowOrigins, allowed) => {
    const news = await shop({ allowOrigins });
    const headers = { origin: reader };
    const challenge = await news.challenge();
    const fails = () => Promise.reject(new Error('no disk'));
    for (const answer of [
      await news.ask(new Request(article, { headers })),
      await news.ask(offering({ ...challenge, expires: '' }, {}, { headers })),
      await news.ask(await paying(news, challenge, {}, { headers })),
      await news.ask(await paying(news, challenge, {}, { headers }), fails),
    ]) {
      expect(answer.headers.get('access-control-allow-origin')).toBe(allowed);
      expect(answer.headers.get('access-control-expose-headers')).toBe(
        allowed && 'WWW-Authenticate, Payment-Receipt, Retry-After, Micropay-Problem',
      );
      expect(answer.headers.get('access-control-allow-credentials')).toBeNull();
      expect(answer.headers.getSetCookie()).toEqual([]);
    }
  },
);

test('a preflight is answered without a price', async () => {
  const news = await shop({ allowOrigins: [reader] });
  const ask = (origin: string) =>
    news.ask(
      new Request(article, {
        method: 'OPTIONS',
        headers: { origin, 'access-control-request-method': 'GET' },
      }),
    );
  const allowed = await ask(reader);
  expect(allowed.status).toBe(204);
  expect(allowed.headers.get('access-control-allow-headers')).toBe(
    'Authorization, Payment-Authorization, Content-Type',
  );
  expect(
    (await ask('https://other.example')).headers.get('access-control-allow-headers'),
  ).toBeNull();
});

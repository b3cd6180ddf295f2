/** The access cookie: what it opens, and what no edit of it can. */
import { expect, test } from 'vitest';
import { challengesFrom } from '../../src/protocol/challenge.ts';
import { cookieOf, paying, shop, site, startSeconds, withCookie, type Shop } from './support.ts';

async function bought(news: Shop, page = 1, cookie = ''): Promise<string> {
  const url = `${site}/articles/${page}`;
  const request = await paying(news, await news.challenge(url), {}, { url, headers: { cookie } });
  return cookieOf(await news.ask(request));
}

const edits: [name: string, edit: (cookie: string) => string][] = [
  ['another signature', (cookie) => cookie.replace(/.$/, (last) => (last === 'A' ? 'B' : 'A'))],
  ['no signature', (cookie) => cookie.split('.')[0] ?? ''],
  ['an empty signature', (cookie) => `${cookie.split('.')[0]}.`],
  ['other contents', (cookie) => cookie.replace(/=\w/, '=A')],
  ['another name', (cookie) => cookie.replace('__Host-', '')],
  ['nothing in it', () => '__Host-micropay='],
  ['a header of 20 kB', (cookie) => `${cookie}; pad=${'x'.repeat(20_000)}`],
];
// Red without: src/merchant/access-cookie.ts: if (!payload || !equalInConstantTime(await mac(key, payload), signature)) return undefined;
test.each(edits)('T3 a cookie with %s opens nothing', async (_name, edit) => {
  const news = await shop();
  expect((await news.ask(withCookie(edit(await bought(news))))).status).toBe(402);
});

test('another shop’s secret makes another shop’s cookies', async () => {
  const cookie = await bought(
    await shop({ secret: 'another secret of at least thirty-two chars' }),
  );
  expect((await (await shop()).ask(withCookie(cookie))).status).toBe(402);
});

test('it stands among other cookies', async () => {
  const news = await shop();
  const cookie = await bought(news);
  expect((await news.ask(withCookie(`a=b; ${cookie}; c=d`))).status).toBe(200);
});

test('it lists 24 pages and stays small; the store knows the others', async () => {
  const news = await shop();
  let cookie = '';
  for (let page = 1; page <= 30; page++) cookie = await bought(news, page, cookie);
  expect(cookie.length).toBeLessThan(1_600);
  for (const page of [1, 30])
    expect((await news.ask(withCookie(cookie, `${site}/articles/${page}`))).status).toBe(200);
  const forgetful = await shop();
  expect((await forgetful.ask(withCookie(cookie, `${site}/articles/1`))).status).toBe(402);
  expect((await forgetful.ask(withCookie(cookie, `${site}/articles/30`))).status).toBe(200);
});

test('each page in it has its own end', async () => {
  const news = await shop();
  const url = `${site}/films/1`;
  const rental = { seconds: 3_600 };
  const year = await bought(news);
  const asked = await news.ask(new Request(url), undefined, rental);
  expect(asked.status).toBe(402);
  const [challenge] = challengesFrom(asked.headers.get('www-authenticate') ?? '');
  if (!challenge) throw new Error('no challenge');
  const paid = await paying(news, challenge, {}, { url, headers: { cookie: year } });
  const cookie = cookieOf(await news.ask(paid, undefined, rental));
  news.clock.seconds = startSeconds + 3_600;
  expect((await news.ask(withCookie(cookie, url), undefined, rental)).status).toBe(402);
  expect((await news.ask(withCookie(cookie))).status).toBe(200);
});

const places: [url: string, name: string, attributes: string][] = [
  [`${site}/a`, '__Host-micropay', 'HttpOnly; SameSite=Lax; Secure'],
  ['http://news.example/a', '__Host-micropay', 'HttpOnly; SameSite=Lax; Secure'],
  ['http://127.0.0.1:8081/a', 'micropay', 'HttpOnly; SameSite=Lax'],
  ['http://news.localhost:8081/a', 'micropay', 'HttpOnly; SameSite=Lax'],
];
test.each(places)('at %s it is called %s and is %s', async (url, name, attributes) => {
  const news = await shop();
  const answer = await news.ask(await paying(news, await news.challenge(url), {}, { url }));
  const [line = ''] = answer.headers.getSetCookie();
  expect(line.startsWith(`${name}=`)).toBe(true);
  expect(line.endsWith(`; Path=/; Max-Age=31536000; ${attributes}`)).toBe(true);
});

test.each([
  ['from this site', { origin: site, 'sec-fetch-site': 'same-origin' }, 1],
  ['from another site', { origin: 'https://b.example' }, 0],
  ['from a sandbox', { origin: 'null' }, 0],
  ['that the browser calls cross-site', { 'sec-fetch-site': 'cross-site' }, 0],
])('a payment %s gets %o', async (_name, headers, cookies) => {
  const news = await shop();
  const answer = await news.ask(await paying(news, await news.challenge(), {}, { headers }));
  expect(answer.status).toBe(200);
  expect(answer.headers.getSetCookie()).toHaveLength(cookies);
});

test('a good cookie opens also when a spent credential comes along', async () => {
  const news = await shop();
  const cookie = await bought(news);
  const challenge = await news.challenge();
  news.clock.seconds += 700;
  const request = await paying(news, challenge, {}, { headers: { cookie } });
  expect((await news.ask(request)).status).toBe(200);
  expect((await news.ask(await paying(news, challenge))).status).toBe(402);
});

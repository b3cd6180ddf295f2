/** One article, one payment: what is asked, what opens, what is answered again. */
import { expect, test } from 'vitest';
import { opaqueFrom } from '../../src/protocol/challenge.ts';
import { chargeRequestFrom } from '../../src/protocol/charge-request.ts';
import { decodeJson } from '../../src/protocol/encoding.ts';
import { paywall, Problem } from '../../src/merchant/index.ts';
import {
  article,
  cookieOf,
  payee,
  paying,
  receiptFor,
  secret,
  shop,
  site,
  startSeconds,
  withCookie,
} from './support.ts';

const paymentReceipt = (answer: Response): unknown =>
  decodeJson(answer.headers.get('payment-receipt') ?? '', 'malformed-request');

test('an unpaid request is answered 402 with a challenge for exactly this page', async () => {
  const news = await shop();
  const answer = await news.ask(new Request(article));
  expect(answer.status).toBe(402);
  expect(answer.headers.get('cache-control')).toBe('no-store');
  expect(answer.headers.get('content-type')).toBe('application/problem+json');
  expect(await answer.json()).toMatchObject({
    code: 'payment-required',
    moneyMoved: 'no',
    nextStep: 'retry',
  });
  const challenge = await news.challenge();
  expect(challenge).toMatchObject({ realm: 'news.example', method: 'micropay', intent: 'charge' });
  expect(challenge.expires).toBe(
    new Date((startSeconds + 600) * 1000).toISOString().replace('.000', ''),
  );
  expect(chargeRequestFrom(challenge.request, 'malformed-request')).toEqual({
    amount: '2',
    currency: 'usd',
    recipient: payee,
    externalId: expect.stringMatching(/^[\w-]{43}$/),
    methodDetails: { entitles: { scope: 'GET /articles/1', seconds: 365 * 86_400 } },
  });
  expect(opaqueFrom(challenge.opaque)).toMatchObject({ scope: 'GET /articles/1' });
});

test('two challenges within one second differ', async () => {
  const news = await shop();
  const [one, two] = [await news.challenge(), await news.challenge()];
  expect(one.id).not.toBe(two.id);
  expect(one.opaque).not.toBe(two.opaque);
});

test('an unpaid request writes nothing', async () => {
  const news = await shop();
  for (let i = 0; i < 100; i++) await news.ask(new Request(article));
  expect(news.store.calls).toEqual([]);
  expect(news.published.requests).toEqual([]);
});

test('a good receipt opens the page and is answered with a Payment-Receipt and the access cookie', async () => {
  const news = await shop();
  const challenge = await news.challenge();
  const answer = await news.ask(await paying(news, challenge));
  expect(answer.status).toBe(200);
  expect(await answer.text()).toBe('The article');
  expect(answer.headers.get('cache-control')).toBe('private');
  expect(answer.headers.get('www-authenticate')).toBeNull();
  expect(paymentReceipt(answer)).toMatchObject({
    method: 'micropay',
    reference: receiptFor(challenge).jti,
    status: 'success',
    timestamp: new Date(startSeconds * 1000).toISOString().replace('.000', ''),
  });
  expect(answer.headers.getSetCookie()).toEqual([
    expect.stringMatching(
      /^__Host-micropay=[\w-]+\.[\w-]{43}; Path=\/; Max-Age=31536000; HttpOnly; SameSite=Lax; Secure$/,
    ),
  ]);
});

test('the payee’s code learns who paid and how', async () => {
  const news = await shop();
  const challenge = await news.challenge();
  const seen: unknown[] = [];
  await news.ask(await paying(news, challenge), (_request, access) => {
    seen.push(access);
    return new Response();
  });
  expect(seen).toEqual([
    {
      by: 'payment',
      payer: { iss: 'https://wallet.example', sub: 'sub_ada-at-news' },
      receipt: receiptFor(challenge),
    },
  ]);
});

test('a repeated credential is answered again for ten minutes and taken once', async () => {
  const news = await shop();
  const challenge = await news.challenge();
  const pay = () => paying(news, challenge);
  const first = await news.ask(await pay());
  for (const later of [1, 300, 599]) {
    news.clock.seconds = startSeconds + later;
    const again = await news.ask(await pay());
    expect(again.status).toBe(200);
    expect(again.headers.get('payment-receipt')).toBe(first.headers.get('payment-receipt'));
  }
  expect(news.store.calls).toHaveLength(1);
  news.clock.seconds = startSeconds + 600;
  expect((await news.ask(await pay())).status).toBe(402);
});

test('a payment taken in the last second of its challenge is still answered again for ten minutes', async () => {
  const news = await shop();
  const challenge = await news.challenge();
  const changes = { iat: startSeconds + 599, exp: startSeconds + 1_199 };
  news.clock.seconds = startSeconds + 599;
  expect((await news.ask(await paying(news, challenge, changes))).status).toBe(200);
  news.clock.seconds = startSeconds + 599 + 599;
  expect((await news.ask(await paying(news, challenge, changes))).status).toBe(200);
  news.clock.seconds = startSeconds + 599 + 600;
  expect((await news.ask(await paying(news, challenge, changes))).status).toBe(402);
});

test('one receipt in two credentials is taken once', async () => {
  const news = await shop();
  const challenge = await news.challenge();
  expect((await news.ask(await paying(news, challenge))).status).toBe(200);
  const other = await paying(news, { ...challenge, description: 'changed, and not bound' });
  const answer = await news.ask(other);
  expect(answer.status).toBe(402);
  expect(await answer.json()).toMatchObject({ code: 'invalid-challenge' });
  expect(news.store.calls).toHaveLength(1);
});

test('fifty copies of a credential at once are taken once and all answered', async () => {
  const news = await shop();
  const challenge = await news.challenge();
  const requests = await Promise.all(Array.from({ length: 50 }, () => paying(news, challenge)));
  const answers = await Promise.all(requests.map((request) => news.ask(request)));
  expect(answers.map(({ status }) => status)).toEqual(Array.from({ length: 50 }, () => 200));
  expect(news.store.calls).toHaveLength(1);
});

test('what is owned opens by cookie, without a receipt and without cost', async () => {
  const news = await shop();
  const cookie = cookieOf(await news.ask(await paying(news, await news.challenge())));
  news.clock.seconds += 30 * 86_400;
  const answer = await news.ask(withCookie(cookie));
  expect(answer.status).toBe(200);
  expect(answer.headers.get('payment-receipt')).toBeNull();
  expect(answer.headers.get('cache-control')).toBe('private');
  expect(news.store.calls).toHaveLength(1);
  expect((await news.ask(withCookie(cookie, `${site}/articles/2`))).status).toBe(402);
});

test.each([
  ['an error', () => Promise.reject(new Error('no disk')), 500],
  ['a 503', () => new Response('later', { status: 503 }), 503],
])(
  '%s of the handler gives no receipt, and the repeat is delivered',
  async (_name, fail, status) => {
    const news = await shop();
    const challenge = await news.challenge();
    const failed = await news.ask(await paying(news, challenge), fail);
    expect(failed.status).toBe(status);
    expect(failed.headers.get('payment-receipt')).toBeNull();
    expect(failed.headers.get('cache-control')).toBe('no-store');
    const again = await news.ask(await paying(news, challenge));
    expect(again.status).toBe(200);
    expect(again.headers.get('payment-receipt')).not.toBeNull();
    expect((await news.ask(withCookie(cookieOf(failed)))).status).toBe(200);
    expect(news.store.calls).toHaveLength(1);
  },
);

test('an error of the handler is told to the payee and not to the visitor', async () => {
  const news = await shop();
  const fail = () => Promise.reject(new Error('no disk'));
  const answer = await news.ask(await paying(news, await news.challenge()), fail);
  expect(await answer.json()).toMatchObject({ code: 'internal-error', moneyMoved: 'yes' });
  expect(news.errors).toEqual([new Error('no disk')]);
});

test('a problem of the handler does not deny that money moved', async () => {
  const news = await shop();
  const gone = () => Promise.reject(new Problem('not-found', { detail: 'It was taken down.' }));
  const answer = await news.ask(await paying(news, await news.challenge()), gone);
  expect(answer.status).toBe(404);
  expect(await answer.json()).toMatchObject({
    code: 'not-found',
    detail: 'It was taken down.',
    moneyMoved: 'yes',
  });
  expect(news.errors).toEqual([]);
});

test('a POST is paid for each time, with the bytes of its body', async () => {
  const news = await shop();
  const init = { method: 'POST', body: 'draw a cat' };
  const challenge = await news.challenge(article, init);
  expect(challenge.digest).toMatch(/^sha-256=:.{44}:$/);
  const bodies: string[] = [];
  const answer = await news.ask(await paying(news, challenge, {}, init), async (request) => {
    bodies.push(await request.text());
    return new Response();
  });
  expect(answer.status).toBe(200);
  expect(bodies).toEqual(['draw a cat']);
  expect(answer.headers.getSetCookie()).toEqual([]);
  const cookie = cookieOf(await news.ask(await paying(news, await news.challenge())));
  expect((await news.ask(new Request(article, { ...init, headers: { cookie } }))).status).toBe(402);
});

test('HEAD asks for the same as GET and has no body', async () => {
  const news = await shop();
  const asked = await news.ask(new Request(article, { method: 'HEAD' }));
  expect([asked.status, await asked.text()]).toEqual([402, '']);
  const head = await paying(news, await news.challenge(), {}, { method: 'HEAD' });
  expect((await news.ask(head)).status).toBe(200);
});

test('what an item function calls not for sale is handed on unpaid', async () => {
  const news = await shop();
  const missing = () => new Response('no such page', { status: 404 });
  const answer = await news.ask(new Request(article), missing, () => undefined);
  expect(answer.status).toBe(404);
});

const returned = `micropay_nonce=${'n'.repeat(22)}`;
const hash = 'h'.repeat(43);
test.each([
  [`${article}?page=2`, 'GET /articles/1?page=2'],
  [`${article}?${returned}&hash=${hash}&interact_ref=${hash}`, 'GET /articles/1'],
  [`${article}?page=2&${returned}&error=denied`, 'GET /articles/1?page=2'],
  // What only looks like a return is a page of its own: the site may name pages so.
  [`${article}?${returned}&hash=2`, `GET /articles/1?${returned}&hash=2`],
  [`${article}?${returned}&error=404`, `GET /articles/1?${returned}&error=404`],
  [`${article}?micropay_nonce=n&error=denied`, 'GET /articles/1?micropay_nonce=n&error=denied'],
  [
    `${article}?${returned}&error=denied&error=denied`,
    `GET /articles/1?${returned}&error=denied&error=denied`,
  ],
  [`${article}?hash=mine`, 'GET /articles/1?hash=mine'],
])('%s sells %s', async (url, scope) => {
  const news = await shop();
  expect(opaqueFrom((await news.challenge(url)).opaque).scope).toBe(scope);
});

const good = { payee, price: { amount: '0.02', currency: 'USD' }, secret };
test.each([
  ['a short secret', { secret: 'short' }, '“secret”'],
  ['no payee', { payee: 'news' }, '“payee”'],
  ['a wallet in the clear', { payee: 'http://localhost:8080/~news' }, '“test”'],
  ['a price in minor units', { price: { amount: '2', currency: 'usd' } }, '“price”'],
  ['a price of nothing', { price: { amount: '0.00', currency: 'USD' } }, '“price”'],
  ['an origin with a path', { origin: `${site}/` }, '“origin”'],
  ['a realm with a bar', { realm: 'a|b' }, '“realm”'],
])('%s is a loud mistake', (_name, options, word) => {
  expect(() => paywall({ ...good, ...options })).toThrow(word);
});

test('a wallet on this machine is taken when testing', () => {
  expect(() =>
    paywall({ ...good, payee: 'http://localhost:8080/~news', test: true }),
  ).not.toThrow();
});

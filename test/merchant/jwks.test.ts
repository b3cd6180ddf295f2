/** The wallet's keys: fetched seldom, trusted only when sound, and still there when the wallet is not. */
import { describe, expect, test } from 'vitest';
import { sqliteStore, type PaywallStore } from '../../src/merchant/index.ts';
import { signReceipt } from '../../src/protocol/receipt.ts';
import {
  jwksUrl,
  offering,
  paying,
  receiptFor,
  shop,
  signerOf,
  startSeconds,
  type Shop,
} from './support.ts';

/** A new payment at this time, after which another could be made. */
async function payAt(news: Shop, seconds: number, key = news.walletKey): Promise<number> {
  news.clock.seconds = startSeconds + seconds;
  const challenge = await news.challenge();
  const times = { iat: news.clock.seconds, exp: news.clock.seconds + 600 };
  const receipt = await signReceipt(receiptFor(challenge, times), key);
  return (await news.ask(offering(challenge, { type: 'receipt', receipt }))).status;
}

test('keys are fetched at the first payment and again after an hour', async () => {
  const news = await shop();
  expect(await payAt(news, 0)).toBe(200);
  expect(await payAt(news, 3_599)).toBe(200);
  expect(news.published.requests).toEqual([jwksUrl]);
  expect(await payAt(news, 3_600)).toBe(200);
  expect(news.published.requests).toHaveLength(2);
});

test('known keys are used for a day while the wallet can’t be reached, and then no more', async () => {
  const news = await shop();
  await payAt(news, 0);
  news.published.down = true;
  expect(await payAt(news, 86_399)).toBe(200);
  expect(await payAt(news, 86_400)).toBe(503);
  news.published.down = false;
  expect(await payAt(news, 86_405)).toBe(200);
});

test('without any key a payment is neither refused nor asked for again', async () => {
  const news = await shop();
  news.published.down = true;
  const challenge = await news.challenge();
  const answer = await news.ask(await paying(news, challenge));
  expect(answer.status).toBe(503);
  expect(answer.headers.get('retry-after')).toBe('5');
  expect(answer.headers.get('www-authenticate')).toBeNull();
  expect(await answer.json()).toMatchObject({
    code: 'unavailable',
    moneyMoved: 'unknown',
    nextStep: 'retry',
  });
  news.published.down = false;
  news.clock.seconds += 5;
  expect((await news.ask(await paying(news, challenge))).status).toBe(200);
});

test('without any key the wallet is asked again after five seconds, whoever comes meanwhile', async () => {
  const news = await shop();
  news.published.down = true;
  for (let second = 0; second < 5; second++) expect(await payAt(news, second)).toBe(503);
  expect(news.published.requests).toHaveLength(1);
  await payAt(news, 5);
  expect(news.published.requests).toHaveLength(2);
});

describe('a paywall that is started again', () => {
  const restarted = async (store: PaywallStore, published = {}) => {
    const again = await shop({ store });
    Object.assign(again.published, published);
    return again;
  };

  test('knows the keys while its wallet is away, for what is left of a day', async () => {
    const store = sqliteStore(':memory:');
    await payAt(await shop({ store }), 0);
    const again = await restarted(store, { down: true });
    expect(await payAt(again, 86_399)).toBe(200);
    expect(await payAt(again, 86_400)).toBe(503);
  });

  test('asks for no keys that are fresh', async () => {
    const store = sqliteStore(':memory:');
    await payAt(await shop({ store }), 0);
    const again = await restarted(store);
    expect(await payAt(again, 3_599)).toBe(200);
    expect(again.published.requests).toEqual([]);
  });

  test.each([
    ['no key set', 'not JSON', startSeconds],
    ['fetched in time to come', '{"keys":[]}', startSeconds + 60],
  ])('asks for keys where what was kept is %s', async (_what, jwks, at) => {
    const store = sqliteStore(':memory:');
    await store.keepKeys?.('https://wallet.example', { jwks, at });
    expect(await payAt(await restarted(store), 1)).toBe(200);
  });
});

test('an invented key is asked about once a minute', async () => {
  const news = await shop();
  const inventor = await signerOf('inventor');
  await payAt(news, 0);
  for (let second = 1; second < 60; second++) expect(await payAt(news, second, inventor)).toBe(402);
  expect(news.published.requests).toHaveLength(1);
  await payAt(news, 60, inventor);
  expect(news.published.requests).toHaveLength(2);
});

test('a new key of the wallet is learnt within a minute', async () => {
  const news = await shop();
  await payAt(news, 0);
  const next = await signerOf('next wallet key');
  news.published.keys = [next.jwk];
  expect(await payAt(news, 60, next)).toBe(200);
  expect(await payAt(news, 61)).toBe(402);
});

test('visitors who come at once wait for one fetch', async () => {
  const news = await shop();
  const requests = await Promise.all(
    Array.from({ length: 20 }, async () => paying(news, await news.challenge())),
  );
  const answers = await Promise.all(requests.map((request) => news.ask(request)));
  expect(answers.every(({ status }) => status === 200)).toBe(true);
  expect(news.published.requests).toHaveLength(1);
});

const zeroKey = { kty: 'OKP', crv: 'Ed25519', x: 'A'.repeat(43) };
test.each([
  [
    'keys of other kinds',
    [
      { kty: 'RSA', n: 'x', e: 'AQAB' },
      { kty: 'OKP', crv: 'X25519', x: 'A' },
    ],
  ],
  ['a small-order key', [zeroKey, { ...zeroKey, x: `AQ${'A'.repeat(41)}` }]],
  ['a key that is no point', [{ ...zeroKey, x: `Ag${'A'.repeat(41)}` }]],
])('%s among the wallet’s keys are passed over', async (_name, others) => {
  const news = await shop();
  news.published.keys = [...others, news.walletKey.jwk];
  expect(await payAt(news, 0)).toBe(200);
});

const answers: [name: string, answer: () => Response][] = [
  ['not JSON', () => new Response('<html>')],
  ['a key set of 33', () => Response.json({ keys: Array.from({ length: 33 }, () => zeroKey) })],
  ['more than 16 kB', () => Response.json({ keys: [], padding: 'x'.repeat(20_000) })],
  ['an error', () => new Response('', { status: 500 })],
];
test.each(answers)('%s instead of keys is as good as no answer', async (_name, fetched) => {
  const news = await shop({ fetch: async () => fetched() });
  expect((await news.ask(await paying(news, await news.challenge()))).status).toBe(503);
  expect(news.errors).toHaveLength(1);
});

test('keys without end are not read to the end', async () => {
  let pulled = 0;
  const endless = new ReadableStream({
    pull: (controller) => {
      pulled += 1;
      controller.enqueue(new Uint8Array(1_024));
    },
  });
  const news = await shop({ fetch: async () => new Response(endless) });
  expect((await news.ask(await paying(news, await news.challenge()))).status).toBe(503);
  expect(pulled).toBeLessThan(32);
});

/** Threats of docs/security.md that a paywall answers; each test names the line without which it is red. */
import { expect, test } from 'vitest';
import { bindChallenge, challengeKey, type Challenge } from '../../src/protocol/challenge.ts';
import { chargeRequestFrom, encodeChargeRequest } from '../../src/protocol/charge-request.ts';
import { encodeJson } from '../../src/protocol/encoding.ts';
import { signReceipt, type Receipt } from '../../src/protocol/receipt.ts';
import {
  article,
  cookieOf,
  offering,
  paying,
  receiptFor,
  secret,
  shop,
  showing,
  signerOf,
  site,
  startSeconds,
  wallet,
  withCookie,
} from './support.ts';

const codeOf = async (answer: Response): Promise<unknown> => [
  answer.status,
  ((await answer.json()) as { code: unknown }).code,
];

const cheaper = (challenge: Challenge): Partial<Challenge> => ({
  request: encodeChargeRequest({
    ...chargeRequestFrom(challenge.request, 'malformed-request'),
    amount: '1',
  }),
});

const edits: [name: string, edit: (challenge: Challenge) => Partial<Challenge>][] = [
  ['price', cheaper],
  [
    'payee',
    (challenge) => ({
      request: encodeChargeRequest({
        ...chargeRequestFrom(challenge.request, 'malformed-request'),
        recipient: `${wallet}/~mallory`,
      }),
    }),
  ],
  ['resource', () => ({ opaque: encodeJson({ scope: 'GET /articles/2' }) })],
  ['site', () => ({ realm: 'evil.example' })],
  ['method', () => ({ method: 'card' })],
  ['intent', () => ({ intent: 'session' })],
  ['end', () => ({ expires: '2030-01-01T00:00:00Z' })],
  ['body', () => ({ digest: 'sha-256=:47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=:' })],
  ['id', () => ({ id: 'A'.repeat(43) })],
];

// Red without: src/merchant/door.ts: await assertOwnChallenge(challenge, await settings.challengeKey);
test.each(edits)(
  'T3 a challenge with another %s is refused, though a wallet was paid for it',
  async (_, edit) => {
    const news = await shop();
    const challenge = await news.challenge();
    const answer = await news.ask(await paying(news, { ...challenge, ...edit(challenge) }));
    expect(await codeOf(answer)).toEqual([402, 'invalid-challenge']);
    expect(news.store.calls).toEqual([]);
  },
);

// Red without: src/merchant/door.ts: await assertPrice(challenge, offer, settings);
test('T3 a challenge of our own at another price is refused, whatever the receipt says', async () => {
  const news = await shop();
  const challenge = await news.challenge();
  const { id: _, ...unbound } = { ...challenge, ...cheaper(challenge) };
  const own = await bindChallenge(unbound, await challengeKey(secret));
  const answer = await news.ask(await paying(news, own, { amt: '2' }));
  expect(await codeOf(answer)).toEqual([402, 'payment-insufficient']);
});

test('what was paid at a price that has changed since is delivered, as long as its challenge lives', async () => {
  const news = await shop();
  const at = (amount: string, more = {}) => ({ price: { amount, currency: 'USD' }, ...more });
  for (const amount of ['0.05', '0.01']) {
    const paid = await paying(news, await news.challenge());
    expect((await news.ask(paid, undefined, at(amount))).status).toBe(200);
  }
  // Only the price may differ, and it is the challenge's that is paid.
  const asked = await news.challenge();
  const year = await news.ask(await paying(news, asked), undefined, at('0.05', { seconds: 9 }));
  expect(await codeOf(year)).toEqual([402, 'payment-insufficient']);
  const less = await news.ask(await paying(news, asked, { amt: '1' }), undefined, at('0.01'));
  expect(await codeOf(less)).toEqual([402, 'payment-insufficient']);
  const late = await paying(news, asked);
  news.clock.seconds += 601;
  expect(await codeOf(await news.ask(late, undefined, at('0.05')))).toEqual([
    402,
    'payment-expired',
  ]);
});

const strangers: [name: string, changes: Partial<Receipt>, code: string][] = [
  ['another payee', { aud: `${wallet}/~mallory` }, 'verification-failed'],
  ['another challenge', { cid: 'A'.repeat(43) }, 'verification-failed'],
  ['another wallet', { iss: 'https://evil.example' }, 'verification-failed'],
  ['play money', { env: 'test' }, 'test-money-refused'],
  ['less', { amt: '1' }, 'payment-insufficient'],
  ['another currency', { cur: 'eur' }, 'verification-failed'],
  ['a time to come', { iat: startSeconds + 61 }, 'verification-failed'],
  ['a time gone by', { exp: startSeconds - 60 }, 'payment-expired'],
];

// Red without: src/merchant/charge.ts: assertWallet(receipt, presented);
// Red without: src/merchant/charge.ts: assertFits(receipt, presented);
test.each(strangers)('T13 a receipt for %s is refused', async (_name, changes, code) => {
  const news = await shop();
  const answer = await news.ask(await paying(news, await news.challenge(), changes));
  expect(await codeOf(answer)).toEqual([402, code]);
  expect(news.store.calls).toEqual([]);
});

test('play money is taken where testing is on', async () => {
  const news = await shop({ test: true });
  const answer = await news.ask(await paying(news, await news.challenge(), { env: 'test' }));
  expect(answer.status).toBe(200);
});

// Red without: src/merchant/door.ts: opaqueFrom(challenge.opaque).scope === offer.scope &&
test('T13 what was paid for one page opens no other', async () => {
  const news = await shop();
  const request = await paying(news, await news.challenge(), {}, { url: `${site}/articles/2` });
  expect(await codeOf(await news.ask(request))).toEqual([402, 'invalid-challenge']);
});

// Red without: src/merchant/door.ts: challenge.realm === offer.realm &&
test('T13 what was paid at one site of a payee opens nothing at another with the same secret', async () => {
  const news = await shop();
  const url = 'https://blog.example/articles/1';
  const request = await paying(news, await news.challenge(), {}, { url });
  expect(await codeOf(await news.ask(request))).toEqual([402, 'invalid-challenge']);
});

// Red without: src/merchant/charge.ts: await settings.keys.verify(jws);
test('T13 a receipt that another key signed is refused', async () => {
  const news = await shop();
  const challenge = await news.challenge();
  const { kid } = news.walletKey;
  const forger = { ...(await signerOf('forger')), kid };
  const receipt = await signReceipt(receiptFor(challenge), forger);
  const answer = await news.ask(offering(challenge, { type: 'receipt', receipt }));
  expect(await codeOf(answer)).toEqual([402, 'verification-failed']);
});

// Red without: src/merchant/charge.ts: if (receipt.cid !== challenge.id) throw new Problem('verification-failed');
test('T14 a receipt copied to another profile opens nothing', async () => {
  const news = await shop();
  const bought = await news.challenge();
  await news.ask(await paying(news, bought));
  const receipt = await signReceipt(receiptFor(bought), news.walletKey);
  const friend = await news.challenge();
  const answer = await news.ask(offering(friend, { type: 'receipt', receipt }));
  expect(await codeOf(answer)).toEqual([402, 'verification-failed']);
});

// Red without: src/merchant/evidence.ts: await assertProof(proof, grant, presented);
test('T14 a receipt copied with its grant opens nothing without the grant’s key', async () => {
  const news = await shop();
  const bought = await news.challenge();
  await news.ask(await paying(news, bought));
  const proofKey = await signerOf('friend');
  const request = await showing(news, await news.challenge(), receiptFor(bought), { proofKey });
  expect(await codeOf(await news.ask(request))).toEqual([402, 'verification-failed']);
});

// Red without: src/merchant/evidence.ts: if (grant.sub !== receipt.sub) throw new Problem(code);
test('T14 a friend’s own grant does not open another person’s receipt', async () => {
  const news = await shop();
  const request = await showing(news, await news.challenge(), receiptFor(await news.challenge()), {
    grant: { sub: 'sub_bob-at-news' },
  });
  expect(await codeOf(await news.ask(request))).toEqual([402, 'verification-failed']);
});

// Red without: src/merchant/admission.ts: opened.payer = undefined;
// Red without: src/merchant/admission.ts: opened.until = Math.min(ownedUntil, now + policy.seconds.receiptPresentable);
test('T14 a copied credential gives no cookie for the payer’s other pages, and none that lasts', async () => {
  const news = await shop();
  const [one, two] = [await news.challenge(), await news.challenge(`${site}/articles/2`)];
  await news.ask(await paying(news, two, {}, { url: `${site}/articles/2` }));
  await news.ask(await paying(news, one));
  const copied = cookieOf(await news.ask(await paying(news, one)));
  expect((await news.ask(withCookie(copied))).status).toBe(200);
  expect((await news.ask(withCookie(copied, `${site}/articles/2`))).status).toBe(402);
  news.clock.seconds += 600;
  expect((await news.ask(withCookie(copied))).status).toBe(402);
});

// Red without: src/merchant/refusal.ts: headers.set('cache-control', 'no-store');
// Red without: src/merchant/admission.ts: headers.set('cache-control', strict ? 'no-store' : 'private');
test('T22 no answer of a paywall can come out of a shared cache', async () => {
  const news = await shop();
  const challenge = await news.challenge();
  const shared = () => new Response('x', { headers: { 'cache-control': 'public, max-age=60' } });
  const fails = () => new Response('x', { status: 503, headers: { 'cache-control': 'public' } });
  const cookie = cookieOf(await news.ask(await paying(news, challenge)));
  const preflight = {
    method: 'OPTIONS',
    headers: { origin: site, 'access-control-request-method': 'GET' },
  };
  const answers: [name: string, answer: Response, expected: string][] = [
    ['unpaid', await news.ask(new Request(article)), 'no-store'],
    [
      'page',
      await news.ask(new Request(article, { headers: { accept: 'text/html' } })),
      'no-store',
    ],
    ['bad', await news.ask(offering({ ...challenge, expires: 'soon' }, {})), 'no-store'],
    [
      'too large',
      await news.ask(new Request(article, { method: 'POST', body: new Uint8Array(1_000_001) })),
      'no-store',
    ],
    ['preflight', await news.ask(new Request(article, preflight)), 'no-store'],
    ['paid', await news.ask(await paying(news, await news.challenge()), shared), 'private'],
    ['owned', await news.ask(withCookie(cookie), shared), 'private'],
    ['failed', await news.ask(await paying(news, await news.challenge()), fails), 'no-store'],
    [
      'broken',
      await news.ask(await paying(news, challenge), () => Promise.reject(new Error())),
      'no-store',
    ],
  ];
  expect(answers.map(([name, { headers }]) => [name, headers.get('cache-control')])).toEqual(
    answers.map(([name, , expected]) => [name, expected]),
  );
  for (const [, answer] of answers.filter(([name]) => name !== 'preflight'))
    expect(answer.headers.get('vary')).toMatch(/Authorization.*Cookie/);
});

// Red without: src/merchant/admission.ts: if (status >= 200 && status < 300) headers.set('payment-receipt', receipt);
test.each([200, 204, 302, 404, 500])(
  'T22 status %i carries a receipt only when it is a 2xx',
  async (status) => {
    const news = await shop();
    const answer = await news.ask(
      await paying(news, await news.challenge()),
      () => new Response(null, { status }),
    );
    expect(answer.headers.has('payment-receipt')).toBe(status < 300);
  },
);

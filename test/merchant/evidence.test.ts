/** What was bought opens again on another device, at no cost, and for nobody else. */
import { expect, test } from 'vitest';
import { challengesFrom } from '../../src/protocol/challenge.ts';
import type { Grant } from '../../src/protocol/grant.ts';
import type { Proof } from '../../src/protocol/proof.ts';
import type { Receipt } from '../../src/protocol/receipt.ts';
import {
  article,
  cookieOf,
  receiptFor,
  shop,
  showing,
  signerOf,
  site,
  startSeconds,
  wallet,
  withCookie,
} from './support.ts';

const year = 365 * 86_400;

test('a second device opens what was bought, even after the paywall lost its memory', async () => {
  const news = await shop();
  news.clock.seconds += 30 * 86_400;
  const old = receiptFor(await news.challenge());
  const grant = { iat: news.clock.seconds, exp: news.clock.seconds + 86_400 };
  const answer = await news.ask(await showing(news, await news.challenge(), old, { grant }));
  expect(answer.status).toBe(200);
  expect((await news.ask(withCookie(cookieOf(answer)))).status).toBe(200);
});

test('what is shown again is owned as long as the receipt says, and no longer', async () => {
  const news = await shop();
  const old = receiptFor(await news.challenge());
  const cookie = cookieOf(await news.ask(await showing(news, await news.challenge(), old)));
  news.clock.seconds = startSeconds + year - 1;
  expect((await news.ask(withCookie(cookie))).status).toBe(200);
  news.clock.seconds = startSeconds + year;
  expect((await news.ask(withCookie(cookie))).status).toBe(402);
});

test('what was paid in time comes late also at a price that has changed; what is paid late is paid at today’s', async () => {
  const news = await shop();
  const [before, now] = ['0.02', '0.05'].map((amount) => ({
    seconds: 0,
    price: { amount, currency: 'USD' },
  }));
  const [challenge] = challengesFrom(
    (await news.ask(new Request(article), undefined, before)).headers.get('www-authenticate') ?? '',
  );
  if (!challenge) throw new Error('no challenge');
  news.clock.seconds += 3_600;
  const late = async (iat: number) =>
    news.ask(await showing(news, challenge, receiptFor(challenge, { iat })), undefined, now);
  expect((await late(startSeconds + 661)).status).toBe(402);
  expect((await late(startSeconds + 600)).status).toBe(200);
});

test('what isn’t owned comes late for a day, by the word of the key that paid, and is taken once', async () => {
  const news = await shop();
  const item = { seconds: 0 };
  const refused = await news.ask(new Request(article), undefined, item);
  const [challenge] = challengesFrom(refused.headers.get('www-authenticate') ?? '');
  if (!challenge) throw new Error('No challenge came.');
  const receipt = receiptFor(challenge);
  const late = async (changes: Parameters<typeof showing>[3] = {}) =>
    (await news.ask(await showing(news, challenge, receipt, changes), undefined, item)).status;
  news.clock.seconds += 3_600;
  expect(await late({ proofKey: await signerOf('a stranger') })).toBe(402);
  expect(await late({ grant: { sub: 'sub_somebody' } })).toBe(402);
  expect(news.store.calls).toEqual([]);
  expect(await late()).toBe(200);
  news.clock.seconds += 60;
  expect(await late()).toBe(200);
  expect(news.store.calls).toEqual([`${wallet}|${receipt.jti}`]);
  news.clock.seconds = startSeconds + 86_400;
  expect(await late({ grant: { exp: startSeconds + 172_800 } })).toBe(402);
});

const asked = { origin: 'https://reader.example' };
const rows: [
  name: string,
  old: Partial<Receipt>,
  changes: { grant?: Partial<Grant>; proof?: Partial<Proof>; headers?: Record<string, string> },
  code: string,
][] = [
  ['a receipt that owns nothing', { own: undefined }, {}, 'verification-failed'],
  [
    'a receipt for another page',
    { own: { scope: 'GET /b', until: startSeconds + 9 } },
    {},
    'verification-failed',
  ],
  [
    'ownership that ends now',
    { own: { scope: 'GET /articles/1', until: startSeconds } },
    {},
    'verification-failed',
  ],
  [
    'ownership longer than was sold',
    { own: { scope: 'GET /articles/1', until: startSeconds + year + 1 } },
    {},
    'verification-failed',
  ],
  ['less paid than was asked for it', { amt: '1' }, {}, 'verification-failed'],
  ['another currency paid than was asked', { cur: 'usd-micro' }, {}, 'verification-failed'],
  ['no mark of ours', { ext: undefined }, {}, 'verification-failed'],
  ['a mark of somebody else', { ext: 'A'.repeat(43) }, {}, 'verification-failed'],
  ['a receipt of another payee', { aud: `${wallet}/~b` }, {}, 'verification-failed'],
  ['a receipt of another wallet', { iss: site }, {}, 'verification-failed'],
  ['a receipt of play money', { env: 'test' }, {}, 'test-money-refused'],
  ['a grant of play money', {}, { grant: { env: 'test' } }, 'test-money-refused'],
  ['a grant for another payee', {}, { grant: { aud: `${wallet}/~b` } }, 'verification-failed'],
  ['another person’s grant', {}, { grant: { sub: 'sub_somebody' } }, 'verification-failed'],
  ['a grant that has ended', {}, { grant: { exp: startSeconds - 60 } }, 'verification-failed'],
  ['a grant for another site', {}, { grant: { org: 'https://b.example' } }, 'verification-failed'],
  ['a page the grant does not name', {}, { headers: asked }, 'verification-failed'],
  ['a proof for another payee', {}, { proof: { aud: `${wallet}/~b` } }, 'verification-failed'],
  [
    'a proof for another challenge',
    {},
    { proof: { cid: 'another-challenge' } },
    'verification-failed',
  ],
  ['a proof of a minute ago', {}, { proof: { iat: startSeconds - 61 } }, 'verification-failed'],
  ['a proof from the future', {}, { proof: { iat: startSeconds + 61 } }, 'verification-failed'],
];

// Red without: src/merchant/evidence.ts: assertWallet(receipt, presented);
// Red without: src/merchant/evidence.ts: assertWallet(grant, presented);
// Red without: src/merchant/evidence.ts: if (grant.sub !== receipt.sub) throw new Problem(code);
// Red without: src/merchant/evidence.ts: assertGrantHere(grant, presented);
// Red without: src/merchant/evidence.ts: await assertSold(receipt, presented);
// Red without: src/merchant/evidence.ts: await assertProof(proof, grant, presented);
test.each(rows)('T13 evidence with %s opens nothing', async (_name, old, changes, code) => {
  const news = await shop();
  const receipt = { ...receiptFor(await news.challenge()), ...old };
  const answer = await news.ask(await showing(news, await news.challenge(), receipt, changes));
  expect(answer.status).toBe(402);
  expect(await answer.json()).toMatchObject({ code, moneyMoved: 'no' });
  expect(news.store.calls).toEqual([]);
});

// Red without: src/merchant/evidence.ts: if (!isOwned) throw new Problem(code);
test('T13 evidence of what was owned and ended opens nothing', async () => {
  const news = await shop();
  const old = receiptFor(await news.challenge());
  const grant = { exp: startSeconds + 2 * year };
  const opens = async (seconds: number) => {
    news.clock.seconds = startSeconds + seconds;
    return (await news.ask(await showing(news, await news.challenge(), old, { grant }))).status;
  };
  expect(await opens(year - 1)).toBe(200);
  expect(await opens(year)).toBe(402);
});

test('a page of another site shows a grant for that site', async () => {
  const news = await shop({ allowOrigins: ['https://reader.example'] });
  const old = receiptFor(await news.challenge());
  const changes = { grant: { org: 'https://reader.example' }, headers: asked };
  const answer = await news.ask(await showing(news, await news.challenge(), old, changes));
  expect(answer.status).toBe(200);
  expect(answer.headers.getSetCookie()).toEqual([]);
});

test('one proof is taken once: its copy opens the page but not the payer’s other pages', async () => {
  const news = await shop();
  const old = receiptFor(await news.challenge());
  const challenge = await news.challenge();
  const own = cookieOf(await news.ask(await showing(news, challenge, old)));
  const copied = cookieOf(await news.ask(await showing(news, challenge, old)));
  expect(own).not.toBe(copied);
  expect(news.store.calls).toEqual([`proof|${challenge.id}`]);
  const another = await showing(news, challenge, old, { proof: { iat: startSeconds - 1 } });
  expect((await news.ask(another)).status).toBe(402);
});

test('evidence needs a challenge that has not ended', async () => {
  const news = await shop();
  const challenge = await news.challenge();
  const old = receiptFor(await news.challenge());
  news.clock.seconds += 600;
  expect((await news.ask(await showing(news, challenge, old))).status).toBe(402);
});

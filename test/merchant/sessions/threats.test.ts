/** Threats of docs/security.md against a paywall that sells by session; each test names the line without which it is red. */
import { describe, expect, test } from 'vitest';
import { bindChallenge, challengeKey } from '../../../src/protocol/challenge.ts';
import { base64url, utf8 } from '../../../src/protocol/encoding.ts';
import { signGrant, type Grant } from '../../../src/protocol/grant.ts';
import { jwkFrom } from '../../../src/protocol/keys.ts';
import { encodeSessionRequest } from '../../../src/protocol/session-request.ts';
import {
  article,
  cookieOf,
  grantFor,
  payee,
  secret,
  signerOf,
  site,
  startSeconds,
  wallet,
  withCookie,
  type Shop,
} from '../support.ts';
import { mutations } from '../../protocol/eddsa-mutations.ts';
import {
  codeOf,
  deposit,
  grantOf,
  price,
  reader,
  resOf,
  sessionOf,
  sessionShop,
  sid,
  sumsOf,
  type TapChanges,
} from './support.ts';

const other = `${site}/articles/2`;
const refused = [402, 'verification-failed'];

/** Refused, and not a row was written. */
async function expectNothing(news: Shop, request: Request, answer: unknown): Promise<void> {
  const before = await sessionOf(news);
  expect(await codeOf(await news.ask(request))).toEqual(answer);
  expect(await sessionOf(news)).toEqual(before);
}

// Red without: src/merchant/sessions/session-challenge.ts: await assertOwnChallenge(challenge, await settings.challengeKey);
test('T3 a session’s challenge that was edited is refused, though the voucher is for it', async () => {
  const news = await sessionShop();
  const ada = await reader(news);
  const { id: _, ...unbound } = ada.challenge;
  const forged = await bindChallenge(unbound, await challengeKey('x'.repeat(32)));
  await expectNothing(news, await ada.tapping({ challenge: forged }), [402, 'invalid-challenge']);
});

// Red without: src/merchant/sessions/session-challenge.ts: await assertOwnChallenge(challenge, await settings.challengeKey);
test.each([
  { expires: '2027-01-01T00:00:00Z' },
  { digest: 'sha-256=:AAAA:' },
  { description: 'Another article' },
])(
  'T3 a session’s challenge that is known says no more by its name than it said: %j',
  async (edit) => {
    const news = await sessionShop();
    const ada = await reader(news);
    expect((await ada.tap()).status).toBe(200);
    const edited = { ...ada.challenge, ...edit };
    const answer = await news.ask(await ada.tapping({ url: other, challenge: edited }));
    // What is not bound by it may be left out or added, and says nothing here.
    expect(answer.status).toBe('description' in edit ? 200 : 402);
  },
);

// Red without: src/merchant/sessions/voucher-offered.ts: assertPriceNow(challenge, offer);
test.each([
  ['1', 'payment-insufficient'],
  ['3', 'verification-failed'],
])('T3 a session’s challenge of our own at %s¢ opens nothing at 2¢', async (amount, code) => {
  const news = await sessionShop();
  const ada = await reader(news);
  const request = encodeSessionRequest({
    amount,
    currency: 'usd',
    recipient: payee,
    unitType: 'article',
  });
  const { id: _, ...unbound } = { ...ada.challenge, request };
  const challenge = await bindChallenge(unbound, await challengeKey(secret));
  await expectNothing(news, await ada.tapping({ challenge }), [402, code]);
});

describe('T12', () => {
  // Red without: src/merchant/sessions/take-tap.ts: found.tap ? knownTap(found.tap, found, offered) : newTap(found, offered), → newTap(found, offered),
  test('T12 a tap replayed a hundred times is taken once', async () => {
    const news = await sessionShop();
    const ada = await reader(news);
    const sent = await ada.tapping({ cum: price * 10n });
    const each = { seconds: 0 };
    const answers = [];
    for (let i = 0; i < 100; i++) answers.push(await news.ask(sent.clone(), undefined, each));
    expect(answers.every(({ status }) => status === 200)).toBe(true);
    expect(await sumsOf(news)).toMatchObject({ accepted: price * 10n, spent: price });
  });

  // Red without: src/merchant/sessions/take-tap.ts: if (tap.res !== voucher.res) throw new Problem('id-reused');
  test('T12 a tap that bought one page brings no other by its name', async () => {
    const news = await sessionShop();
    const ada = await reader(news);
    await ada.tap(article, { tap: 'tap_12345678' });
    const request = await ada.tapping({ url: other, tap: 'tap_12345678' });
    await expectNothing(news, request, [409, 'id-reused']);
  });

  // Red without: src/merchant/sessions/take-tap.ts: await assertSigned(offered, sessions.grants.read(session.grant));
  test('T12 whoever only knows a tap’s name gets nothing by it', async () => {
    const news = await sessionShop();
    const ada = await reader(news);
    await ada.tap(article, { tap: 'tap_12345678' });
    const key = await signerOf('mallory');
    await expectNothing(news, await ada.tapping({ tap: 'tap_12345678', key }), refused);
  });

  // Red without: src/merchant/sessions/take-tap.ts: if (tap.state !== 'taken' && tap.amount > 0n) throw new Problem('payment-required');
  test('T12 a tap that was given back brings nothing when its copy comes late', async () => {
    const news = await sessionShop();
    const ada = await reader(news);
    const sent = await ada.tapping();
    await news.ask(sent.clone(), () => new Response(null, { status: 500 }));
    await expectNothing(news, sent, [402, 'payment-required']);
  });
});

// Red without: src/merchant/sessions/take-tap.ts: if (sum > before.deposit) throw refused('payment-insufficient');
test('T11 nothing is accepted above what the wallet reserved', async () => {
  const news = await sessionShop();
  const ada = await reader(news);
  await expectNothing(news, await ada.tapping({ cum: deposit + 1n }), [
    402,
    'payment-insufficient',
  ]);
});

const elsewhere: [name: string, changes: (news: Shop) => Promise<TapChanges>][] = [
  ['another page', async () => ({ voucher: { res: resOf(other) } })],
  ['another challenge', async () => ({ voucher: { cid: 'A'.repeat(43) } })],
  ['more than it costs', async () => ({ voucher: { amt: '20001' } })],
  ['a session of another key', async () => ({ key: await signerOf('mallory') })],
  ['a session of another name', async () => ({ voucher: { sid: 'ses_87654321' } })],
];

// Red without: src/merchant/sessions/voucher-offered.ts: voucher.cid === at.challenge.id &&
// Red without: src/merchant/sessions/voucher-offered.ts: voucher.res === res &&
// Red without: src/merchant/sessions/voucher-offered.ts: if (difference > 0n) throw new Problem(code);
// Red without: src/merchant/sessions/voucher-offered.ts: await offered.sessions.grants.verify(offered.jws, grant);
// Red without: src/merchant/sessions/standing.ts: if (given && given.grant.jti !== sid) throw new Problem(code);
test.each(elsewhere)('T13 a voucher for %s is refused', async (_name, changes) => {
  const news = await sessionShop();
  const ada = await reader(news);
  await expectNothing(news, await ada.tapping(await changes(news)), refused);
});

// Red without: src/merchant/sessions/voucher-offered.ts: if (difference < 0n) throw new Problem('payment-insufficient');
test('T13 a voucher for less than it costs is refused', async () => {
  const news = await sessionShop();
  const ada = await reader(news);
  const request = await ada.tapping({ voucher: { amt: '19999' } });
  await expectNothing(news, request, [402, 'payment-insufficient']);
});

// Red without: src/merchant/sessions/session-challenge.ts: challenge.opaque === offer.session?.opaque; → true;
test('T13 a challenge of another price class is refused', async () => {
  const news = await sessionShop();
  const ada = await reader(news);
  const challenge = await news.pay.sessionChallenge(new Request(site), {
    session: { scope: 'GET /videos/*' },
  });
  const request = await ada.tapping({ ...(challenge && { challenge }) });
  await expectNothing(news, request, [402, 'invalid-challenge']);
});

// Red without: src/merchant/sessions/session-challenge.ts: challenge.realm === offer.realm &&
test('T13 a challenge of another site of the payee, with the same secret, is refused', async () => {
  const news = await sessionShop();
  const ada = await reader(news);
  const request = new Request('https://blog.example/articles/1', {
    headers: (await ada.tapping()).headers,
  });
  await expectNothing(news, request, [402, 'invalid-challenge']);
});

const strangers: [name: string, grant: Partial<Grant>, answer: unknown][] = [
  ['another payee', { aud: `${wallet}/~mallory` }, refused],
  ['another wallet', { iss: 'https://evil.example' }, refused],
  ['play money', { env: 'test' }, [402, 'test-money-refused']],
  ['another site', { org: 'https://evil.example' }, refused],
  ['another currency', { cur: 'eur-micro' }, refused],
  ['a time to come', { iat: startSeconds + 61 }, refused],
];

// Red without: src/merchant/sessions/standing.ts: assertWallet(grant, at);
// Red without: src/merchant/sessions/standing.ts: if (grant.org !== (asking ?? origin) || grant.cur !== at.session.currency) → if (grant.cur !== at.session.currency)
// Red without: src/merchant/sessions/standing.ts: if (grant.org !== (asking ?? origin) || grant.cur !== at.session.currency) → if (grant.org !== (asking ?? origin))
test.each(strangers)('T13 a session for %s is refused', async (_name, claims, answer) => {
  const news = await sessionShop();
  const ada = await reader(news, claims);
  await expectNothing(news, await ada.tapping(), answer);
});

// Red without: src/merchant/sessions/standing.ts: if (grant !== given) assertHere(grant, at);
test('T13 another site’s page can’t tap on a session that is known here', async () => {
  const news = await sessionShop({ allowOrigins: '*' });
  const ada = await reader(news);
  await ada.tap();
  const headers = { origin: 'https://evil.example' };
  await expectNothing(news, await ada.tapping({ url: other, headers }), refused);
});

// Red without: src/merchant/sessions/grants.ts: await keys.verify(known.jws);
test('T13 a session that another key signed is refused, and so is an approval', async () => {
  const news = await sessionShop();
  const ada = await reader(news);
  const { kid } = news.walletKey;
  const walletKey = { ...(await signerOf('forger')), kid };
  const grant = await grantOf({ walletKey }, ada.session);
  await expectNothing(news, await ada.tapping({ grant }), refused);
});

// Red without: src/merchant/sessions/grants.ts: if (grant.rby === undefined || grant.jti === grant.gnt) throw new Problem(code);
test('T13 an approval is no session, whatever it says it reserves', async () => {
  const news = await sessionShop();
  const ada = await reader(news);
  const claims = { jti: sid, gnt: sid, rby: startSeconds + 86_400, dep: String(deposit) };
  const grant = await signGrant(grantFor(ada.session, claims), news.walletKey);
  await expectNothing(news, await ada.tapping({ grant }), refused);
});

// Red without: src/merchant/sessions/standing.ts: if (kept && given) assertSame(given, sessions.grants.read(kept.grant));
test('T13 a session’s key can’t be changed by a later grant', async () => {
  const news = await sessionShop();
  const ada = await reader(news);
  await ada.tap();
  const mallory = await signerOf('mallory');
  const grant = await grantOf(news, mallory, { seq: 1 });
  await expectNothing(news, await ada.tapping({ url: other, grant, key: mallory }), refused);
});

// Red without: src/merchant/sessions/tap-cookie.ts: if (by !== 'repeat') { → if (by) {
test('T14 a copied tap gives no cookie for the payer’s other pages, and none that lasts', async () => {
  const news = await sessionShop();
  const ada = await reader(news);
  await ada.tap(other);
  const sent = await ada.tapping();
  await news.ask(sent.clone());
  const copied = cookieOf(await news.ask(sent.clone()));
  expect((await news.ask(withCookie(copied))).status).toBe(200);
  expect((await news.ask(withCookie(copied, other))).status).toBe(402);
  news.clock.seconds += 600;
  expect((await news.ask(withCookie(copied))).status).toBe(402);
});

// Red without: src/merchant/sessions/tap-cookie.ts: if (again) return undefined;
test('T14 nor does a copy of a tap for what was owned, which opens nothing after its challenge', async () => {
  const news = await sessionShop();
  const ada = await reader(news);
  await ada.tap();
  await ada.tap(other);
  const sent = await ada.tapping();
  expect((await news.ask(sent.clone())).headers.has('set-cookie')).toBe(true);
  const copied = await news.ask(sent.clone());
  expect([copied.status, copied.headers.has('set-cookie')]).toEqual([200, false]);
  news.clock.seconds += 86_400;
  expect(await codeOf(await news.ask(sent.clone()))).toEqual([402, 'payment-expired']);
});

// Red without: src/merchant/signature.ts: assertStrongKey(jwk, 'verification-failed');
test('T23 a session of an unsound key is refused: the wallet would redeem none of its vouchers', async () => {
  const news = await sessionShop();
  const ada = await reader(news);
  const [, craft] = mutations.find(([name]) => name === 'key with a small-order part') ?? [];
  // By the platform's check alone, this signature under this key is good.
  const [head = '', body = ''] = (await ada.voucher()).split('.');
  const made = craft?.(new Uint8Array(32), utf8(`${head}.${body}`));
  if (!made) throw new Error('there is no such mutation');
  const grant = await grantOf(news, ada.session, { cnf: { jwk: jwkFrom(made.publicKey) } });
  const text = `${head}.${body}.${base64url(made.signature)}`;
  await expectNothing(news, await ada.tapping({ text, grant }), refused);
});

describe('T31', () => {
  // Red without: src/merchant/sessions/standing.ts: if (at.now > session.redeemBy - policy.seconds.holdMargin) throw new Problem('session-ended');
  test.each([
    [-3_600, 200],
    [-3_599, 410],
    [0, 410],
    [600, 410],
  ])('T31 %i s after the last moment of a session a tap is answered %i', async (after, status) => {
    const news = await sessionShop();
    const ada = await reader(news, { rby: startSeconds + 50_000 });
    news.clock.seconds = startSeconds + 50_000 + after;
    expect((await news.ask(await ada.tapping())).status).toBe(status);
  });

  // Red without: src/merchant/charge.ts: if (challengeExpires <= now) throw refused('payment-expired');
  test('T31 our own challenge ends at its second, by our own clock', async () => {
    const news = await sessionShop();
    const ada = await reader(news, { rby: startSeconds + 200_000 });
    news.clock.seconds = startSeconds + 86_399;
    expect((await ada.tap()).status).toBe(200);
    news.clock.seconds = startSeconds + 86_400;
    await expectNothing(news, await ada.tapping({ url: other }), [402, 'payment-expired']);
  });

  // Red without: src/merchant/charge.ts: if (!isOurs || signed.iat > now + policy.seconds.skew) throw new Problem('verification-failed'); → if (!isOurs) throw new Problem('verification-failed');
  test.each([
    [-600, 200],
    [60, 200],
    [61, 402],
    [600, 402],
  ])('T31 a wallet whose clock is %i s ahead of ours is answered %i', async (ahead, status) => {
    const news = await sessionShop();
    const ada = await reader(news, { iat: startSeconds + ahead });
    expect((await ada.tap()).status).toBe(status);
  });

  // Red without: src/merchant/sessions/manage.ts: Math.abs(now - proof.iat) <= policy.seconds.skew &&
  test.each([
    [-61, 402],
    [-60, 204],
    [60, 204],
    [61, 402],
  ])('T31 an undo whose proof is dated %i s from now is answered %i', async (off, status) => {
    const news = await sessionShop();
    const ada = await reader(news);
    await ada.tap(article, { tap: 'tap_12345678' });
    const iat = news.clock.seconds + off;
    expect((await news.ask(await ada.undoing('tap_12345678', { iat }))).status).toBe(status);
  });
});

// Red without: src/merchant/sessions/manage.ts: if ((await sessions.store.undone(tap, now - limit.seconds)) >= limit.count) → if (limit.count === 0)
test('T32 not everything that is read can be taken back', async () => {
  const news = await sessionShop();
  const ada = await reader(news);
  for (const i of [1, 2, 3, 4]) {
    await ada.tap(`${site}/articles/${i}`, { tap: `tap_0000000${i}` });
    await news.ask(await ada.undoing(`tap_0000000${i}`));
  }
  expect(await sumsOf(news)).toMatchObject({ spent: price * 4n, undone: price * 3n });
});

// Red without: src/merchant/sessions/manage.ts: if (tap.state !== 'taken') return { result: undefined };
test('T32 a tap is taken back once, however often it is asked for at once', async () => {
  const news = await sessionShop();
  const ada = await reader(news);
  await ada.tap(other);
  await ada.tap(article, { tap: 'tap_12345678' });
  const requests = await Promise.all(Array.from({ length: 20 }, () => ada.undoing('tap_12345678')));
  const answers = await Promise.all(requests.map((request) => news.ask(request)));
  expect(answers.every(({ status }) => status === 204)).toBe(true);
  expect(await sumsOf(news)).toMatchObject({ spent: price * 2n, undone: price });
});

// Red without: src/merchant/sessions/enter.ts: const headers = new Headers({ 'cache-control': 'no-store' }); → const headers = new Headers();
test('T22 no answer to a session can come out of a shared cache', async () => {
  const news = await sessionShop();
  const ada = await reader(news);
  const shared = () => new Response('x', { headers: { 'cache-control': 'public, max-age=60' } });
  const answers: [answer: Response, expected: string][] = [
    [await ada.tap(article, { tap: 'tap_12345678' }, shared), 'private'],
    [await ada.tap(article, {}, shared), 'private'],
    [await ada.tap(other, { cum: deposit + 1n }, shared), 'no-store'],
    [await news.ask(await ada.undoing('tap_12345678')), 'no-store'],
    [await ada.tap(other, {}, () => new Response('x', { status: 503 })), 'no-store'],
  ];
  for (const [{ headers }, expected] of answers)
    expect(headers.get('cache-control')).toBe(expected);
});

test('a hundred unpaid requests write no row and ask nobody', async () => {
  const news = await sessionShop();
  const { sessions } = news.store;
  let writes = 0;
  if (sessions) sessions.save = async () => Boolean((writes += 1));
  for (let i = 0; i < 100; i++) await news.ask(new Request(article));
  expect(writes).toBe(0);
  expect(news.published.requests).toEqual([]);
});

/** A forged signature shows where the check stands: what is refused for another reason was refused before it. */
test.each<[name: string, changes: TapChanges, code: string]>([
  ['a wrong challenge', { voucher: { cid: 'A'.repeat(43) } }, 'verification-failed'],
  ['a sum above the deposit', { cum: deposit + 1n }, 'payment-insufficient'],
  ['a sum that pays for nothing new', { url: other, cum: price }, 'payment-insufficient'],
  ['a lower price', { voucher: { amt: '1' } }, 'payment-insufficient'],
  ['another page’s tap', { url: other, tap: 'tap_12345678' }, 'id-reused'],
])('%s is refused before any signature is checked', async (_name, changes, code) => {
  const news = await sessionShop();
  const ada = await reader(news);
  await ada.tap(article, { tap: 'tap_12345678' });
  const key = await signerOf('mallory');
  const answer = await news.ask(await ada.tapping({ ...changes, key }));
  expect(((await answer.json()) as { code: unknown }).code).toBe(code);
});

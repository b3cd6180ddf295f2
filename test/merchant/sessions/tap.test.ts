/** A session, tap by tap: what is asked, what opens, what is counted, and what is answered again for nothing. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { opaqueFrom, secondsFrom } from '../../../src/protocol/challenge.ts';
import { decodeJson } from '../../../src/protocol/encoding.ts';
import { nativeVerify } from '../../../src/protocol/keys.ts';
import { verifyJws } from '../../../src/protocol/jws.ts';
import { sessionRequestFrom } from '../../../src/protocol/session-request.ts';
import { parseTapReceipt } from '../../../src/protocol/tap-receipt.ts';
import { challengeScript, sqliteStore } from '../../../src/merchant/index.ts';
import {
  article,
  cookieOf,
  payee,
  paying,
  shop,
  signerOf,
  site,
  startSeconds,
  wallet,
  withCookie,
} from '../support.ts';
import {
  challengesOf,
  codeOf,
  deposit,
  grantOf,
  price,
  reader,
  sessionChallengeOf,
  sessionOf,
  sessionShop,
  sid,
  sumsOf,
  tapOf,
} from './support.ts';

const directory = mkdtempSync(join(tmpdir(), 'paywall-sessions-'));
afterAll(() => rmSync(directory, { recursive: true, force: true }));

const receiptOf = (answer: Response) =>
  decodeJson(answer.headers.get('payment-receipt') ?? '', 'malformed-request') as Record<
    string,
    string
  >;

const other = `${site}/articles/2`;

describe('the challenge', () => {
  test('without the option all is as it was: one challenge, of a charge', async () => {
    const news = await shop();
    const intents = challengesOf(await news.ask(new Request(article))).map(({ intent }) => intent);
    expect(intents).toEqual(['charge']);
    await expect(news.pay.sessions.settle()).rejects.toThrow('“sessions”');
  });

  test('a 402 asks by session first, then by charge', async () => {
    const news = await sessionShop();
    const answer = await news.ask(new Request(article));
    expect(answer.status).toBe(402);
    const [session, charge, ...more] = challengesOf(answer);
    expect(more).toEqual([]);
    expect(charge).toMatchObject({ intent: 'charge' });
    expect(session).toMatchObject({ intent: 'session', realm: 'news.example', method: 'micropay' });
    expect(sessionRequestFrom(session?.request, 'malformed-request')).toEqual({
      amount: '2',
      currency: 'usd',
      recipient: payee,
      unitType: 'article',
    });
    expect(opaqueFrom(session?.opaque)).toEqual({ scope: 'GET /articles/*' });
    expect(secondsFrom(session?.expires ?? '')).toBe(startSeconds + 86_400);
  });

  test.each<[name: string, method: string, item: object]>([
    ['a body is sent', 'POST', {}],
    ['the item says so', 'GET', { session: false }],
  ])('where %s, there is a charge only', async (_name, method, item) => {
    const news = await sessionShop();
    const answer = await news.ask(new Request(article, { method }), undefined, item);
    expect(challengesOf(answer).map(({ intent }) => intent)).toEqual(['charge']);
  });

  test('an item may name its class and its unit; one it doesn’t stand in, or that is no word, is the programmer’s mistake', async () => {
    const news = await sessionShop({ sessions: { deposit: { amount: '0.20', currency: 'USD' } } });
    const ask = (scope: string, unit = 'chapter') =>
      news.ask(new Request(article), undefined, { session: { scope, unit } });
    const challenge = sessionChallengeOf(await ask('GET /*'));
    expect(opaqueFrom(challenge.opaque)).toEqual({ scope: 'GET /*' });
    expect(sessionRequestFrom(challenge.request, 'malformed-request')).toMatchObject({
      unitType: 'chapter',
      suggestedDeposit: '20',
    });
    expect((await ask('GET /videos/*')).status).toBe(500);
    expect((await ask('POST /articles/*')).status).toBe(500);
    expect((await ask('GET /*', 'A chapter')).status).toBe(500);
  });

  test('a page carries it in a script that no title can end', async () => {
    const news = await sessionShop();
    const challenge = await news.pay.sessionChallenge(new Request(`${site}/`), {
      session: { scope: 'GET /articles/*' },
    });
    const html = challengeScript({ ...challenge!, description: '</script><b>' });
    const [, json = ''] =
      /^<script type="application\/json" data-micropay-challenge>([^<]*)<\/script>$/.exec(html) ??
      [];
    expect(JSON.parse(json)).toEqual({ ...challenge, description: '</script><b>' });
    const ada = await reader(news);
    expect((await ada.tap(article, { challenge: challenge! })).status).toBe(200);
  });

  test('a 200 renews it once less than half of its day is left', async () => {
    const news = await sessionShop();
    const ada = await reader(news, { rby: startSeconds + 2 * 86_400 });
    expect((await ada.tap()).headers.has('www-authenticate')).toBe(false);
    news.clock.seconds += 43_200;
    expect((await ada.tap(other)).headers.has('www-authenticate')).toBe(false);
    news.clock.seconds += 1;
    const fresh = sessionChallengeOf(await ada.tap(`${site}/articles/3`));
    expect(secondsFrom(fresh.expires ?? '')).toBe(news.clock.seconds + 86_400);
    expect((await ada.tap(`${site}/articles/4`, { challenge: fresh })).status).toBe(200);
  });
});

describe('a tap', () => {
  test('opens the page and is answered with the payee’s signed receipt', async () => {
    const news = await sessionShop();
    const ada = await reader(news);
    const seen: unknown[] = [];
    const answer = await ada.tap(article, { tap: 'tap_first000' }, (_request, access) => {
      seen.push(access);
      return new Response('The article');
    });
    expect(answer.status).toBe(200);
    expect(await answer.text()).toBe('The article');
    expect(answer.headers.get('cache-control')).toBe('private');
    const { receipt: text, ...told } = receiptOf(answer);
    expect(told).toEqual({
      method: 'micropay',
      reference: 'tap_first000',
      status: 'success',
      timestamp: new Date(startSeconds * 1000).toISOString().replace('.000', ''),
      sessionId: sid,
      amount: '20000',
    });
    const { jws, receipt } = parseTapReceipt(text, 'verification-failed');
    const { jwk, kid } = await signerOf('payee');
    await verifyJws(jws, jwk, nativeVerify, 'verification-failed');
    expect(jws.kid).toBe(kid);
    expect(receipt).toEqual({
      iss: payee,
      aud: wallet,
      sid,
      tap: 'tap_first000',
      res: 'GET /articles/1',
      amt: '20000',
      cur: 'usd-micro',
      iat: startSeconds,
      und: startSeconds + 900,
    });
    expect(seen).toEqual([
      { by: 'tap', payer: { iss: wallet, sub: 'sub_ada-at-news' }, tap: receipt },
    ]);
    expect(await sumsOf(news)).toEqual({
      accepted: price,
      spent: price,
      undone: 0n,
      claimed: 0n,
      settled: 0n,
    });
  });

  test('after tap goes out with one request each, until the deposit is used up', async () => {
    const news = await sessionShop();
    const ada = await reader(news);
    for (let i = 1; i <= 10; i++) expect((await ada.tap(`${site}/articles/${i}`)).status).toBe(200);
    const last = await ada.tap(`${site}/articles/11`);
    expect(await codeOf(last)).toEqual([402, 'payment-insufficient']);
    expect(await sumsOf(news)).toMatchObject({ accepted: deposit, spent: deposit });
    expect(news.published.requests).toHaveLength(1);
  });

  test('is taken before the handler runs', async () => {
    const news = await sessionShop();
    const ada = await reader(news);
    let spent: bigint | undefined;
    await ada.tap(article, {}, async () => {
      spent = (await sessionOf(news))?.spent;
      return new Response();
    });
    expect(spent).toBe(price);
  });

  test('that is known is answered again with the content, and nothing new is charged', async () => {
    const news = await sessionShop();
    const ada = await reader(news);
    const sent = await ada.tapping();
    const first = await news.ask(sent.clone());
    const before = await sessionOf(news);
    for (const seconds of [0, 1, 600, 43_200]) {
      news.clock.seconds = startSeconds + seconds;
      const by: string[] = [];
      const again = await news.ask(sent.clone(), (_request, access) => {
        by.push(access.by);
        return new Response('The article');
      });
      expect(await again.text()).toBe('The article');
      expect(by).toEqual(['repeat']);
      expect(again.headers.get('payment-receipt')).toBe(first.headers.get('payment-receipt'));
    }
    expect(await sessionOf(news)).toEqual(before);
  });

  test('whose answer got lost is answered again, however late and whatever has ended since', async () => {
    const news = await sessionShop();
    const ada = await reader(news);
    const tapping = await ada.tapping();
    for (const after of [0, 599, 600, 82_800, 86_400, 200_000]) {
      news.clock.seconds = startSeconds + after;
      expect((await news.ask(tapping.clone())).status).toBe(200);
    }
    expect((await sumsOf(news))?.['spent']).toBe(price);
  });

  test.each(['0.01', '0.03'])(
    'whose answer got lost is answered again, though the price is %s by now; a new tap is not taken at the old one',
    async (amount) => {
      const news = await sessionShop();
      const ada = await reader(news);
      const tap = 'tap_12345678';
      const tapping = await ada.tapping({ tap });
      const first = await news.ask(tapping.clone());
      const item = { price: { amount, currency: 'USD' } };
      const again = await news.ask(tapping.clone(), undefined, item);
      expect(again.status).toBe(200);
      expect(again.headers.get('payment-receipt')).toBe(first.headers.get('payment-receipt'));
      const sums = await sumsOf(news);
      expect(sums).toMatchObject({ accepted: price, spent: price, undone: 0n });
      const next = await news.ask(
        await ada.tapping({ url: other, cum: price * 2n }),
        undefined,
        item,
      );
      expect(next.status).toBe(402);
      expect(await sumsOf(news)).toEqual(sums);
      // What is asked for beside buying has no price.
      expect((await news.ask(await ada.undoing(tap), undefined, item)).status).toBe(204);
      expect(await sumsOf(news)).toMatchObject({ undone: price });
    },
  );

  test('signed anew is the same tap', async () => {
    const news = await sessionShop();
    const ada = await reader(news);
    await ada.tap(article, { tap: 'tap_12345678' });
    const again = await ada.tapping({ tap: 'tap_12345678', cum: price * 2n });
    expect((await news.ask(again)).status).toBe(200);
    expect((await sumsOf(news))?.['spent']).toBe(price);
  });

  test('for something else by the same name is refused', async () => {
    const news = await sessionShop();
    const ada = await reader(news);
    await ada.tap(article, { tap: 'tap_12345678' });
    const before = await sessionOf(news);
    expect(await codeOf(await ada.tap(other, { tap: 'tap_12345678' }))).toEqual([409, 'id-reused']);
    expect(await sessionOf(news)).toEqual(before);
  });

  test.each<[name: string, fail: () => Response | Promise<Response>, status: number]>([
    ['an error', () => Promise.reject(new Error('no disk')), 500],
    ['a 503', () => new Response('later', { status: 503 }), 503],
    ['a 404', () => new Response('gone', { status: 404 }), 404],
    ['a redirect', () => new Response(null, { status: 302 }), 302],
  ])(
    'that ends in %s is given back, and its copy buys nothing later',
    async (_name, fail, status) => {
      const news = await sessionShop();
      const ada = await reader(news);
      const sent = await ada.tapping({ tap: 'tap_failed00' });
      const failed = await news.ask(sent.clone(), fail);
      expect(failed.status).toBe(status);
      expect(failed.headers.has('payment-receipt')).toBe(false);
      expect(failed.headers.getSetCookie()).toEqual([]);
      expect(await sumsOf(news)).toMatchObject({ accepted: price, spent: price, undone: price });
      expect((await tapOf(news, 'tap_failed00'))?.state).toBe('failed');
      // Told "not charged", the page taps anew for the same sum; the copy that comes late changes nothing.
      expect(await codeOf(await news.ask(sent.clone()))).toEqual([402, 'payment-required']);
      expect((await ada.tap()).status).toBe(200);
      expect(await sumsOf(news)).toMatchObject({
        accepted: price,
        spent: price * 2n,
        undone: price,
      });
    },
  );

  test('that failed says that nothing was charged, or that it isn’t certain', async () => {
    const news = await sessionShop();
    const ada = await reader(news);
    const fail = () => Promise.reject(new Error('no disk'));
    expect(await (await ada.tap(article, {}, fail)).json()).toMatchObject({ moneyMoved: 'no' });
    const breaking = async () => {
      const { store } = news;
      if (store.sessions) store.sessions.save = () => Promise.reject(new Error('no database'));
      throw new Error('no disk');
    };
    const answer = await ada.tap(article, {}, breaking);
    expect(await answer.json()).toMatchObject({ code: 'internal-error', moneyMoved: 'unknown' });
    expect(news.errors.map(String)).toEqual(
      ['no disk', 'no database', 'no disk'].map((text) => `Error: ${text}`),
    );
  });

  test('for what is owned already delivers it, and is not taken', async () => {
    const news = await sessionShop();
    const ada = await reader(news);
    await ada.tap();
    const before = await sumsOf(news);
    const by: string[] = [];
    const again = await ada.tap(article, {}, (_request, access) => {
      by.push(access.by);
      return new Response('The article');
    });
    expect([again.status, by]).toEqual([200, ['owned']]);
    expect(again.headers.has('payment-receipt')).toBe(false);
    expect(await sumsOf(news)).toEqual(before);
    // Whatever way it was bought.
    await news.ask(await paying(news, await chargeAt(other), {}, { url: other }));
    expect((await ada.tap(other)).headers.has('payment-receipt')).toBe(false);
    expect(await sumsOf(news)).toEqual(before);

    async function chargeAt(url: string) {
      const found = challengesOf(await news.ask(new Request(url))).find(
        ({ intent }) => intent === 'charge',
      );
      if (!found) throw new Error('no charge');
      return found;
    }
  });

  test('for what was owned is charged by no copy that comes once it isn’t owned any more', async () => {
    const news = await sessionShop();
    const ada = await reader(news);
    await ada.tap(article, { tap: 'tap_bought_00' });
    const [one, copy, late] = [1, 2, 3].map(() =>
      ada.tapping({ tap: 'tap_owned_000', cum: price * 2n }),
    );
    for (const sent of [one, copy]) {
      const answer = await news.ask((await sent) as Request);
      expect([answer.status, answer.headers.has('payment-receipt')]).toEqual([200, false]);
    }
    // It owns nothing, so it is kept no longer than a copy may come.
    expect(await tapOf(news, 'tap_owned_000')).toMatchObject({ until: 0, pending: false });
    expect((await news.ask(await ada.undoing('tap_bought_00'))).status).toBe(204);
    const answer = await news.ask((await late) as Request);
    expect(await codeOf(answer)).toEqual([402, 'payment-required']);
    expect(await sessionOf(news)).toMatchObject({ spent: price, undone: price });
  });

  test('for what is paid each time is taken each time', async () => {
    const news = await sessionShop();
    const ada = await reader(news);
    for (const _ of [1, 2])
      expect((await ada.tap(article, {}, undefined, { seconds: 0 })).status).toBe(200);
    expect((await sumsOf(news))?.['spent']).toBe(price * 2n);
    expect((await ada.tap(article, {}, undefined, { seconds: 0 })).headers.getSetCookie()).toEqual(
      [],
    );
  });
});

describe('what a tap bought', () => {
  test('opens by the cookie, which names the payer and lists nothing', async () => {
    const news = await sessionShop();
    const ada = await reader(news);
    const cookie = cookieOf(await ada.tap());
    const [, payload = ''] = /^__Host-micropay=([^.]+)\./.exec(cookie) ?? [];
    expect(decodeJson(payload, 'malformed-request')).toEqual({
      iss: wallet,
      sub: 'sub_ada-at-news',
      exp: startSeconds + 31_536_000,
      scopes: [],
    });
    news.clock.seconds += 30 * 86_400;
    expect((await news.ask(withCookie(cookie))).status).toBe(200);
    expect((await news.ask(withCookie(cookie, other))).status).toBe(402);
  });

  test('is still open after a restart, and a known tap is still known', async () => {
    const path = join(directory, 'restart.db');
    const before = await sessionShop({ store: sqliteStore(path) });
    const ada = await reader(before);
    const sent = await ada.tapping();
    const cookie = cookieOf(await before.ask(sent.clone()));
    const after = await sessionShop({ store: sqliteStore(path) });
    expect((await after.ask(withCookie(cookie))).status).toBe(200);
    const spent = await sumsOf(after);
    // It can't know yet whether the one before still gives it back.
    expect((await after.ask(sent.clone())).status).toBe(503);
    after.clock.seconds += 11;
    expect((await after.ask(sent.clone())).status).toBe(200);
    expect(await sumsOf(after)).toEqual(spent);
    // Without its grant too: the store knows it.
    ada.owed = price;
    expect((await after.ask(await ada.tapping({ url: other }))).status).toBe(200);
  });
});

describe('a deposit that grew', () => {
  test('comes with a tap, or by itself; a grant of a lower number brings nothing', async () => {
    const news = await sessionShop();
    const ada = await reader(news);
    await ada.tap();
    const more = (seq: number, dep: bigint) =>
      grantOf(news, ada.session, { seq, dep: String(dep), rby: startSeconds + 86_400 + seq });
    const withTap = await ada.tapping({
      url: other,
      cum: deposit + price,
      grant: await more(1, deposit * 2n),
    });
    expect((await news.ask(withTap)).status).toBe(200);
    expect(await sessionOf(news)).toMatchObject({
      seq: 1,
      deposit: deposit * 2n,
      redeemBy: startSeconds + 86_401,
    });

    const alone = ada.asking({
      action: 'topUp',
      sessionId: sid,
      grant: await more(2, deposit * 3n),
    });
    const answer = await news.ask(alone);
    expect([answer.status, await answer.text()]).toEqual([204, '']);
    expect(await sessionOf(news)).toMatchObject({ seq: 2, deposit: deposit * 3n });

    for (const payload of [{ action: 'topUp', sessionId: sid, grant: ada.grant }]) {
      expect((await news.ask(ada.asking(payload))).status).toBe(204);
      expect(await sessionOf(news)).toMatchObject({
        seq: 2,
        deposit: deposit * 3n,
        redeemBy: startSeconds + 86_402,
      });
    }
  });

  test('by another person’s or another key’s grant is refused', async () => {
    const news = await sessionShop();
    const ada = await reader(news);
    await ada.tap();
    const grants = [
      await grantOf(news, await signerOf('other key'), { seq: 1 }),
      await grantOf(news, ada.session, { seq: 1, sub: 'sub_bob-at-news' }),
      await grantOf(news, ada.session, { seq: 1, jti: 'ses_87654321' }),
    ];
    const before = await sessionOf(news);
    for (const grant of grants) {
      const payload = { action: 'topUp', sessionId: sid, grant };
      const answer = await news.ask(ada.asking(payload, { method: 'GET' }));
      expect(await codeOf(answer)).toEqual([402, 'verification-failed']);
    }
    expect(await sessionOf(news)).toEqual(before);
  });
});

test('observing, nothing is sold by session, and each payment that would have been a tap is told', async () => {
  const would: unknown[] = [];
  const news = await sessionShop({
    sessions: { enforce: false, observed: (one) => would.push(one) },
  });
  const challenge = await news.challenge();
  expect(challenge.intent).toBe('charge');
  expect(await news.pay.sessionChallenge(new Request(article))).toBeUndefined();
  const request = await paying(news, challenge);
  for (const _ of [1, 2]) expect((await news.ask(request.clone())).status).toBe(200);
  expect(would).toEqual([
    { scope: 'GET /articles/*', res: 'GET /articles/1', amount: '20000', currency: 'usd-micro' },
  ]);
});

test.each<[name: string, sessions: object, message: string]>([
  ['no key', { key: undefined }, 'sessions.key'],
  ['a public key', { key: { kty: 'OKP', crv: 'Ed25519', x: 'A'.repeat(43) } }, 'sessions.key'],
  ['a class with a star inside', { scope: 'GET /*/x' }, 'scope'],
  ['a class of a method with a body', { scope: 'POST /x' }, 'scope'],
  ['a unit of no word', { unit: 'An article' }, '“unit”'],
  ['a margin of a second', { settle: { marginSeconds: 1 } }, 'marginSeconds'],
])('%s throws when the paywall is made', async (_name, sessions, message) => {
  await expect(sessionShop({ sessions })).rejects.toThrow(message);
});

test('a store without sessions throws when the paywall is made', async () => {
  const { find, take, owns } = sqliteStore(':memory:');
  await expect(sessionShop({ store: { find, take, owns } })).rejects.toThrow('“store”');
});

test('two halves of two keys are found out at the first tap, and nothing is taken', async () => {
  const { x } = (await signerOf('another')).jwk;
  const { key } = { key: { kty: 'OKP', crv: 'Ed25519', x, d: 'A'.repeat(43) } as const };
  const news = await sessionShop({ sessions: { key } });
  const ada = await reader(news);
  expect((await ada.tap()).status).toBe(500);
  expect(String(news.errors[0])).toContain('private half');
  expect(await sessionOf(news)).toBeUndefined();
});

/** What a session's page asks for without buying: taking a tap back, an end, a larger sum for an answer that runs. */
import { describe, expect, test } from 'vitest';
import { article, cookieOf, signerOf, site, startSeconds, withCookie } from '../support.ts';
import {
  codeOf,
  deposit,
  key,
  price,
  reader,
  sessionOf,
  sessionShop,
  sid,
  sumsOf,
  tapOf,
} from './support.ts';

const other = `${site}/articles/2`;
const tap = 'tap_12345678';

describe('undo', () => {
  test('takes the tap back and closes what it opened; asked again it is the same answer', async () => {
    const news = await sessionShop();
    const ada = await reader(news);
    const cookie = cookieOf(await ada.tap(article, { tap }));
    expect((await news.ask(withCookie(cookie))).status).toBe(200);
    for (const _ of [1, 2]) {
      const answer = await news.ask(await ada.undoing(tap));
      expect([answer.status, await answer.text()]).toEqual([204, '']);
      expect(answer.headers.get('cache-control')).toBe('no-store');
      expect(await sumsOf(news)).toMatchObject({ accepted: price, spent: price, undone: price });
    }
    expect((await news.ask(withCookie(cookie))).status).toBe(402);
    // The sum that was signed for is good for the next tap.
    ada.owed -= price;
    expect((await ada.tap(other)).status).toBe(200);
    expect(await sumsOf(news)).toMatchObject({ accepted: price, spent: price * 2n, undone: price });
  });

  test('ends what a copy of the tap opened, too', async () => {
    const news = await sessionShop();
    const ada = await reader(news);
    const sent = await ada.tapping({ tap });
    await news.ask(sent.clone());
    const copied = cookieOf(await news.ask(sent.clone()));
    expect((await news.ask(withCookie(copied))).status).toBe(200);
    expect((await news.ask(withCookie(copied, other))).status).toBe(402);
    await news.ask(await ada.undoing(tap));
    expect((await news.ask(withCookie(copied))).status).toBe(402);
    expect(await codeOf(await news.ask(sent.clone()))).toEqual([402, 'payment-required']);
  });

  test('is possible for fifteen minutes, and not a second more', async () => {
    const news = await sessionShop();
    const ada = await reader(news);
    await ada.tap(article, { tap: 'tap_11111111' });
    await ada.tap(other, { tap: 'tap_22222222' });
    news.clock.seconds = startSeconds + 900;
    expect((await news.ask(await ada.undoing('tap_11111111'))).status).toBe(204);
    news.clock.seconds = startSeconds + 901;
    const late = await news.ask(await ada.undoing('tap_22222222'));
    expect(await codeOf(late)).toEqual([409, 'undo-ended']);
    expect((await tapOf(news, 'tap_22222222'))?.state).toBe('taken');
  });

  test('is possible three times in a week', async () => {
    const news = await sessionShop();
    const ada = await reader(news);
    const back = async (name: string): Promise<number> => {
      await ada.tap(`${site}/articles/${name}`, { tap: `tap_${name}` });
      ada.owed -= price;
      return (await news.ask(await ada.undoing(`tap_${name}`))).status;
    };
    const statuses: number[] = [];
    for (const name of ['11111111', '22222222', '33333333', '44444444'])
      statuses.push(await back(name));
    expect(statuses).toEqual([204, 204, 204, 409]);
  });

  test('of a tap that was never taken, or of an unknown session, is refused', async () => {
    const news = await sessionShop();
    const ada = await reader(news);
    expect(await codeOf(await news.ask(await ada.undoing(tap)))).toEqual([410, 'session-ended']);
    await ada.tap();
    expect(await codeOf(await news.ask(await ada.undoing(tap)))).toEqual([404, 'not-found']);
  });

  test('whose content a cookie opens is told why it can’t be, and not given the content', async () => {
    const news = await sessionShop();
    const ada = await reader(news);
    const cookie = cookieOf(await ada.tap(article, { tap }));
    news.clock.seconds += 901;
    const { headers, url } = await ada.undoing(tap);
    headers.set('cookie', cookie);
    expect(await codeOf(await news.ask(new Request(url, { headers })))).toEqual([
      409,
      'undo-ended',
    ]);
    const head = await news.ask(new Request(url, { method: 'HEAD', headers }));
    expect([head.status, await head.text()]).toEqual([409, '']);
  });
});

describe('close', () => {
  test('takes nothing more, and is the same answer again', async () => {
    const news = await sessionShop();
    const ada = await reader(news);
    await ada.tap();
    for (const _ of [1, 2]) expect((await news.ask(await ada.closing())).status).toBe(204);
    expect(await sessionOf(news)).toMatchObject({ state: 'closing', pending: true });
    expect(await codeOf(await ada.tap(other))).toEqual([410, 'session-ended']);
    expect(await codeOf(await ada.tap(other, { open: true }))).toEqual([410, 'session-ended']);
  });

  test('can be asked for by the payee', async () => {
    const news = await sessionShop();
    expect(await news.pay.sessions.close(sid)).toBe(false);
    const ada = await reader(news);
    await ada.tap();
    expect(await news.pay.sessions.close(sid)).toBe(true);
    expect(await codeOf(await ada.tap(other))).toEqual([410, 'session-ended']);
  });
});

describe('HEAD', () => {
  test('raises what is accepted, delivers nothing and takes nothing', async () => {
    const news = await sessionShop();
    const ada = await reader(news);
    const answer = await news.ask(await ada.tapping({ method: 'HEAD', cum: price * 3n }), () => {
      throw new Error('nothing is delivered');
    });
    expect(answer.status).toBe(204);
    expect(answer.headers.has('payment-receipt')).toBe(false);
    expect(await sumsOf(news)).toMatchObject({ accepted: price * 3n, spent: 0n });
    const lower = await ada.tapping({ method: 'HEAD', cum: price });
    expect((await news.ask(lower)).status).toBe(204);
    expect(await sumsOf(news)).toMatchObject({ accepted: price * 3n });
  });

  test('is refused where a tap would be', async () => {
    const news = await sessionShop();
    const ada = await reader(news);
    const key = await signerOf('other key');
    const statuses = [];
    for (const changes of [
      { cum: deposit + 1n },
      { key },
      { url: other, voucher: { res: 'GET /articles/3' } },
      { voucher: { amt: '19999' } },
    ])
      statuses.push((await news.ask(await ada.tapping({ method: 'HEAD', ...changes }))).status);
    expect(statuses).toEqual([402, 402, 402, 402]);
    expect(await sessionOf(news)).toBeUndefined();
  });
});

/** By whom, for what, when: the session key's word must be for exactly this. */
describe('what asks for something to be done', () => {
  const proofs: [name: string, changes: object, by?: string][] = [
    ['for another tap', { cid: 'tap_87654321' }],
    ['for another payee', { aud: 'https://wallet.example/~mallory' }],
    ['from a minute and a second ago', { iat: startSeconds - 61 }],
    ['from a time to come', { iat: startSeconds + 61 }],
    ['by another key', {}, 'other key'],
  ];

  test.each(proofs)(
    'with a proof %s is refused, and nothing changes',
    async (_name, changes, by) => {
      const news = await sessionShop();
      const ada = await reader(news);
      await ada.tap(article, { tap });
      const before = [await sessionOf(news), await tapOf(news, tap)];
      const signer = by === undefined ? undefined : await signerOf(by);
      for (const payload of [
        { action: 'undo', sessionId: sid, tap, proof: await ada.proof(tap, changes, signer) },
        { action: 'close', sessionId: sid, proof: await ada.proof(sid, changes, signer) },
      ]) {
        const answer = await news.ask(ada.asking(payload, { method: 'GET' }));
        expect(await codeOf(answer)).toEqual([402, 'verification-failed']);
      }
      expect([await sessionOf(news), await tapOf(news, tap)]).toEqual(before);
    },
  );

  test('from another site’s page is refused', async () => {
    const news = await sessionShop({ allowOrigins: '*' });
    const ada = await reader(news);
    await ada.tap(article, { tap });
    const payload = { action: 'undo', sessionId: sid, tap, proof: await ada.proof(tap) };
    const headers = { origin: 'https://evil.example' };
    const answer = await news.ask(ada.asking(payload, { method: 'GET', headers }));
    expect(await codeOf(answer)).toEqual([402, 'verification-failed']);
    expect(answer.headers.get('access-control-expose-headers')).toContain('WWW-Authenticate');
    expect((await news.store.sessions?.find(key, tap))?.tap?.state).toBe('taken');
  });
});

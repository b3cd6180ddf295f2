/** The way back from the wallet's page, for who pays without script: a code for a receipt, a cookie for the code. */
import { beforeEach, describe, expect, test } from 'vitest';
import { callerFrom } from '../../src/protocol/call.ts';
import type { Challenge } from '../../src/protocol/challenge.ts';
import { encodeJson } from '../../src/protocol/encoding.ts';
import { signReceipt, type Receipt } from '../../src/protocol/receipt.ts';
import { sessionShop } from './sessions/support.ts';
import {
  article,
  cookieOf,
  payee,
  receiptFor,
  signerOf,
  startSeconds,
  wallet,
  withCookie,
  type Shop,
} from './support.ts';

let news: Shop;
/** What the wallet has for each code, once */
let receipts: Map<string, Receipt>;
let calls: { by: string; body: string }[];
let isAway: boolean;

beforeEach(async () => {
  receipts = new Map();
  calls = [];
  isAway = false;
  const walletKey = await signerOf('wallet');
  news = await sessionShop({
    fetch: async (input, init) => {
      const url = input instanceof Request ? input.url : String(input);
      if (isAway) throw new TypeError('fetch failed');
      if (!url.endsWith('/receipts/exchange')) return Response.json({ keys: [walletKey.jwk] });
      const body = new TextDecoder().decode(init?.body as Uint8Array);
      calls.push({ by: callerFrom(new Headers(init?.headers).get('authorization')), body });
      const { code } = JSON.parse(body) as { code: string };
      const receipt = receipts.get(code);
      receipts.delete(code);
      if (!receipt) return Response.json({ code: 'not-found' }, { status: 404 });
      return Response.json({ receipt: await signReceipt(receipt, walletKey), now: startSeconds });
    },
  });
});

const code = 'c'.repeat(43);
const html = { accept: 'text/html' };

/** The page at the closed door, and where its link leads. */
async function link(url = article): Promise<{ to: URL; challenge: Challenge }> {
  const closed = await news.ask(new Request(url, { headers: html }));
  const [, href = ''] = /<a href="([^"]+)">Pay 2¢/.exec(await closed.text()) ?? [];
  const to = new URL(href.replaceAll('&amp;', '&'));
  const text = to.searchParams.get('challenge') ?? '';
  return { to, challenge: JSON.parse(Buffer.from(text, 'base64url').toString()) as Challenge };
}

/** A reader who comes back with a code; `cookie` is what their browser holds. */
const coming = (
  challenge: Challenge,
  changes: { url?: string; cookie?: string; code?: string } = {},
) => {
  const url = new URL(changes.url ?? article);
  url.searchParams.set('micropay_challenge', encodeJson(challenge));
  url.searchParams.set('micropay_code', changes.code ?? code);
  const headers = {
    ...html,
    'sec-fetch-site': 'cross-site',
    ...(changes.cookie && { cookie: changes.cookie }),
  };
  return news.ask(new Request(url, { headers }));
};

test('the button’s link goes to the wallet with the challenge, and comes back here', async () => {
  const { to, challenge } = await link(`${article}?page=2`);
  expect(to.href.startsWith(`${payee}?`)).toBe(true);
  expect(to.searchParams.get('return')).toBe(`${article}?page=2`);
  expect(challenge).toMatchObject({ method: 'micropay', intent: 'charge' });
  expect(to.href.length).toBeLessThan(4_000);
});

test('a paywall without a key, and what stays not open, have no such link', async () => {
  const closed = await news.ask(new Request(article, { headers: html }), undefined, { seconds: 0 });
  expect(await closed.text()).toContain('please turn on JavaScript');
});

test('a code becomes a receipt, a cookie, and the address without it', async () => {
  const { challenge } = await link();
  receipts.set(code, receiptFor(challenge));
  const back = await coming(challenge);
  expect([back.status, back.headers.get('location')]).toEqual([303, '/articles/1']);
  expect(back.headers.get('cache-control')).toBe('no-store');
  const { kid } = await signerOf('payee');
  expect(calls).toEqual([{ by: kid, body: JSON.stringify({ code }) }]);
  const opened = await news.ask(withCookie(cookieOf(back)));
  expect([opened.status, await opened.text()]).toEqual([200, 'The article']);
  // Whoever loads the address with the code again has the cookie, and the wallet isn't asked.
  expect((await coming(challenge, { cookie: cookieOf(back) })).status).toBe(200);
  expect(calls).toHaveLength(1);
  expect(news.store.calls).toHaveLength(1);
});

test('what is owned already comes back by its old receipt, and opens', async () => {
  const { challenge: earlier } = await link();
  const { challenge } = await link();
  receipts.set(code, receiptFor(earlier));
  const back = await coming(challenge);
  expect(back.status).toBe(303);
  expect((await news.ask(withCookie(cookieOf(back)))).status).toBe(200);
});

describe('nothing opens', () => {
  // Red without: src/merchant/plain-return.ts: const challengeExpires = await recogniseChallenge(challenge, offer, settings); → const challengeExpires = 1e10;
  test('T13 for a challenge of another page, and the wallet is not asked', async () => {
    const { challenge } = await link(`${article}0`);
    receipts.set(code, receiptFor(challenge));
    expect((await coming(challenge)).status).toBe(402);
    expect(calls).toEqual([]);
  });

  test('T13 for a challenge of another’s server, or an edited one', async () => {
    const { challenge } = await link();
    for (const edited of [
      { ...challenge, id: 'x'.repeat(43) },
      { ...challenge, expires: '2030-01-01T00:00:00Z' },
    ])
      expect((await coming(edited)).status).toBe(402);
    expect(calls).toEqual([]);
  });

  test('T12 for a code that was used', async () => {
    const { challenge } = await link();
    receipts.set(code, receiptFor(challenge));
    expect((await coming(challenge)).status).toBe(303);
    expect((await coming(challenge)).status).toBe(402);
  });

  // Red without: src/merchant/evidence.ts: await assertOwned(vouched, presented);
  test('T3 by an old receipt for something cheaper, or for less time', async () => {
    const { challenge } = await link();
    const { challenge: other } = await link(`${article}0`);
    const old = receiptFor(challenge);
    for (const receipt of [
      receiptFor(other),
      { ...old, cid: other.id, amt: '1' },
      { ...old, cid: other.id, ext: 'x'.repeat(43) },
      { ...old, cid: other.id, own: { scope: 'GET /articles/1', until: startSeconds - 1 } },
    ]) {
      receipts.set(code, receipt);
      expect((await coming(challenge)).status).toBe(402);
    }
  });

  test('T14 by another wallet’s receipt, or another payee’s', async () => {
    const { challenge } = await link();
    for (const changes of [{ iss: 'https://other.example' }, { aud: `${wallet}/~other` }]) {
      receipts.set(code, receiptFor(challenge, changes));
      expect((await coming(challenge)).status).toBe(402);
    }
  });

  test('while the wallet is away, and it is said that asking again helps', async () => {
    const { challenge } = await link();
    isAway = true;
    const answer = await coming(challenge);
    expect(answer.status).toBe(503);
    expect(await answer.json()).toMatchObject({ code: 'unavailable', nextStep: 'retry' });
  });
});

// Red without: src/merchant/plain-return.ts: return before.iss === access.payer?.iss && before.sub === access.payer?.sub; → return true;
test('T27 a link with another’s code doesn’t make someone else of a reader who is known here', async () => {
  const { challenge } = await link();
  receipts.set(code, receiptFor(challenge));
  const own = cookieOf(await coming(challenge));
  const { challenge: next } = await link(`${article}0`);
  receipts.set(code, receiptFor(next, { sub: 'sub_mallory-at-news' }));
  const answer = await coming(next, { url: `${article}0`, cookie: own });
  expect(answer.status).toBe(200);
  expect(answer.headers.getSetCookie()).toEqual([]);
  expect((await news.ask(withCookie(own))).status).toBe(200);
});

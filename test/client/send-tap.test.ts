/** What an answer to a tap means: taken, refused, or neither, and then the same bytes are sent again. */
import { beforeEach, expect, test } from 'vitest';
import {
  encodeOpaque,
  encodeSessionRequest,
  Problem,
  problemDetails,
  timeFrom,
} from 'micro-pay/protocol';
import { accountOf, changeAccount, type Pending } from '../../src/client/account.ts';
import { contextFrom, type Context } from '../../src/client/context.ts';
import { memoryStorage } from '../../src/client/memory-storage.ts';
import { finishTap } from '../../src/client/session/send-tap.ts';
import { article, newWorld, payee, start, walletOrigin, worldPorts } from './support.ts';

const request = { amount: '2', currency: 'usd', recipient: payee, unitType: 'article' };
const sid = 'ses_00000001';
const rby = start / 1000 + 86_400;

/** A tap that is under way, of a session that owes it and 2¢ for one before. */
async function tapped(context: Context): Promise<Pending> {
  const pending: Pending = {
    charge: {
      key: `GET ${article}`,
      cid: 'tap_00000002',
      rlm: 'news.test',
      req: encodeSessionRequest(request),
      request,
      payee: { url: payee, wallet: walletOrigin, name: 'news' },
      price: 20_000n,
      currency: 'usd-micro',
      target: { url: article },
      tap: 'GET /article/42',
      challenge: {
        id: 'a'.repeat(43),
        realm: 'news.test',
        method: 'micropay',
        intent: 'session',
        request: encodeSessionRequest(request),
        expires: timeFrom(rby),
        opaque: encodeOpaque({ scope: 'GET /article/*' }),
      },
    },
    intent: 'e30.e30.c2ln',
    tap: { sid, pks: [] },
    exp: rby,
    jkt: 'k',
    at: start,
    wallet: { origin: walletOrigin, offset: 0, keys: {}, keysAt: 0 },
  };
  await changeAccount(context, payee, (account) => ({
    ...account,
    pending: [pending],
    hold: {
      sid,
      grant: 'g',
      seq: 0,
      dep: 200_000n,
      rby,
      pks: [],
      owed: 40_000n,
      signedMax: 40_000n,
    },
  }));
  return pending;
}

let answer: () => Response;
let sent: (string | null)[];
let context: Context;
beforeEach(async () => {
  sent = [];
  context = contextFrom(() => import('../../src/client/later/index.ts'), {
    ...worldPorts(await newWorld()),
    storage: memoryStorage(),
    fetch: async (_input, init) => {
      sent.push(new Headers(init?.headers).get('authorization'));
      return answer();
    },
  });
});

const scheme = 'https://paymentauth.org/problems/';
const said =
  (body: object, status = 402) =>
  () =>
    Response.json(body, { status });

test.each<[string, () => Response, string]>([
  ['our word for it', said(problemDetails(new Problem('invalid-challenge'))), 'invalid-challenge'],
  ['the scheme’s', said({ type: `${scheme}invalid-challenge`, status: 402 }), 'invalid-challenge'],
  ['the scheme’s for its time', said({ type: `${scheme}payment-expired` }), 'payment-expired'],
  [
    'one of the scheme’s that we have none for',
    said({ type: `${scheme}invalid-payload` }),
    'verification-failed',
  ],
])(
  'a 402 with %s is a refusal: once asked, not charged, and not owed',
  async (_rule, says, code) => {
    answer = says;
    await expect(finishTap(context, await tapped(context))).rejects.toMatchObject({
      code,
      moneyMoved: 'no',
    });
    expect(sent).toHaveLength(1);
    const { pending, hold } = await accountOf(context, payee);
    expect(pending).toEqual([]);
    expect(hold).toMatchObject({ owed: 20_000n, signedMax: 40_000n });
  },
);

test.each<[string, () => Response]>([
  ['no words', () => new Response('Pay first', { status: 402 })],
  ['a type of nobody', said({ type: 'about:blank' })],
  ['a type that only holds the scheme’s', said({ type: `https://evil.test/?${scheme}` })],
  [
    'our members, where it is not said that nothing moved',
    said({ type: `${scheme}invalid-challenge`, code: 'invalid-challenge' }),
  ],
  ['the scheme’s word under a 500', said({ type: `${scheme}internal-payment-error` }, 500)],
  ['nothing at all', () => Response.error()],
])(
  'an answer with %s is neither yes nor no: the same bytes again, and it stays owed',
  async (_rule, says) => {
    answer = says;
    await expect(finishTap(context, await tapped(context))).rejects.toMatchObject({
      code: 'answer-unknown',
      moneyMoved: 'unknown',
    });
    expect(sent).toHaveLength(3);
    expect(new Set(sent).size).toBe(1);
    const { pending, hold } = await accountOf(context, payee);
    expect(pending).toHaveLength(1);
    expect(hold).toMatchObject({ owed: 40_000n, signedMax: 40_000n });
  },
);

test('a tap that another tab heard no of is not sent again: it could be taken after all', async () => {
  answer = () => new Response('The article');
  const tap = await tapped(context);
  await changeAccount(context, payee, (account) => ({ ...account, pending: [] }));
  await expect(finishTap(context, tap)).rejects.toMatchObject({ moneyMoved: 'no' });
  expect(sent).toEqual([]);
});

test('after its session’s end a tap without an answer is given up, and nobody says that it was not charged', async () => {
  answer = () => Response.error();
  const pending = await tapped(context);
  context.now = () => rby * 1_000;
  await expect(finishTap(context, pending)).rejects.toMatchObject({
    code: 'session-ended',
    moneyMoved: 'unknown',
    // Who asks again asks for nothing that is under way any more, and would pay anew.
    nextStep: 'contact',
  });
  const { pending: left, hold } = await accountOf(context, payee);
  expect(left).toEqual([]);
  expect(hold).toMatchObject({ owed: 20_000n, ended: true });
  // Another tab that still had it knows no more.
  await expect(finishTap(context, pending)).rejects.toMatchObject({ moneyMoved: 'unknown' });
});

/** A quote says how it would be paid, and why so: of what is set aside, or by a charge. */
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import {
  credentialFrom,
  parseVoucher,
  Problem,
  problemDetails,
  signGrant,
} from 'micro-pay/protocol';
import type { Account, Approval, Hold } from '../../src/client/account.ts';
import type { Options, Target } from '../../src/client/api.ts';
import type { Charge } from '../../src/client/charge.ts';
import {
  article,
  device,
  emptyHold,
  listen,
  newSigner,
  newWorld,
  pageOrigin,
  payee,
  start,
  tip,
  walletOrigin,
  type World,
} from './support.ts';

let world: World;
let close: () => void;
beforeEach(async () => {
  world = await newWorld();
  close = listen(world);
});
afterEach(() => close());

const hour = 3_600;
const now = start / 1000;
const hold: Hold = { ...emptyHold, owed: 60_000n, signedMax: 60_000n };

const inJson = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64url');
/** As the payee's server writes it into its pages. */
const embedded = JSON.stringify({
  id: 'chal_12345678',
  realm: 'news.test',
  method: 'micropay',
  intent: 'session',
  request: inJson({
    amount: '20000',
    currency: 'usd-micro',
    recipient: payee,
    unitType: 'article',
  }),
  expires: new Date(start + 86_400_000).toISOString(),
  opaque: inJson({ scope: 'GET /article/*' }),
});

/** Someone who paid here before, for whom so much is set aside, on a page that sells by session. */
async function reader(held: Hold | undefined, options: Options = {}) {
  const { micro, page, storage } = device(world, options);
  await micro.pay(tip);
  page.embedded = [embedded];
  const account = (await storage.get(`account:${payee}`)) as Account;
  await storage.set(`account:${payee}`, { ...account, hold: held });
  return micro;
}

const rows: [string, Hold | undefined, Target, object][] = [
  ['what is set aside covers it', hold, { url: article }, { by: 'session', because: 'held' }],
  [
    'to the last unit',
    { ...hold, owed: 180_000n },
    { url: article },
    { by: 'session', because: 'held' },
  ],
  [
    'more is set aside first',
    { ...hold, owed: 180_001n },
    { url: article },
    { by: 'session', because: 'to-be-held' },
  ],
  ['nothing is, yet', undefined, { url: article }, { by: 'session', because: 'to-be-held' }],
  [
    'it ends within the hour',
    { ...hold, rby: now + hour },
    { url: article },
    { by: 'charge', because: 'ending' },
  ],
  [
    'the payee takes no more of it',
    { ...hold, ended: true },
    { url: article },
    { by: 'charge', because: 'ending' },
  ],
  [
    'it is over, and another is made',
    { ...hold, rby: now },
    { url: article },
    { by: 'session', because: 'to-be-held' },
  ],
  ['no server asks', hold, tip, { by: 'charge', because: 'not-offered' }],
  [
    'the server doesn’t sell it by session',
    hold,
    { url: `${pageOrigin}/letters` },
    { by: 'charge', because: 'not-offered' },
  ],
];
test.each(rows)('%s', async (_what, held, target, way) => {
  const micro = await reader(held);
  expect(await micro.quote(target)).toMatchObject({ ready: true, way });
});

describe('what came with a further approval', () => {
  const newer = 'ses_87654321';

  /** Taps, and tells the sessions that were signed for; the payee's server takes nothing. */
  async function sessionsTapped(
    under: Partial<Account>,
    changes: Partial<Approval> = {},
  ): Promise<string[]> {
    const { micro, page, storage } = device(world);
    await micro.pay(tip);
    page.embedded = [embedded];
    const account = (await storage.get(`account:${payee}`)) as Account;
    const [terms] = world.grants.values();
    if (!terms || !account.approval) throw new Error('Nothing was approved.');
    const made = { jti: newer, dep: '200000', rby: hold.rby, pks: ['A'.repeat(43)] };
    const session = await signGrant({ ...terms, ...made }, world.signer);
    const approval = { ...account.approval, session, ...changes };
    await storage.set(`account:${payee}`, { ...account, approval, hold, ...under });
    const { handle } = world;
    const sids: string[] = [];
    world.handle = async (request) => {
      if (new URL(request.url).pathname.endsWith('/topup')) {
        const older = { gnt: 'gnt_older000', jti: hold.sid, seq: 1, dep: '400000' };
        const grant = await signGrant({ ...terms, ...made, ...older }, world.signer);
        const { allowance } = approval;
        return Response.json({ grant, allowance });
      }
      const authorization = request.headers.get('authorization');
      const { payload } =
        (authorization?.startsWith('Payment') && credentialFrom(authorization)) || {};
      if (!payload || !('action' in payload)) return handle(request);
      sids.push(parseVoucher(String(payload['voucher']), 'malformed-credential').voucher.sid);
      return Response.json(problemDetails(new Problem('invalid-challenge')), { status: 402 });
    };
    const quote = await micro.quote({ url: article });
    if (quote.response) throw new Error('It costs nothing.');
    await expect(micro.settle(quote)).rejects.toMatchObject({ code: 'invalid-challenge' });
    return sids;
  }

  test('is used, and not what was set aside under the one before', async () => {
    expect(await sessionsTapped({})).toEqual([newer]);
  });

  test('may be nothing: then what was set aside under the one before grows', async () => {
    const approval = { session: undefined };
    expect(await sessionsTapped({ hold: { ...hold, owed: 200_000n } }, approval)).toEqual([
      hold.sid,
    ]);
  });

  test('waits while a tap of the one before is under way: that needs its grant', async () => {
    const charge = { key: 'GET /other', cid: 'tap_other', price: 20_000n } as Charge;
    const wallet = { origin: walletOrigin, offset: 0, keys: {}, keysAt: 0 };
    const pending = [
      {
        charge,
        intent: '',
        tap: { sid: hold.sid, pks: [] },
        exp: hold.rby,
        jkt: '',
        at: 0,
        wallet,
      },
    ];
    expect(await sessionsTapped({ pending })).toEqual([hold.sid]);
  });
});

test('what the payee takes no more of is signed for no more, while the wallet still has it', async () => {
  const micro = await reader({ ...hold, ended: true });
  const [approval] = world.grants.values();
  if (!approval) throw new Error('Nothing was approved.');
  const { handle } = world;
  const taps: string[] = [];
  world.handle = async (request) => {
    const shown = credentialFrom(request.headers.get('authorization'));
    if (shown && 'action' in shown.payload) {
      taps.push(request.url);
      return Response.json(problemDetails(new Problem('session-ended')), { status: 410 });
    }
    if (new URL(request.url).pathname !== '/sessions') return handle(request);
    const { sid: jti, rby, dep } = hold;
    const pks = ['A'.repeat(43)];
    const terms = { ...approval, jti, rby, pks, dep: String(dep) };
    const { tap, day, total } = world.limits;
    const used = '220000';
    const allowance = {
      currency: 'usd-micro',
      tap,
      day: { used, limit: day, resets: rby },
      total: { used, limit: total },
    };
    return Response.json({ grant: await signGrant(terms, world.signer), allowance });
  };
  const quote = await micro.quote({ url: article });
  if (quote.response) throw new Error('It costs nothing.');
  const { response } = await micro.settle(quote);
  expect(await response?.text()).toBe('the whole article');
  expect(taps).toEqual([]);
  expect(world.debits).toHaveLength(2);
});

test('for a key that the browser can’t keep nothing is set aside', async () => {
  const kept = await newSigner();
  const micro = await reader(undefined, { signer: async () => ({ ...kept, fallback: true }) });
  expect(await micro.quote({ url: article })).toMatchObject({
    way: { by: 'charge', because: 'key-in-memory' },
  });
});

test('a quote that isn’t ready says nothing of it: what it is paid with is approved first', async () => {
  expect(await device(world).micro.quote(tip)).not.toHaveProperty('way');
  const micro = await reader(hold);
  await micro.caps.set(payee, { tap: '19999' });
  expect(await micro.quote({ url: article })).toMatchObject({ ready: false, way: undefined });
});

test('the session says what is set aside, and what is left of it', async () => {
  const micro = await reader(hold);
  await micro.quote(tip);
  const held = { amount: 200_000n, left: 140_000n, until: hold.rby };
  expect(micro.$session.get()).toMatchObject({ payee, held });
});

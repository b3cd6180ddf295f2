import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import {
  base64url,
  parseSettlement,
  policy,
  verifyJws,
  type SettlementAnswer,
  type Signer,
} from '../../src/protocol/index.ts';
import { balance, personBalance } from '../../wallet/src/ledger.ts';
import { removePayeeKey } from '../../wallet/src/payee-keys.ts';
import { sweep } from '../../wallet/src/sweeper.ts';
import {
  audited,
  connected,
  contents,
  issuer,
  newKey,
  newPerson,
  news,
  pay,
  site,
  testWallet,
  type Connected,
  type TestWallet,
} from './support.ts';
import {
  grantIn,
  item,
  open,
  opened,
  seller,
  settleBy,
  settled,
  topUp,
  voucher,
  type Answer,
} from './session-support.ts';

let wallet: TestWallet;
let payee: Signer;
let person: string;
let reader: Connected;
let sid: string;
beforeEach(async () => {
  wallet = await testWallet();
  payee = await seller(wallet);
  person = await newPerson(wallet);
  reader = await connected(wallet, person);
  sid = await opened(wallet, reader);
});
afterEach(() => wallet.close());

const inAccount = (account: string) => wallet.context.store.read((tx) => balance(tx, account));
const answerIn = ({ status, text, json }: Answer): SettlementAnswer => {
  if (status !== 200) throw new Error(text);
  return json as SettlementAnswer;
};
const day = 86_400;

describe('a settlement', () => {
  test('moves what is claimed, and the wallet signs how much', async () => {
    const answer = await settled(wallet, payee, reader, { sid, cum: 60_000n });
    expect(answer).toMatchObject({
      lines: [{ sid, settled: '60000', moved: '60000' }],
      now: wallet.clock.now,
    });
    expect(answer.lines[0]?.closed).toBeUndefined();
    const { jws, settlement } = parseSettlement(answer.settlement, 'verification-failed');
    const { receipts } = wallet.context.keys;
    await verifyJws(jws, receipts.jwk, wallet.context.verify, 'verification-failed');
    expect(settlement).toMatchObject({
      iss: issuer,
      env: 'test',
      aud: news,
      gross: '60000',
      fee: '0',
      net: '60000',
      cnt: 1,
    });
    expect(await inAccount('payee:news')).toBe(60_000n);
    expect(await inAccount(`hold:${sid}`)).toBe(140_000n);
    expect((await audited(wallet)).faults).toEqual([]);
  });

  test('asked again with a new call moves nothing more, and has no new signed word', async () => {
    const first = await settled(wallet, payee, reader, { sid, cum: 60_000n });
    const { calls: _calls, ...before } = await contents(wallet);
    const again = await settled(wallet, payee, reader, { sid, cum: 60_000n });
    expect(again.lines).toEqual([{ ...first.lines[0], moved: '0' }]);
    expect(again.settlement).toBeUndefined();
    const { calls: _again, ...after } = await contents(wallet);
    expect(after).toEqual(before);
  });

  test('by a call that was used is no call', async () => {
    const lines = [{ voucher: await voucher(reader, sid, 1n), claim: '1' }];
    const jti = 'call_once_only';
    answerIn(await settleBy(wallet, payee, { lines }, { jti }));
    const before = await contents(wallet);
    const again = await settleBy(wallet, payee, { lines }, { jti });
    expect([again.status, again.json]).toMatchObject([401, { code: 'proof-invalid' }]);
    expect(await contents(wallet)).toEqual(before);
  });

  test('of lower sums that come late moves nothing back', async () => {
    for (const [cum, moved] of [
      [60_000n, '60000'],
      [20_000n, '0'],
      [40_000n, '0'],
      [100_000n, '40000'],
    ] as const) {
      const { lines } = await settled(wallet, payee, reader, { sid, cum });
      expect(lines).toMatchObject([{ moved }]);
    }
    expect(await inAccount('payee:news')).toBe(100_000n);
  });

  test('may claim less than the voucher says, for what was given up', async () => {
    const { lines } = await settled(wallet, payee, reader, { sid, cum: 60_000n, claim: 40_000n });
    expect(lines).toMatchObject([{ settled: '40000', moved: '40000' }]);
  });

  test('that closes gives back the rest, and says the same when it is asked again', async () => {
    const first = await settled(wallet, payee, reader, { sid, cum: 60_000n, close: [sid] });
    expect(first).toMatchObject({ lines: [{ moved: '60000', closed: true }], closed: [sid] });
    const money = await personBalance(wallet.context, person);
    expect(money).toMatchObject({ available: 9_940_000n, held: 0n, holds: [] });
    const again = await settled(wallet, payee, reader, { sid, cum: 60_000n, close: [sid] });
    expect(again).toMatchObject({ lines: [{ moved: '0', closed: true }], closed: [sid] });
    const more = await settled(wallet, payee, reader, { sid, cum: 80_000n });
    expect(more.lines).toMatchObject([
      { settled: '60000', moved: '0', problem: { code: 'session-ended' } },
    ]);
    expect((await audited(wallet)).faults).toEqual([]);
  });

  test('can close what nothing was taken of', async () => {
    const answer = answerIn(await settleBy(wallet, payee, { close: [sid, sid] }));
    expect(answer).toMatchObject({ lines: [], closed: [sid] });
    expect(await personBalance(wallet.context, person)).toMatchObject({ available: 10_000_000n });
    const { allowance } = (await open(wallet, reader)).json as { allowance: unknown };
    expect(allowance).toMatchObject({ total: { used: '200000' } });
    expect((await audited(wallet)).faults).toEqual([]);
  });

  test('of many sessions is one transaction, one transfer each', async () => {
    const readers = [reader];
    const sids = [sid];
    for (let i = 0; i < 4; i += 1) {
      const other = await connected(wallet, await newPerson(wallet));
      readers.push(other);
      sids.push(await opened(wallet, other));
    }
    const lines = await Promise.all(
      sids.map(async (one, i) => ({
        voucher: await voucher(readers[i] ?? reader, one, 20_000n),
        claim: '20000',
      })),
    );
    const answer = answerIn(await settleBy(wallet, payee, { lines, close: sids }));
    expect(answer.closed).toEqual(sids);
    const { settlement } = parseSettlement(answer.settlement, 'verification-failed');
    expect(settlement).toMatchObject({ gross: '100000', cnt: 5 });
    const moves = await wallet.context.store.read((tx) =>
      tx.all(`select code, count(*) as n from transfers group by code order by code`),
    );
    expect(moves).toEqual([
      { code: 'hold', n: 5n },
      { code: 'release', n: 5n },
      { code: 'settle', n: 5n },
      { code: 'sign-up', n: 5n },
    ]);
    expect((await audited(wallet)).faults).toEqual([]);
  });

  test('of a thousand lines is read, of one more it is not', async () => {
    const text = await voucher(reader, sid, 1n);
    const lines = Array.from({ length: 1_000 }, () => ({ voucher: text, claim: '1' }));
    const answer = answerIn(await settleBy(wallet, payee, { lines }));
    expect(answer.lines[0]).toMatchObject({ moved: '1' });
    // One session has one line: whatever else is said of it, once is enough.
    expect(answer.lines[999]).toMatchObject({ moved: '0', problem: { code: 'id-reused' } });
    const more = await settleBy(wallet, payee, {
      lines: [...lines, { voucher: text, claim: '1' }],
    });
    expect([more.status, more.json]).toMatchObject([400, { code: 'malformed-request' }]);
    expect(await inAccount('payee:news')).toBe(1n);
  });

  test('is checked before the pen is taken: others pay meanwhile', async () => {
    const { verify } = wallet.context;
    const others: Promise<unknown>[] = [];
    wallet.context.verify = async (...signed) => {
      wallet.context.verify = verify;
      const good = await verify(...signed);
      // The call's own signature comes first; at the voucher's a payment is made and answered.
      wallet.context.verify = async (...inner) => {
        wallet.context.verify = verify;
        others.push(pay(wallet, reader));
        expect(await others[0]).toMatchObject({ status: 200 });
        return verify(...inner);
      };
      return good;
    };
    const { lines } = await settled(wallet, payee, reader, { sid, cum: 20_000n });
    expect(lines).toMatchObject([{ moved: '20000' }]);
    expect(others).toHaveLength(1);
  });
});

describe('a line is refused, and stops no other', () => {
  type Line = { voucher: string; claim: string };
  const line = async (cum: bigint, changes = {}, claim = cum): Promise<Line> => ({
    voucher: await voucher(reader, sid, cum, changes),
    claim: String(claim),
  });
  const cases: [string, string, () => Promise<Line>][] = [
    [
      'by another key',
      'verification-failed',
      async () => line(1n, { signer: await newKey(wallet.random) }),
    ],
    [
      'whose signature was made for another sum',
      'verification-failed',
      async () => {
        const [head, , signature] = (await voucher(reader, sid, 1n)).split('.');
        const [, claims] = (await voucher(reader, sid, 200_000n)).split('.');
        return { voucher: [head, claims, signature].join('.'), claim: '200000' };
      },
    ],
    [
      'by another key that says it is this one',
      'verification-failed',
      async () =>
        line(1n, { signer: { ...(await newKey(wallet.random)), kid: reader.page.key.kid } }),
    ],
    [
      'of another session’s key',
      'verification-failed',
      async () => {
        const other = await connected(wallet, person);
        await opened(wallet, other, 1n);
        return line(1n, { signer: other.page.key });
      },
    ],
    [
      'of a session nobody knows',
      'verification-failed',
      () => line(1n, { sid: 'ses_of_nobody_at_all' }),
    ],
    ['that claims more than was signed', 'verification-failed', () => line(20_000n, {}, 20_001n)],
    ['above what is held', 'payment-insufficient', () => line(200_001n)],
    ['that is no voucher', 'malformed-credential', async () => ({ voucher: 'a.b.c', claim: '1' })],
    [
      'that is a grant',
      'malformed-credential',
      async () => ({
        voucher: wallet.context && ((await open(wallet, reader)).json as { grant: string }).grant,
        claim: '1',
      }),
    ],
    ['for the second time in one call', 'id-reused', () => line(20_000n)],
  ];
  test.each(cases)('one %s', async (name, code, make) => {
    const other = await connected(wallet, await newPerson(wallet));
    const good = await opened(wallet, other);
    const twice = name.startsWith('for the second') ? [await line(10_000n)] : [];
    const last = { voucher: await voucher(other, good, 20_000n), claim: '20000' };
    const sent = [...twice, await make(), last];
    const answer = answerIn(await settleBy(wallet, payee, { lines: sent, close: [sid, good] }));
    expect(answer.lines.at(-2)).toMatchObject({ problem: { code } });
    expect(answer.lines.at(-1)).toMatchObject({ sid: good, moved: '20000', closed: true });
    expect(await inAccount(`hold:${sid}`)).toBe(
      // What names no session of this payee says nothing of one, so that one closes.
      answer.closed?.includes(sid) ? 0n : 200_000n - (twice.length > 0 ? 10_000n : 0n),
    );
    expect((await audited(wallet)).faults).toEqual([]);
  });

  test('what is refused of a session keeps it open: its payee has more to say', async () => {
    const bad = await line(200_001n);
    const answer = answerIn(await settleBy(wallet, payee, { lines: [bad], close: [sid] }));
    expect(answer).toMatchObject({ closed: [], lines: [{ sid, settled: '0', moved: '0' }] });
    expect(await inAccount(`hold:${sid}`)).toBe(200_000n);
  });
});

describe('nobody settles', () => {
  const lines = async () => [{ voucher: await voucher(reader, sid, 20_000n), claim: '20000' }];
  const refused = async (answer: Answer, status = 401, code = 'proof-invalid') =>
    expect([answer.status, answer.json]).toMatchObject([status, { code, moneyMoved: 'no' }]);

  test('what is another payee’s: neither moved nor closed', async () => {
    const busker = await seller(wallet, 'busker');
    const { calls: _calls, ...before } = await contents(wallet);
    const sent = { lines: await lines(), close: [sid], items: [item(wallet, sid, 'tap_12345678')] };
    const answer = answerIn(await settleBy(wallet, busker, sent));
    expect(answer).toMatchObject({
      lines: [{ problem: { code: 'verification-failed' } }],
      closed: [],
    });
    expect(answer.lines[0]).not.toHaveProperty('sid');
    const { calls: _again, ...after } = await contents(wallet);
    expect(after).toEqual(before);
  });

  test('by a payer’s key, a stranger’s, one that was taken back, or another’s name', async () => {
    const before = await contents(wallet);
    await refused(await settleBy(wallet, reader.page.key, { lines: await lines(), close: [sid] }));
    await refused(await settleBy(wallet, await newKey(wallet.random), { lines: await lines() }));
    const thief = { ...(await newKey(wallet.random)), kid: payee.kid };
    await refused(await settleBy(wallet, thief, { lines: await lines() }));
    expect(await contents(wallet)).toEqual(before);
    await removePayeeKey(wallet.context, { payee: 'news', x: payee.jwk.x });
    await refused(await settleBy(wallet, payee, { lines: await lines() }));
  });

  test('by a key that is taken back while its lines are read', async () => {
    const { verify } = wallet.context;
    let signatures = 0;
    wallet.context.verify = async (...signed) => {
      signatures += 1;
      if (signatures === 2) await removePayeeKey(wallet.context, { payee: 'news', x: payee.jwk.x });
      return verify(...signed);
    };
    await refused(await settleBy(wallet, payee, { lines: await lines() }));
    expect(await inAccount('payee:news')).toBe(0n);
  });

  test.each([
    ['no proof', ''],
    ['another scheme', 'Payment abc'],
    ['a proof that is none', 'Micropay a.b.c'],
  ])('with %s', async (_what, authorization) => {
    const before = await contents(wallet);
    await refused(await settleBy(wallet, payee, { lines: await lines() }, { authorization }));
    expect(await contents(wallet)).toEqual(before);
  });

  test('more than sixty times a minute', async () => {
    for (let i = 0; i < 60; i += 1) answerIn(await settleBy(wallet, payee, {}));
    await refused(await settleBy(wallet, payee, {}), 429, 'rate-limited');
  });

  test('from a page: no browser may read the answer', async () => {
    const { headers } = await settleBy(wallet, payee, {}, { origin: site });
    expect(headers.get('access-control-allow-origin')).toBeNull();
  });
});

describe('time', () => {
  // Red without: wallet/src/settlement-lines.ts: if (timeNow(context) > session.rby) return refuse(new Problem('session-ended'));
  test('T31 the last second is the wallet’s own, whatever clock a payee has, and a second later nothing is redeemed', async () => {
    wallet.clock.now += day;
    const last = await settled(wallet, payee, reader, { sid, cum: 20_000n });
    expect(last.lines).toMatchObject([{ moved: '20000' }]);
    wallet.clock.now += 1;
    const late = await settled(wallet, payee, reader, { sid, cum: 40_000n });
    expect(late.lines).toMatchObject([{ settled: '20000', problem: { code: 'session-ended' } }]);
    // What was taken is said as before, however late.
    expect((await settled(wallet, payee, reader, { sid, cum: 20_000n })).lines).toMatchObject([
      { settled: '20000', moved: '0' },
    ]);
    expect((await audited(wallet)).faults).toEqual([]);
  });

  test('a top-up makes it longer for all that is held', async () => {
    wallet.clock.now += day;
    grantIn(await topUp(wallet, reader, sid, { seq: 1, amount: '1' }));
    wallet.clock.now += day;
    expect((await settled(wallet, payee, reader, { sid, cum: 200_001n })).lines).toMatchObject([
      { moved: '200001' },
    ]);
  });
});

describe('T12 a voucher is replayed', () => {
  // Red without: wallet/src/settlement-lines.ts: const moved = line.claim - session.settled; → const moved = line.claim;
  test('T12 a hundred times, at once, a higher one among them: each sum is debited once', async () => {
    wallet.context.limits.take = () => {};
    const [low, high] = [await voucher(reader, sid, 20_000n), await voucher(reader, sid, 60_000n)];
    const calls = Array.from({ length: 100 }, (_, i) =>
      settleBy(wallet, payee, {
        lines: [i % 2 === 0 ? { voucher: low, claim: '20000' } : { voucher: high, claim: '60000' }],
      }),
    );
    const answers = (await Promise.all(calls)).map(answerIn);
    const moved = answers.map((answer) => BigInt(answer.lines[0]?.moved ?? '0'));
    expect(moved.reduce((sum, one) => sum + one, 0n)).toBe(60_000n);
    expect(answers.filter((answer) => answer.settlement).length).toBeLessThanOrEqual(2);
    expect(await inAccount('payee:news')).toBe(60_000n);
    expect((await audited(wallet)).faults).toEqual([]);
  });

  // Red without: wallet/src/settlement-lines.ts: if (timeNow(context) > session.rby) return refuse(new Problem('session-ended'));
  test('T12 after its time: nothing moves', async () => {
    wallet.clock.now += day + 1;
    const { lines } = await settled(wallet, payee, reader, { sid, cum: 20_000n });
    expect(lines).toMatchObject([{ moved: '0', problem: { code: 'session-ended' } }]);
    expect(await inAccount('payee:news')).toBe(0n);
  });

  // Red without: wallet/src/settlement-lines.ts: if (session.closed_at !== null) return refuse(new Problem('session-ended'));
  test('T12 after what was held went back: nothing moves', async () => {
    answerIn(await settleBy(wallet, payee, { close: [sid] }));
    const { lines } = await settled(wallet, payee, reader, { sid, cum: 20_000n });
    expect(lines).toMatchObject([{ moved: '0', closed: true, problem: { code: 'session-ended' } }]);
  });

  // Red without: wallet/src/settlement-lines.ts: if (session?.payee !== payee) throw refused;
  test('T12 by another payee: nothing moves', async () => {
    const busker = await seller(wallet, 'busker');
    const { lines } = await settled(wallet, busker, reader, { sid, cum: 20_000n });
    expect(lines).toMatchObject([{ problem: { code: 'verification-failed' } }]);
    expect(await inAccount('payee:busker')).toBe(0n);
  });

  // Red without: wallet/src/calls.ts: if (fresh === 0) throw new Problem('proof-invalid');
  test('T12 with the call it came in: it is no call any more', async () => {
    const lines = [{ voucher: await voucher(reader, sid, 20_000n), claim: '20000' }];
    answerIn(await settleBy(wallet, payee, { lines }, { jti: 'call_once_only' }));
    const { status } = await settleBy(wallet, payee, { lines }, { jti: 'call_once_only' });
    expect(status).toBe(401);
  });
});

describe('T12 a voucher is forged', () => {
  // Red without: wallet/src/settlement-lines.ts: await verifyJws(jws, key, context.verify, 'verification-failed');
  test('T12 by the payee itself: nothing moves', async () => {
    const signer = { ...payee, kid: reader.page.key.kid };
    const forged = await voucher(reader, sid, 200_000n, { signer });
    const answer = answerIn(
      await settleBy(wallet, payee, { lines: [{ voucher: forged, claim: '200000' }] }),
    );
    expect(answer.lines).toMatchObject([{ moved: '0', problem: { code: 'verification-failed' } }]);
  });

  // Red without: wallet/src/settlement-lines.ts: if (claim > cum) throw refused;
  test('T12 by claiming more than it says: nothing moves', async () => {
    const { lines } = await settled(wallet, payee, reader, { sid, cum: 1n, claim: 200_000n });
    expect(lines).toMatchObject([{ problem: { code: 'verification-failed' } }]);
    expect(await inAccount('payee:news')).toBe(0n);
  });

  // Red without: wallet/src/settlement-lines.ts: if (line.cum > session.deposit) return refuse(new Problem('payment-insufficient'));
  test('T12 by a page that signs for more than is held: nothing moves', async () => {
    const { lines } = await settled(wallet, payee, reader, { sid, cum: 10n ** 17n, claim: 1n });
    expect(lines).toMatchObject([{ moved: '0', problem: { code: 'payment-insufficient' } }]);
  });
});

describe('the fee', () => {
  const withFee = (bps: number) => {
    wallet.context.policy = { ...policy, payeeFeeBps: bps };
  };

  test('is of all that was ever taken of a session, so that small steps cost no more', async () => {
    withFee(150);
    for (const cum of [33n, 66n, 99n, 100_000n]) await settled(wallet, payee, reader, { sid, cum });
    expect(await inAccount('fees')).toBe(1_500n);
    expect(await inAccount('payee:news')).toBe(98_500n);
    expect((await audited(wallet)).faults).toEqual([]);
  });

  test('is said in the signed word', async () => {
    withFee(150);
    const answer = await settled(wallet, payee, reader, { sid, cum: 100_000n });
    const { settlement } = parseSettlement(answer.settlement, 'verification-failed');
    expect(settlement).toMatchObject({ gross: '100000', fee: '1500', net: '98500' });
  });

  test('that rises later takes no more than comes in', async () => {
    await settled(wallet, payee, reader, { sid, cum: 100_000n });
    withFee(10_000);
    await settled(wallet, payee, reader, { sid, cum: 100_001n });
    expect(await inAccount('fees')).toBe(1n);
    expect(await inAccount('payee:news')).toBe(100_000n);
    expect((await audited(wallet)).faults).toEqual([]);
  });

  test('that falls later takes nothing, and gives nothing back', async () => {
    withFee(150);
    await settled(wallet, payee, reader, { sid, cum: 100_000n });
    withFee(0);
    await settled(wallet, payee, reader, { sid, cum: 100_001n });
    expect(await inAccount('fees')).toBe(1_500n);
    const [row] = await wallet.context.store.read((tx) =>
      tx.all('select fee_charged from sessions'),
    );
    expect(row).toEqual({ fee_charged: 1_500n });
    expect((await audited(wallet)).faults).toEqual([]);
  });
});

describe('what was held comes back by itself', () => {
  test('a little after its time, once, and on its day', async () => {
    await settled(wallet, payee, reader, { sid, cum: 20_000n });
    wallet.clock.now += day + 60;
    expect(await sweep(wallet.context)).toBe(0);
    wallet.clock.now += 1;
    expect(await sweep(wallet.context)).toBe(1);
    expect(await sweep(wallet.context)).toBe(0);
    expect(await personBalance(wallet.context, person)).toMatchObject({
      available: 9_980_000n,
      held: 0n,
    });
    expect((await audited(wallet)).faults).toEqual([]);
  });

  test('of more sessions than fit in one step', async () => {
    wallet.context.limits.take = () => {};
    const one = async () => opened(wallet, await connected(wallet, person), 1n);
    for (let i = 0; i < 120; i += 1) await one();
    wallet.clock.now += day + 61;
    expect(await sweep(wallet.context)).toBe(121);
    expect(await personBalance(wallet.context, person)).toMatchObject({ held: 0n });
  });

  test('though one of them can’t be closed: others don’t wait for it', async () => {
    const other = await opened(wallet, await connected(wallet, person), 5n);
    await wallet.context.store.write((tx) =>
      tx.run('update accounts set debits = credits where id = $1', `hold:${sid}`),
    );
    wallet.clock.now += day + 61;
    expect(await sweep(wallet.context)).toBe(1);
    expect(await inAccount(`hold:${other}`)).toBe(0n);
    expect(wallet.logged.join()).toContain('release failed');
  });

  test('when the wallet starts, and then again and again by the clock it was handed', async () => {
    const later: { work: () => void; ms: number; off: boolean }[] = [];
    const schedule = (work: () => void, ms: number) => {
      const entry = { work, ms, off: false };
      later.push(entry);
      return () => void (entry.off = true);
    };
    const own = await testWallet({ schedule });
    try {
      const key = await seller(own);
      expect(key.kid).toBeDefined();
      const buyer = await connected(own, await newPerson(own));
      await opened(own, buyer);
      own.clock.now += day + 61;
      later.find(({ ms }) => ms === 60_000)?.work();
      // Idle: whatever was begun is done when the wallet has closed.
      await own.restart();
      const books = await audited(own);
      expect(books).toMatchObject({ sessions: 1, faults: [] });
      const [open_] = await own.context.store.read((tx) =>
        tx.all('select id from sessions where closed_at is null'),
      );
      expect(open_).toBeUndefined();
    } finally {
      await own.close();
    }
    expect(later.at(-1)?.off).toBe(true);
  });

  test('after a restart: nothing was remembered but rows', async () => {
    wallet.clock.now += day + 61;
    await wallet.restart();
    // The sweep of the start is under way before anyone is served; a write of ours comes after it.
    await wallet.context.store.write((tx) => tx.run('select 1'));
    await sweep(wallet.context);
    expect(await personBalance(wallet.context, person)).toMatchObject({
      available: 10_000_000n,
      held: 0n,
    });
  });
});

test('a body is bounded: what is too large or too deep is refused', async () => {
  const before = await contents(wallet);
  const large = { lines: [{ voucher: 'x'.repeat(4_194_304), claim: '1' }] };
  const answer = await settleBy(wallet, payee, large);
  expect([answer.status, answer.json]).toMatchObject([413, { code: 'request-too-large' }]);
  const deep = { lines: [{ voucher: 'x', claim: [[[['1']]]] as unknown as string }] };
  expect((await settleBy(wallet, payee, deep)).status).toBe(400);
  const many = {
    items: Array.from({ length: 1_001 }, (_, i) => item(wallet, sid, `tap_${i}_1234`)),
  };
  expect((await settleBy(wallet, payee, many)).status).toBe(400);
  const ids = { close: Array.from({ length: 1_001 }, () => base64url(wallet.random(12))) };
  expect((await settleBy(wallet, payee, ids)).status).toBe(400);
  expect(await contents(wallet)).toEqual(before);
});

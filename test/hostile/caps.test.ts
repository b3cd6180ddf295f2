/** The limits hold at the wallet, whoever calls it: signed intents over a raw socket, no client of ours, to the last millionth. */
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { payeeUrl } from '../../src/protocol/index.ts';
import { revokeSite } from '../../wallet/src/allowances.ts';
import {
  audited,
  chargeOf,
  connected,
  contents,
  issuer,
  newPerson,
  pay,
  usualLimits,
  type Connected,
} from '../wallet/support.ts';
import { liveWallet, type LiveWallet } from './live-wallet.ts';

let wallet: LiveWallet;
let person: string;
beforeEach(async () => {
  wallet = await liveWallet();
  person = await newPerson(wallet);
});
afterEach(() => wallet.close());

const busker = payeeUrl(issuer, 'busker');
const wide = { perPayment: 5_000_000n, perDay: 5_000_000n, total: 30_000_000n };

const priceOf = (amount: bigint, recipient?: string) =>
  chargeOf({ amount: String(amount), currency: 'usd-micro', ...(recipient && { recipient }) });

/** Someone who allowed a page so much, and agreed to a price. */
const reading = (limits: Partial<typeof usualLimits>, agreed = 5_000_000n, payee?: string) =>
  connected(wallet, person, {
    page: { charge: priceOf(agreed, payee), ...(payee && { payee }) },
    limits: { ...wide, ...limits },
  });

const spend = async (reader: Connected, amount: bigint): Promise<unknown> => {
  const charge = priceOf(amount, reader.page.payee);
  return (await pay(wallet, reader, { charge })).json;
};

const spentBefore = (day: string, used: bigint) =>
  wallet.context.store.write((tx) =>
    tx.run(`insert into days values ($1, '*', $2, $3)`, person, day, used),
  );

const spentSincePasskey = (sum: bigint) =>
  wallet.context.store.write((tx) =>
    tx.run('update persons set spent_since_strong_auth = $1', sum),
  );

interface Cap {
  limits?: Partial<typeof usualLimits>;
  agreed?: bigint;
  payee?: string;
  before?: () => Promise<unknown>;
  /** The day that was planted is no payment's, and the audit says so */
  faults?: string[];
  /** Payments that fit, the last of them to the millionth */
  fits: bigint[];
  over: bigint;
  code?: string;
}

const planted = [expect.stringMatching(/^the days of per_[^ ]+ differ from all that was paid$/)];

const caps: [name: string, cap: Cap][] = [
  ['one tap', { limits: { perPayment: 30_000n }, fits: [30_000n], over: 30_001n }],
  ['a day here', { limits: { perDay: 50_000n }, fits: [30_000n, 20_000n], over: 1n }],
  ['all in all here', { limits: { total: 50_000n }, fits: [49_999n, 1n], over: 1n }],
  [
    'a day at all sites',
    {
      before: () => spentBefore('2026-11-23', 4_980_000n),
      faults: planted,
      fits: [20_000n],
      over: 1n,
    },
  ],
  [
    'a month at all sites',
    {
      before: () => spentBefore('2026-11-01', 29_980_000n),
      faults: planted,
      fits: [20_000n],
      over: 1n,
    },
  ],
  [
    'a tap at a payee that is not verified',
    { payee: busker, agreed: 250_000n, fits: [250_000n], over: 250_001n },
  ],
  [
    'what may be spent since the last passkey',
    {
      before: () => spentSincePasskey(19_980_000n),
      fits: [20_000n],
      over: 1n,
      code: 'payment-action-required',
    },
  ],
  [
    'a jump of the price over twice the agreed one',
    { agreed: 40_000n, fits: [80_000n], over: 80_001n, code: 'price-changed' },
  ],
  [
    'a jump of the price over five cents',
    { agreed: 10_000n, fits: [50_000n], over: 50_001n, code: 'price-changed' },
  ],
];

test.each(caps)('the limit of %s is kept', async (_name, cap) => {
  const { limits = {}, agreed, payee, before, faults = [], fits, over, code = 'cap-reached' } = cap;
  const reader = await reading(limits, agreed, payee);
  await before?.();
  for (const amount of fits) expect(await spend(reader, amount)).toHaveProperty('receipt');
  const charge = priceOf(over, payee);
  const ask = () => pay(wallet, reader, { cid: 'chal_too_much', charge });
  const first = await ask();
  expect(first.status).toBe(403);
  expect(first.json).toMatchObject({ code, moneyMoved: 'no', nextStep: expect.any(String) });
  const kept = await contents(wallet);
  expect((await ask()).text).toBe(first.text);
  expect(await contents(wallet)).toEqual(kept);
  expect(await audited(wallet)).toMatchObject({ charges: fits.length, faults });
});

describe('an approval', () => {
  test('61: taken back pays nothing more, whatever is signed under it', async () => {
    const reader = await reading({});
    await revokeSite(wallet.context, person, 'news');
    expect(await spend(reader, 1n)).toMatchObject({ code: 'grant-revoked', moneyMoved: 'no' });
    expect((await audited(wallet)).charges).toBe(0);
  });

  test('62: ends at its last second', async () => {
    const reader = await reading({});
    wallet.clock.now += 30 * 86_400 - 1;
    expect(await spend(reader, 1n)).toHaveProperty('receipt');
    wallet.clock.now += 1;
    expect(await spend(reader, 1n)).toMatchObject({ code: 'grant-expired', moneyMoved: 'no' });
    expect((await audited(wallet)).charges).toBe(1);
  });
});

const ids = (count: number): string[] =>
  Array.from({ length: count }, (_, i) => `chal_number_${i}`);

describe('at once', () => {
  test('fifty payments never pass a limit together', async () => {
    const reader = await reading({ perDay: 200_000n });
    const charge = priceOf(20_000n);
    const answers = await Promise.all(ids(50).map((cid) => pay(wallet, reader, { cid, charge })));
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(10);
    expect(answers.filter(({ status }) => status === 403)).toHaveLength(40);
    expect(await audited(wallet)).toMatchObject({ charges: 10, faults: [] });
  });

  test('fifty payments of five devices never pass the limit of all', async () => {
    const readers = await Promise.all(ids(5).map(() => reading({ total: 200_000n })));
    const charge = priceOf(20_000n);
    const fifty = readers.flatMap((reader) => ids(10).map(() => pay(wallet, reader, { charge })));
    const answers = await Promise.all(fifty);
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(10);
    expect(await audited(wallet)).toMatchObject({ charges: 10, faults: [] });
  });

  test('66: a hundred copies of one payment are one debit and a hundred equal answers', async () => {
    const reader = await reading({});
    const copies = ids(100).map(() => pay(wallet, reader, { cid: 'chal_the_same' }));
    const answers = await Promise.all(copies);
    expect(new Set(answers.map(({ status, text }) => `${status} ${text}`)).size).toBe(1);
    expect(answers[0]?.json).toHaveProperty('receipt');
    expect(await audited(wallet)).toMatchObject({ charges: 1, faults: [] });
  });
});

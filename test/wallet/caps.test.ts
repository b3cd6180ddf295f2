import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { payeeUrl } from '../../src/protocol/index.ts';
import { sites, setLimits, revokeSite } from '../../wallet/src/allowances.ts';
import {
  audited,
  chargeOf,
  connected,
  issuer,
  newPerson,
  pay,
  testWallet,
  usualLimits,
  type Connected,
  type TestWallet,
} from './support.ts';

let wallet: TestWallet;
let person: string;
beforeEach(async () => {
  wallet = await testWallet();
  person = await newPerson(wallet);
});
afterEach(() => wallet.close());

const micro = (amount: bigint) => chargeOf({ amount: String(amount), currency: 'usd-micro' });
const payMicro = async (reader: Connected, amount: bigint) =>
  (await pay(wallet, reader, { charge: micro(amount) })).json;
const connectWith = (limits: Partial<typeof usualLimits> = {}, shown = 100_000n) =>
  connected(wallet, person, {
    page: { charge: micro(shown) },
    limits: { ...usualLimits, ...limits },
  });

describe('a limit is kept to the last millionth', () => {
  test.each([
    ['for one payment', { perPayment: 30_000n }, [30_000n], 30_001n],
    ['for a day', { perDay: 50_000n }, [30_000n, 20_000n], 1n],
    ['in all', { total: 50_000n }, [30_000n, 20_000n], 1n],
  ])('%s', async (_which, limits, fits, over) => {
    const reader = await connectWith(limits);
    for (const amount of fits) expect(await payMicro(reader, amount)).toHaveProperty('receipt');
    expect(await payMicro(reader, over)).toMatchObject({
      code: 'cap-reached',
      moneyMoved: 'no',
      nextStep: 'raise-cap',
    });
    expect((await audited(wallet)).charges).toBe(fits.length);
  });

  test('for all sites in a day, and again the next day', async () => {
    const limits = { perPayment: 4_000_000n, perDay: 5_000_000n, total: 30_000_000n };
    const one = await connectWith(limits, 4_000_000n);
    const busker = payeeUrl(issuer, 'busker');
    const two = await connected(wallet, person, {
      page: { payee: busker, charge: undefined },
      limits: { perPayment: 250_000n, perDay: 5_000_000n, total: 30_000_000n },
    });
    const tip = (amount: bigint) =>
      pay(wallet, two, { charge: { ...micro(amount), recipient: busker } });
    expect(await payMicro(one, 4_000_000n)).toHaveProperty('receipt');
    for (let i = 0; i < 4; i += 1) expect((await tip(250_000n)).status).toBe(200);
    expect((await tip(1n)).json).toMatchObject({ code: 'cap-reached' });
    wallet.clock.now += 86_400;
    expect((await tip(1n)).status).toBe(200);
  });

  test('for all sites in a month', async () => {
    await wallet.context.store.write((tx) =>
      tx.run(`insert into days values ($1, '*', '2026-11-01', 29999999)`, person),
    );
    const reader = await connectWith();
    expect(await payMicro(reader, 1n)).toHaveProperty('receipt');
    expect(await payMicro(reader, 1n)).toMatchObject({ code: 'cap-reached' });
    wallet.clock.now = Date.UTC(2026, 11, 1) / 1000;
    expect(await payMicro(reader, 1n)).toHaveProperty('receipt');
  });

  test('for a payee that is not verified', async () => {
    const busker = payeeUrl(issuer, 'busker');
    const charge = { ...micro(250_001n), recipient: busker };
    const reader = await connected(wallet, person, {
      page: { payee: busker, charge },
      limits: { ...usualLimits, perPayment: 1_000_000n },
    });
    expect((await pay(wallet, reader, { charge })).json).toMatchObject({ code: 'cap-reached' });
  });
});

test('fifty payments at once never pass the limit together', async () => {
  const reader = await connectWith({ perDay: 200_000n });
  const all = await Promise.all(Array.from({ length: 50 }, () => payMicro(reader, 20_000n)));
  const paid = all.filter((answer) => typeof answer === 'object' && answer && 'receipt' in answer);
  expect(paid).toHaveLength(10);
  const books = await audited(wallet);
  expect(books.charges).toBe(10);
  expect(books.faults).toEqual([]);
});

test('two devices share one allowance', async () => {
  const [phone, desk] = [await connectWith(), await connectWith({ perDay: 50_000n })];
  expect(await payMicro(phone, 50_000n)).toHaveProperty('receipt');
  expect(await payMicro(desk, 1n)).toMatchObject({ code: 'cap-reached' });
  expect(await payMicro(phone, 1n)).toMatchObject({ code: 'cap-reached' });
});

test('a new approval is no new purse: what was used stays used', async () => {
  const first = await connectWith({ total: 50_000n });
  await payMicro(first, 50_000n);
  const second = await connectWith({ total: 50_000n });
  expect(await payMicro(second, 1n)).toMatchObject({ code: 'cap-reached' });
});

test('a day is a day in the person’s own zone', async () => {
  person = await newPerson(wallet, 'America/Los_Angeles');
  wallet.clock.now = Date.UTC(2026, 10, 24, 7, 59, 59) / 1000;
  const reader = await connectWith({ perDay: 20_000n });
  expect(await payMicro(reader, 20_000n)).toMatchObject({
    allowance: { day: { resets: Date.UTC(2026, 10, 24, 8) / 1000 } },
  });
  expect(await payMicro(reader, 20_000n)).toMatchObject({ code: 'cap-reached' });
  wallet.clock.now += 1;
  expect(await payMicro(reader, 20_000n)).toHaveProperty('receipt');
});

// Red without: wallet/src/refusals.ts: if (wish.grant && jumps(context, wish.amount, standing)) return priceChanged();
test('T5 a price far above the agreed one is refused, a little above it passes and is shown', async () => {
  const limits = { perPayment: 1_000_000n };
  const at = async (amount: bigint) => payMicro(await connectWith(limits, 20_000n), amount);
  expect(await at(200_000n)).toMatchObject({ code: 'price-changed', moneyMoved: 'no' });
  expect(await at(50_001n)).toMatchObject({ code: 'price-changed', nextStep: 'approve' });
  expect(await at(30_000n)).toMatchObject({ allowance: { total: { used: '30000' } } });
  expect(await at(50_000n)).toHaveProperty('receipt');
  expect((await audited(wallet)).charges).toBe(2);
});

test('a passkey is due before more than the policy’s sum is spent without one', async () => {
  const reader = await connectWith();
  const spent = (sum: bigint) =>
    wallet.context.store.write((tx) =>
      tx.run('update persons set spent_since_strong_auth = $1', sum),
    );
  await spent(19_980_000n);
  expect(await payMicro(reader, 20_000n)).toHaveProperty('receipt');
  expect(await payMicro(reader, 1n)).toMatchObject({
    code: 'payment-action-required',
    moneyMoved: 'no',
  });
});

describe('a person changes their mind', () => {
  test('lowered limits hold at once, for grants that are out, too', async () => {
    const reader = await connectWith();
    await payMicro(reader, 20_000n);
    const change = { person, payee: 'news', perDay: 30_000n, total: 30_000n };
    await setLimits(wallet.context, change);
    expect(await payMicro(reader, 10_001n)).toMatchObject({ code: 'cap-reached' });
    expect(await payMicro(reader, 10_000n)).toHaveProperty('receipt');
  });

  test('raised limits hold at once, for grants that are out, too', async () => {
    const reader = await connectWith({ perDay: 20_000n });
    await setLimits(wallet.context, { person, payee: 'news', perDay: 40_000n, total: 40_000n });
    expect(await payMicro(reader, 40_000n)).toHaveProperty('receipt');
  });

  test('a revoked site is paid nothing, and a new approval is needed', async () => {
    const reader = await connectWith();
    await revokeSite(wallet.context, person, 'news');
    expect(await payMicro(reader, 1n)).toMatchObject({ code: 'grant-revoked', moneyMoved: 'no' });
    expect(await sites(wallet.context, person)).toMatchObject([{ revoked: true, origins: [] }]);
    expect(await payMicro(await connectWith(), 1n)).toHaveProperty('receipt');
    expect(await payMicro(reader, 1n)).toMatchObject({ code: 'grant-revoked' });
  });

  test('the list of sites shows limits and what is used of them', async () => {
    const reader = await connectWith();
    await payMicro(reader, 20_000n);
    wallet.clock.now += 86_400;
    await payMicro(reader, 30_000n);
    expect(await sites(wallet.context, person)).toEqual([
      {
        payee: 'news',
        url: payeeUrl(issuer, 'news'),
        display: 'Example News',
        origins: ['https://news.example'],
        per_payment: 100_000n,
        per_day: 1_000_000n,
        total: 5_000_000n,
        used: 50_000n,
        usedToday: 30_000n,
        revoked: false,
      },
    ]);
  });

  test.each([
    ['nothing a day', { perDay: 0n, total: 1n }],
    ['more a day than all sites have', { perDay: 5_000_001n, total: 5_000_001n }],
    ['more than a month of all sites', { perDay: 1n, total: 30_000_001n }],
  ])('limits out of range are refused: %s', async (_what, limits) => {
    await connectWith();
    const change = setLimits(wallet.context, { person, payee: 'news', ...limits });
    await expect(change).rejects.toMatchObject({ code: 'malformed-request' });
  });
});

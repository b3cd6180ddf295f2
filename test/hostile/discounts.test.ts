/** Buyers who game what can be had for less: lists, what is deducted of them, undo, prices that change, a second wallet. */
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { NewItem, Signer } from '../../src/protocol/index.ts';
import { undoCharge } from '../../wallet/src/charge-undo.ts';
import { reprice } from '../../wallet/src/item-changes.ts';
import { refund } from '../../wallet/src/refunds.ts';
import { buy, owned, scopeOf, sold, soldList, type Bought } from '../wallet/item-support.ts';
import { idIn, inAccount } from '../wallet/payee-support.ts';
import { seller } from '../wallet/session-support.ts';
import { audited, connected, newPerson, type Connected } from '../wallet/support.ts';
import { liveWallet, type LiveWallet } from './live-wallet.ts';

type Sold = NewItem & { key: string };

let wallet: LiveWallet;
let payee: Signer;
let reader: Connected;
/** 2¢, 3¢ and 4¢ */
let [a, b, c]: Sold[] = [];
/** All three for 5¢ */
let all: NewItem;
beforeEach(async () => {
  wallet = await liveWallet();
  payee = await seller(wallet);
  reader = await newReader();
  [a, b, c] = [await parted('2'), await parted('3'), await parted('4')];
  all = await listOf('5', a, b, c);
});
afterEach(async () => {
  expect((await audited(wallet)).faults).toEqual([]);
  await wallet.close();
});

const newReader = async (): Promise<Connected> => connected(wallet, await newPerson(wallet));
const parted = (amount: string): Promise<Sold> => sold(wallet, payee, { amount });
const listOf = (amount: string, ...parts: (Sold | undefined)[]): Promise<NewItem> =>
  soldList(
    wallet,
    payee,
    parts.flatMap((part) => part?.id ?? []),
    amount,
  );

/** Tries it for what the wallet says it costs now. @returns the payment; undefined where it was theirs already */
async function bought(item: NewItem | undefined, by = reader): Promise<string | undefined> {
  if (!item) throw new Error('no item');
  let answer = await buy(wallet, by, item);
  if (answer.json.price) answer = await buy(wallet, by, { ...item, ...answer.json.price });
  const { receipt, code } = answer.json;
  if (code !== undefined) expect(code).toBe('already-owned');
  return code === undefined && receipt !== undefined ? idIn(receipt) : undefined;
}

/** What the payee has by now, in cents. */
const earned = async (): Promise<number> => Number(await inAccount(wallet, 'payee:news')) / 10_000;

const takeBack = (payment: string | undefined, { person } = reader) =>
  undoCharge(wallet.context, { payment: payment ?? '', person });
const opens = async (by = reader): Promise<string[]> => {
  const { json } = await owned(wallet, by);
  return (json as { owned: { scope: string }[] }).owned.map(({ scope }) => scope).toSorted();
};
const scopes = (...items: (NewItem | undefined)[]): string[] =>
  items.flatMap((item) => (item ? scopeOf(item) : [])).toSorted();
const set = (item: NewItem | undefined, amount: string) =>
  wallet.context.store.write((tx) =>
    reprice(tx, wallet.context, { payee: 'news', id: item?.id ?? '' }, { amount, currency: 'usd' }),
  );

describe('T34 a list', () => {
  test.each<[string, number, () => (Sold | undefined)[]]>([
    ['with nothing before', 5, () => []],
    ['after the cheapest part', 5, () => [a]],
    ['after the dearest part', 5, () => [c]],
    ['after parts that come to its price', 5, () => [a, b]],
    ['after parts that come to more', 7, () => [b, c]],
    ['after all of its parts', 9, () => [a, b, c]],
  ])('T34 costs in all what it says, %s: %d¢', async (_what, cents, before) => {
    for (const part of before()) await bought(part);
    await bought(all);
    expect(await earned()).toBe(cents);
    expect(await opens()).toEqual(scopes(a, b, c, all));
  });

  // Red without: wallet/src/item-price.ts: const counted = price < rest ? price : rest; → const counted = price;
  test('T34 makes no other list free: of what was bought cheaply, what it cost is deducted', async () => {
    const cheap = await listOf('1', b, c);
    await bought(cheap);
    expect((await buy(wallet, reader, all)).json.price).toMatchObject({ amount: '40000' });
    await bought(all);
    expect(await earned()).toBe(5);
  });

  // Red without: wallet/src/item-price.ts: left.set(part.payment, rest - counted);
  test('T34 deducts one payment once, however many parts were bought by it', async () => {
    await bought(await listOf('3', b, c));
    await bought(all);
    expect(await earned()).toBe(5);
  });

  // Red without: wallet/src/item-price.ts: p.amount - coalesce((select sum(amount) from refunds where payment = p.id), 0) as paid → p.amount as paid
  test('T34 deducts nothing of a part that came back, though the part stays theirs', async () => {
    const payment = (await bought(c)) ?? '';
    const part = { id: 'rfd_of_a_part', payment, payee: 'news', amount: 30_000n, reason: '' };
    await refund(wallet.context, part);
    await bought(all);
    expect(await earned()).toBe(5);
  });

  test('T34 deducts no more than a part cost, when its price rose since', async () => {
    await bought(a);
    await set(a, '5');
    expect((await buy(wallet, reader, all)).json.price).toMatchObject({ amount: '30000' });
  });

  test('T34 deducts for nobody what another one owns: a second wallet begins anew', async () => {
    const other = await newReader();
    await bought(c);
    for (const amount of ['1', '5']) {
      const answer = await buy(wallet, other, { ...all, amount });
      expect(answer.status).toBe(amount === '5' ? 200 : 409);
    }
    expect(await earned()).toBe(9);
    expect((await buy(wallet, reader, { ...all, amount: '1' })).status).toBe(200);
  });

  test('T34 and its parts, asked for at once, cost what the list says', async () => {
    wallet.context.limits.take = () => {};
    const wishes = [a ?? all, all, { ...all, amount: '3' }];
    const fifty = Array.from({ length: 51 }, (_, i) => buy(wallet, reader, wishes[i % 3] ?? all));
    const paid = (await Promise.all(fifty)).filter(({ status }) => status === 200);
    expect(paid.length).toBeLessThanOrEqual(2);
    expect(await earned()).toBe(5);
  });
});

describe('T34 what was taken back', () => {
  // Red without: wallet/src/charge-undo.ts: if (await isDeducted(tx, context, paid)) → if (0)
  test.each<[string, () => (Sold | undefined)[]]>([
    ['made a list cheaper', () => [a]],
    ['made a list free', () => [a, b]],
  ])('T34 is not taken back before the list, where it %s', async (_what, before) => {
    const parts: (string | undefined)[] = [];
    for (const part of before()) parts.push(await bought(part));
    const list = (await bought(all)) ?? parts.at(-1);
    await expect(takeBack(parts[0])).rejects.toMatchObject({ code: 'undo-ended' });
    expect(await earned()).toBe(5);
    await takeBack(list);
    await takeBack(parts[0]);
    expect(await earned()).toBe(0);
    expect(await opens()).toEqual([]);
  });

  test('T34 is deducted of no list, and opens nothing by it', async () => {
    await takeBack(await bought(c));
    await bought(all);
    expect(await earned()).toBe(5);
  });

  // Red without: wallet/src/undo-rules.ts: if (asked >= BigInt(policy.undo.count)) return new Problem('undo-ended', { detail: often });
  test('T34 is three things a week, bought by themselves or in lists, and each once', async () => {
    const lists = [all, await listOf('5', a, b), await listOf('5', b, c), await listOf('5', a, c)];
    let undone = 0;
    for (const item of [...lists, a, b, c, ...lists, a, b, c]) {
      const payment = await bought(item);
      const back = payment && (await takeBack(payment).catch(() => undefined));
      if (back) undone += 1;
    }
    expect(undone).toBe(3);
    expect(await opens()).toEqual(expect.arrayContaining(scopes(a, b, c)));
    expect(await earned()).toBeGreaterThanOrEqual(5);
  });

  // Red without: wallet/src/charge-undo.ts: if (own && (await undoneBefore(tx, paid, own.scope))) → if (0)
  test('T34 and bought again for less is final then', async () => {
    const dear = await bought(c);
    await set(c, '1');
    await takeBack(dear);
    const again = await bought(c);
    expect(await earned()).toBe(1);
    await expect(takeBack(again)).rejects.toMatchObject({ code: 'undo-ended' });
  });
});

describe('T34 a price that changed between view and tap', () => {
  const refusedFor = (amount: string) => ({
    code: 'item-repriced',
    moneyMoved: 'no',
    price: { amount, currency: 'usd-micro' },
  });

  // Red without: wallet/src/item-price.ts: return price === wish.amount ? undefined : repriced(price, deducted);
  test('T34 is paid by nobody at what it was: lower, higher, or of a list', async () => {
    const seen: [item: NewItem | undefined, now: string][] = [
      [a, '3'],
      [c, '1'],
      [all, '6'],
    ];
    for (const [item, now] of seen) {
      await set(item, now);
      const answer: Bought = await buy(wallet, reader, item ?? all);
      expect(answer.json).toMatchObject(refusedFor(`${now}0000`));
    }
    expect(await earned()).toBe(0);
    expect(await opens()).toEqual([]);
  });

  test('T34 and that was deducted meanwhile on another device is paid by nobody either', async () => {
    const laptop = await connected(wallet, reader.person);
    await bought(a);
    expect((await buy(wallet, laptop, all)).json).toMatchObject(refusedFor('30000'));
    expect((await buy(wallet, laptop, { ...all, amount: '3' })).status).toBe(200);
    expect((await buy(wallet, reader, { ...all, amount: '3' })).json).toMatchObject({
      code: 'already-owned',
    });
    expect(await earned()).toBe(5);
  });
});

/** What an item costs a person now, and why it is not sold to them. Decided in the charge's own transaction. */
import { inLedgerUnits, itemScope, Problem } from 'micro-pay/protocol';
import { timeNow } from './clock.ts';
import type { Context } from './context.ts';
import { findItem, moneyOf, partsOf, type ItemRow } from './items.ts';
import { ledgerCurrency } from './ledger.ts';
import { entitle, entitleMissing } from './payment-rows.ts';
import type { Tx } from './store/store.ts';
import type { Wish } from './wish.ts';

type Buyer = Pick<Wish, 'person' | 'payee'>;

/** @returns why the item is not sold for what is offered; undefined where no item is asked for */
export async function itemRefusal(
  tx: Tx,
  context: Context,
  wish: Wish,
): Promise<Problem | undefined> {
  const id = wish.request.methodDetails?.item;
  if (id === undefined) return undefined;
  const item = await findItem(tx, id);
  if (item?.payee !== wish.payee) return new Problem('item-unknown');
  if (item.closed_at !== null) return new Problem('item-closed');
  const { price, deducted } = await priceFor(tx, context, item, wish);
  return price === wish.amount ? undefined : repriced(price, deducted);
}

/** @param price in millionths @param deducted something of it is owned already */
const repriced = (price: bigint, deducted: boolean): Problem => {
  const money = { amount: String(price), currency: ledgerCurrency };
  return new Problem('item-repriced', {
    extra: { price: { ...money, ...(deducted ? { deducted } : {}) } },
  });
};

/**
 * Before anyone is known: what can't be right for any person.
 * @param offered in millionths
 * @throws Problem `item-unknown`, `item-repriced`
 */
export async function assertOffered(
  tx: Tx,
  { payee, item: id, offered }: { payee: string; item: string; offered: bigint },
): Promise<void> {
  const item = await findItem(tx, id);
  if (item?.payee !== payee) throw new Problem('item-unknown');
  const price = inLedgerUnits(moneyOf(item)).amount;
  const isList = (await partsOf(tx, id)).length > 0;
  if (isList ? offered > price : offered !== price) throw repriced(price, false);
}

/** What it costs this person now, to be shown before it is asked. @returns millionths */
export const priceOf = async (
  tx: Tx,
  context: Context,
  item: ItemRow,
  buyer: Buyer,
): Promise<bigint> => (await priceFor(tx, context, item, buyer)).price;

/** Of a list, what is owned of it is deducted, as `deductible` says; never below nothing. */
async function priceFor(
  tx: Tx,
  context: Context,
  item: ItemRow,
  buyer: Buyer,
): Promise<{ price: bigint; deducted: boolean }> {
  const full = inLedgerUnits(moneyOf(item)).amount;
  const owned = await ownedParts(tx, context, item, buyer);
  const paid = deductible(owned);
  return { price: paid < full ? full - paid : 0n, deducted: owned.length > 0 };
}

/** `paid`: what its payment cost, in millionths, less what came back of it. */
type OwnedPart = ItemRow & { payment: string; until: bigint; paid: bigint };

/** Each part at its own price now, but of one payment no more than was paid by it: a cheap list makes no other list free. */
function deductible(owned: OwnedPart[]): bigint {
  const left = new Map(owned.map(({ payment, paid }) => [payment, paid]));
  let sum = 0n;
  for (const part of owned) {
    const [price, rest] = [inLedgerUnits(moneyOf(part)).amount, left.get(part.payment) ?? 0n];
    const counted = price < rest ? price : rest;
    left.set(part.payment, rest - counted);
    sum += counted;
  }
  return sum;
}

const ownedParts = (
  tx: Tx,
  context: Context,
  { id }: Pick<ItemRow, 'id'>,
  { person, payee }: Buyer,
): Promise<OwnedPart[]> =>
  tx.all<OwnedPart>(
    `select i.*, e.payment, e.until,
       p.amount - coalesce((select sum(amount) from refunds where payment = p.id), 0) as paid
     from list_items l join items i on i.id = l.item
     join entitlements e on e.scope = '${itemScope('')}' || i.id
     join payments p on p.id = e.payment
     where l.list = $1 and e.person = $2 and e.payee = $3 and e.until > $4 order by p.at desc, i.id`,
    id,
    person,
    payee,
    timeNow(context),
  );

/**
 * A list whose price is owned already is theirs, and nothing is charged.
 * @returns the receipt of the newest purchase it stands on
 */
export async function freeByParts(
  tx: Tx,
  context: Context,
  wish: Wish,
): Promise<string | undefined> {
  const id = wish.request.methodDetails?.item;
  const item = id === undefined ? undefined : await findItem(tx, id);
  if (item?.payee !== wish.payee || item.closed_at !== null) return undefined;
  const [newest] = await ownedParts(tx, context, item, wish);
  if (!newest || (await priceFor(tx, context, item, wish)).price > 0n) return undefined;
  const own = { payment: newest.payment, until: Number(newest.until) };
  await entitle(tx, wish, { ...own, scope: itemScope(item.id) });
  await entitleParts(tx, context, wish, own);
  const row = await tx.get<{ receipt: string }>(
    'select receipt from payments where id = $1',
    newest.payment,
  );
  return row?.receipt;
}

/** With a list each item in it is owned, until the same day; what was owned before stays owned by its own purchase. */
export async function entitleParts(
  tx: Tx,
  context: Context,
  wish: Wish,
  own: { payment: string; until: number },
): Promise<void> {
  const list = wish.request.methodDetails?.item;
  if (list === undefined) return;
  for (const { id } of await partsOf(tx, list))
    await entitleMissing(tx, context, wish, { ...own, scope: itemScope(id) });
}

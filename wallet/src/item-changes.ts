/** Items as their payee makes them: registered, renamed, locked anew, repriced, closed. */
import {
  inLedgerUnits,
  printable,
  Problem,
  type ChangedItem,
  type Money,
  type NewItem,
} from 'micro-pay/protocol';
import { timeNow } from './clock.ts';
import type { Context } from './context.ts';
import { findItem, itemOf, keyIn, partsOf, sealKey, type ItemRow } from './items.ts';
import { ledgerCurrency } from './ledger.ts';
import { assertMayAsk, findPayee } from './payees.ts';
import type { Tx } from './store/store.ts';

/** Items of one payee, closed ones too. */
const maxItems = 1_000;

const refused = (detail: string): Problem => new Problem('malformed-request', { detail });

/**
 * Registers an item under the id its maker chose; the same once more is the same item.
 * @throws Problem `id-reused`, `malformed-request` for what can't be sold
 */
export async function sell(
  tx: Tx,
  context: Context,
  payee: string,
  item: NewItem,
): Promise<ItemRow> {
  const known = await findItem(tx, item.id);
  if (known) {
    if (await isSame(tx, context, known, payee, item)) return known;
    throw new Problem('id-reused');
  }
  const [count] = await tx.all<{ count: bigint }>(
    'select count(*) as count from items where payee = $1',
    payee,
  );
  if ((count?.count ?? 0n) >= BigInt(maxItems))
    throw refused('A payee has at most 1,000 items; closed ones count too.');
  assertPrice(context, item);
  if (item.url !== undefined) await assertAddress(tx, context, payee, item.url);
  if (item.items && item.key !== undefined) throw refused('A list has no key of its own.');
  const at = timeNow(context);
  await tx.run(
    `insert into items (id, payee, title, amount, currency, url, sealed_key, created_at, changed_at)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $8)`,
    item.id,
    payee,
    titleFrom(item.title),
    item.amount,
    item.currency,
    item.url ?? null,
    item.key === undefined ? null : sealKey(context, item.id, item.key),
    at,
  );
  for (const part of new Set(item.items)) await addPart(tx, payee, item.id, part);
  return itemOf(tx, payee, item.id);
}

async function isSame(
  tx: Tx,
  context: Context,
  known: ItemRow,
  payee: string,
  item: NewItem,
): Promise<boolean> {
  const parts = (await partsOf(tx, known.id)).map(({ id }) => id);
  const wanted = [...new Set(item.items)].toSorted();
  return (
    known.payee === payee &&
    known.title === titleFrom(item.title) &&
    known.amount === item.amount &&
    known.currency === item.currency &&
    known.url === (item.url ?? null) &&
    keyIn(context, known) === item.key &&
    parts.join() === wanted.join()
  );
}

/** A list of lists would have no price that anyone could follow. */
async function addPart(tx: Tx, payee: string, list: string, item: string): Promise<void> {
  const part = await itemOf(tx, payee, item);
  if ((await partsOf(tx, part.id)).length > 0) throw refused('A list can’t be in a list.');
  await tx.run('insert into list_items (list, item) values ($1, $2)', list, item);
}

/** Another title, address or key; a text that is locked anew may have another key. */
export async function changeItem(
  tx: Tx,
  context: Context,
  { payee, id }: { payee: string; id: string },
  change: ChangedItem,
): Promise<ItemRow> {
  const row = await itemOf(tx, payee, id);
  const { title, url, key } = change;
  if (url !== undefined) await assertAddress(tx, context, payee, url);
  if (key !== undefined && (await partsOf(tx, id)).length > 0)
    throw refused('A list has no key of its own.');
  await tx.run(
    'update items set title = $1, url = $2, sealed_key = $3, changed_at = $4 where id = $5',
    title === undefined ? row.title : titleFrom(title),
    url ?? row.url,
    key === undefined ? row.sealed_key : sealKey(context, id, key),
    timeNow(context),
    id,
  );
  return itemOf(tx, payee, id);
}

/** From now on it costs this; what was asked at another price is refused. */
export async function reprice(
  tx: Tx,
  context: Context,
  { payee, id }: { payee: string; id: string },
  money: Money,
): Promise<void> {
  const row = await itemOf(tx, payee, id);
  assertPrice(context, money);
  await tx.run(
    'update items set amount = $1, currency = $2, changed_at = $3 where id = $4',
    money.amount,
    money.currency,
    timeNow(context),
    row.id,
  );
}

/** It is sold no more, or again; who owns it can open it either way. */
export async function closeItem(
  tx: Tx,
  context: Context,
  { payee, id, closed }: { payee: string; id: string; closed: boolean },
): Promise<void> {
  const row = await itemOf(tx, payee, id);
  const at = timeNow(context);
  await tx.run(
    'update items set closed_at = $1, changed_at = $2 where id = $3',
    closed ? at : null,
    at,
    row.id,
  );
}

function titleFrom(text: string): string {
  const title = printable(text);
  if (!title) throw refused('Please give it a title.');
  return title;
}

function assertPrice({ policy }: Context, money: Money): void {
  const { amount, currency } = inLedgerUnits(money);
  if (currency !== ledgerCurrency) throw refused('This wallet holds another currency.');
  if (amount === 0n) throw refused('What costs nothing needs no lock.');
  if (amount > policy.balance.singleMax) throw refused('That is more than one payment can be.');
}

/** A link from the wallet to a page leads to a site of the payee, and nowhere else. */
async function assertAddress(tx: Tx, context: Context, name: string, url: string): Promise<void> {
  const payee = await findPayee(tx, name);
  const { origin, href, username, password } = URL.parse(url) ?? {};
  // Of `blob:https://news.example/…` the origin is the site's, and nobody else can open it.
  const plain = href === url && !url.startsWith('blob:') && !username && !password;
  if (!payee || !origin || !plain)
    throw refused('The address looks like https://news.example/page.');
  try {
    assertMayAsk(context, payee, origin);
  } catch (cause) {
    throw new Problem('origin-not-listed', { cause });
  }
}

/** What payees sell without a server: a price at the wallet and, for a locked page, its key, sealed. A list is an item that sells others. */
import { payeeUrl, Problem, type Item, type Money } from 'micro-pay/protocol';
import type { Context } from './context.ts';
import type { Tx } from './store/store.ts';

export type ItemRow = {
  /** itm_… */
  id: string;
  payee: string;
  title: string;
  /** As asked, in base units of `currency` */
  amount: string;
  currency: string;
  url: string | null;
  sealed_key: string | null;
  closed_at: bigint | null;
  created_at: bigint;
  changed_at: bigint;
};

export const findItem = (tx: Tx, id: string): Promise<ItemRow | undefined> =>
  tx.get<ItemRow>('select * from items where id = $1', id);

/** @throws Problem `item-unknown` for another payee's too */
export async function itemOf(tx: Tx, payee: string, id: string): Promise<ItemRow> {
  const row = await findItem(tx, id);
  if (row?.payee !== payee) throw new Problem('item-unknown');
  return row;
}

/** All of a payee's, the newest first. */
export const itemsOf = (tx: Tx, payee: string): Promise<ItemRow[]> =>
  tx.all<ItemRow>('select * from items where payee = $1 order by created_at desc, id', payee);

/** What a payee sells now, the newest first. @param most rows @param from so many newer ones are passed over */
export const soldBy = (tx: Tx, payee: string, most: number, from = 0): Promise<ItemRow[]> =>
  tx.all<ItemRow>(
    `select * from items where payee = $1 and closed_at is null
     order by created_at desc, id limit $2 offset $3`,
    payee,
    BigInt(most),
    BigInt(from),
  );

/** The items that a list sells; none for an item by itself. */
export async function partsOf(tx: Tx, list: string): Promise<ItemRow[]> {
  return tx.all<ItemRow>(
    'select i.* from list_items l join items i on i.id = l.item where l.list = $1 order by i.id',
    list,
  );
}

export const moneyOf = ({ amount, currency }: Pick<ItemRow, 'amount' | 'currency'>): Money => ({
  amount,
  currency,
});

/** What anyone may know of it. */
export async function publicItem(tx: Tx, context: Context, row: ItemRow): Promise<Item> {
  const parts = await partsOf(tx, row.id);
  return {
    id: row.id,
    payee: payeeUrl(context.issuer, row.payee),
    title: row.title,
    ...moneyOf(row),
    ...(row.closed_at === null ? {} : { closed: true }),
    ...(row.url === null ? {} : { url: row.url }),
    ...(parts.length > 0 ? { items: parts.map(({ id }) => id) } : {}),
  };
}

const about = (id: string): string => `item-key ${id}`;

export const sealKey = ({ keys }: Context, id: string, key: string): string =>
  keys.seal(key, about(id));

/** What opens its text; undefined where nothing is locked. */
export const keyIn = (
  { keys }: Pick<Context, 'keys'>,
  { id, sealed_key }: Pick<ItemRow, 'id' | 'sealed_key'>,
): string | undefined => (sealed_key === null ? undefined : keys.unseal(sealed_key, about(id)));

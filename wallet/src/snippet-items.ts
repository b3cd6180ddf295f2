/** What a payee sells without a server, as a button names it. */
import { decimalFrom } from 'micro-pay/protocol';
import type { Context } from './context.ts';
import { findItem, moneyOf, soldBy } from './items.ts';

export interface SoldItem {
  id: string;
  title: string;
  /** Major units */
  amount: string;
}

export interface Sold {
  items: SoldItem[];
  /** There are older ones */
  more: boolean;
}

/** Items of one list. */
export const mostListed = 100;

/** @param chosen is listed however old it is, while it is sold */
export const soldItems = async (
  { store }: Pick<Context, 'store'>,
  payee: string,
  chosen: string,
): Promise<Sold> =>
  store.read(async (tx) => {
    const sold = await soldBy(tx, payee, mostListed + 1);
    const rows = sold.slice(0, mostListed);
    const one = rows.some(({ id }) => id === chosen) ? undefined : await findItem(tx, chosen);
    if (one?.payee === payee && one.closed_at === null) rows.push(one);
    const items = rows.map((row) => ({
      id: row.id,
      title: row.title,
      amount: decimalFrom(moneyOf(row)),
    }));
    return { items, more: sold.length > mostListed };
  });

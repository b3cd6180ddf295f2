/** What a payee sells without a server, as a button names it. */
import { decimalFrom } from 'micro-pay/protocol';
import type { Context } from './context.ts';
import { moneyOf, soldBy } from './items.ts';

export interface SoldItem {
  id: string;
  title: string;
  /** Major units */
  amount: string;
}

/** Items of one list. */
const most = 100;

export const soldItems = async (
  { store }: Pick<Context, 'store'>,
  payee: string,
): Promise<SoldItem[]> => {
  const rows = await store.read((tx) => soldBy(tx, payee, most));
  return rows.map((row) => ({ id: row.id, title: row.title, amount: decimalFrom(moneyOf(row)) }));
};

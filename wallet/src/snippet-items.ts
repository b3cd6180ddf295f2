/** What a payee sells without a server, as a button names it. */
import { decimalFrom } from 'micro-pay/protocol';
import type { Context } from './context.ts';

export interface SoldItem {
  id: string;
  title: string;
  /** Major units */
  amount: string;
}

/** Items of one list; the newest come first. */
const most = 100n;

export const soldItems = async (
  { store }: Pick<Context, 'store'>,
  payee: string,
): Promise<SoldItem[]> => {
  const rows = await store.read((tx) =>
    tx.all<{ id: string; title: string; amount: string; currency: string }>(
      `select id, title, amount, currency from items where payee = $1 and closed_at is null
       order by created_at desc, id limit $2`,
      payee,
      most,
    ),
  );
  return rows.map(({ id, title, ...money }) => ({ id, title, amount: decimalFrom(money) }));
};

/** What just came in at a payee: for who watches whether a new button works. */
import { priceLabel } from 'micro-pay/protocol';
import type { Context } from './context.ts';
import { ledgerCurrency, payeeAccount } from './ledger.ts';
import { ownerOf } from './payees.ts';

export interface NewTap {
  id: string;
  /** As people read it */
  amount: string;
  /** Seconds since 1970 */
  at: number;
  /** The payee's own, to see it work: possible with play money alone */
  own: boolean;
}

/** Taps of one answer. */
const most = 5n;

/** @param since in seconds @returns the newest first: no names, no sites and no words, which a cookie alone must not show */
export async function tapsSince(
  { store }: Pick<Context, 'store'>,
  payee: string,
  since: number,
): Promise<NewTap[]> {
  return store.read(async (tx) => {
    const owner = await ownerOf(tx, payee);
    const rows = await tx.all<{ id: string; amount: bigint; at: bigint; person: string | null }>(
      `select t.id, t.amount, t.at, coalesce(p.person, s.person) as person from transfers t
       left join payments p on p.id = t.id left join sessions s on t.debit = 'hold:' || s.id
       where t.credit = $1 and t.at >= $2 order by t.at desc, t.id limit $3`,
      payeeAccount(payee),
      BigInt(since),
      most,
    );
    return rows.map(({ id, amount, at, person }) => ({
      id,
      amount: priceLabel({ amount: String(amount), currency: ledgerCurrency }),
      at: Number(at),
      own: person === owner,
    }));
  });
}

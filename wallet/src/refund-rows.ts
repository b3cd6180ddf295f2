/** The rows of refunds: what of a payment went back, by whom and why; and the payment, as far as that is concerned. */
import type { Tx } from './store/store.ts';

export type RefundRow = {
  id: string;
  payment: string;
  person: string;
  payee: string;
  /** In millionths */
  amount: bigint;
  /** Who wanted it: the payee, or the payer in time */
  by: 'payee' | 'undo';
  /** The payee's own words, printable; none, where there were none */
  reason: string;
  /** micropay-refund+jwt */
  signed: string;
  at: bigint;
};

/** A payment that was made, as far as giving it back is concerned. */
export type PaidRow = {
  id: string;
  person: string;
  payee: string;
  amount: bigint;
  currency: string;
  grant_id: string | null;
  receipt: string;
  at: bigint;
};

/** @returns undefined for an id that names no payment, or one that was refused */
export const findPaid = (tx: Tx, id: string): Promise<PaidRow | undefined> =>
  tx.get<PaidRow>(
    `select id, person, payee, amount, currency, grant_id, receipt, at from payments
     where id = $1 and status = 'paid'`,
    id,
  );

/** What went back of a payment, the first refund first. */
export const refundsOf = (tx: Tx, payment: string): Promise<RefundRow[]> =>
  tx.all<RefundRow>('select * from refunds where payment = $1 order by at, id', payment);

export const leftOf = ({ amount }: Pick<PaidRow, 'amount'>, refunds: RefundRow[]): bigint =>
  refunds.reduce((left, refund) => left - refund.amount, amount);

export async function insertRefund(tx: Tx, row: RefundRow): Promise<void> {
  await tx.run(
    `insert into refunds (id, payment, person, payee, amount, by, reason, signed, at)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9)`,
    row.id,
    row.payment,
    row.person,
    row.payee,
    row.amount,
    row.by,
    row.reason,
    row.signed,
    row.at,
  );
}

/** Refunds of charges: the payee gives back, all or a part. One row, one transfer, one signed word; a payer's undo is one too. */
import {
  id as idSchema,
  payeeUrl,
  priceLabel,
  printable,
  Problem,
  shaped,
  signRefund,
} from 'micro-pay/protocol';
import { dayOf, secondsNow, timeNow } from './clock.ts';
import type { Context } from './context.ts';
import { ledgerCurrency, payeeAccount, personAccount, post } from './ledger.ts';
import { payerId } from './payer-id.ts';
import {
  findPaid,
  insertRefund,
  leftOf,
  refundsOf,
  type PaidRow,
  type RefundRow,
} from './refund-rows.ts';
import { countBack } from './standing.ts';
import type { Tx } from './store/store.ts';
import { assertPayeeHas, assertRefundable } from './undo-rules.ts';
import { zoneOf } from './zones.ts';

/** Characters of the payee's reason. */
const maxReason = 120;

/**
 * The payee gives back, from its account to the payer's and to nobody else. What is given back whole is owned no more.
 * @param wish `id` is the form's, `rfd_…`: sent twice it is one refund. `amount` in millionths; all that is left, where it is left out
 * @throws Problem `not-found` for a payment that isn't this payee's, `refund-too-large`, `refund-ended`, `malformed-request`,
 *   `insufficient-funds` of the payee, `id-reused`, `rate-limited`; nothing moved
 */
export async function refund(
  context: Context,
  wish: { id: string; payment: string; payee: string; amount?: bigint; reason: string },
): Promise<RefundRow> {
  const { payment, payee, amount } = wish;
  const id = shaped(idSchema, wish.id, 'malformed-request');
  if (!id.startsWith('rfd_') || (amount ?? 1n) <= 0n) throw new Problem('malformed-request');
  context.limits.take('refundsPerPayee', payee);
  return context.store.write(async (tx) => {
    const paid = await findPaid(tx, payment);
    if (paid?.payee !== payee) throw new Problem('not-found');
    const known = await tx.get<RefundRow>('select * from refunds where id = $1', id);
    if (known) return sameAs(known, { payment, amount });
    assertRefundable(context, paid);
    const left = leftOf(paid, await refundsOf(tx, payment));
    const back = amount ?? left;
    if (back > left || left === 0n) throw tooLarge(left);
    return payBack(tx, context, paid, {
      id,
      amount: back,
      left,
      by: 'payee',
      reason: printable(wish.reason, maxReason),
    });
  });
}

function tooLarge(left: bigint): Problem {
  const price = priceLabel({ amount: String(left), currency: ledgerCurrency });
  const detail = left === 0n ? 'Nothing is left to give back.' : `${price} is left to give back.`;
  return new Problem('refund-too-large', { detail });
}

function sameAs(known: RefundRow, asked: { payment: string; amount: bigint | undefined }) {
  const isSame = known.payment === asked.payment && known.amount === (asked.amount ?? known.amount);
  if (!isSame) throw new Problem('id-reused');
  return known;
}

export interface Back extends Pick<RefundRow, 'id' | 'amount' | 'by' | 'reason'> {
  /** Of the payment, before this */
  left: bigint;
}

/** Moves, writes, counts back and disowns. The caller has decided that it may. */
export async function payBack(
  tx: Tx,
  context: Context,
  paid: PaidRow,
  { left, ...back }: Back,
): Promise<RefundRow> {
  const { person, payee, currency } = paid;
  const [debit, credit, at] = [payeeAccount(payee), personAccount(person), timeNow(context)];
  await assertPayeeHas(tx, payee, back.amount);
  const { id, amount } = back;
  const name = `refund:${id}`;
  await post(tx, context, [{ id: name, debit, credit, amount, currency, code: 'refund', at }]);
  const signed = await signedRefund(context, paid, back);
  const row: RefundRow = { ...back, payment: paid.id, person, payee, signed, at };
  await insertRefund(tx, row);
  await countBack(tx, {
    person,
    payee,
    day: dayOf(Number(paid.at), await zoneOf(tx, person)),
    amount,
    byTap: paid.grant_id !== null,
    at: paid.at,
  });
  if (amount === left) await disown(tx, paid);
  return row;
}

function signedRefund(
  context: Context,
  { id: payment, person, payee, currency }: PaidRow,
  { id, amount, by, reason }: Omit<Back, 'left'>,
): Promise<string> {
  const aud = payeeUrl(context.issuer, payee);
  return signRefund(
    {
      iss: context.issuer,
      env: context.env,
      aud,
      sub: payerId(context.keys, person, aud),
      jti: id,
      iat: secondsNow(context),
      of: payment,
      amt: String(amount),
      cur: currency,
      rsn: { code: by === 'undo' ? 'reversal' : 'refund', ...(reason ? { text: reason } : {}) },
    },
    context.keys.receipts,
  );
}

/** What was paid back whole is owned no more: by the payment, so that what was bought again since stays. */
async function disown(tx: Tx, { id, person, payee }: PaidRow): Promise<void> {
  await tx.run(
    'delete from entitlements where person = $1 and payee = $2 and payment = $3',
    person,
    payee,
    id,
  );
}

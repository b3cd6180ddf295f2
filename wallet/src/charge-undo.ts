/** A charge is taken back by its payer: within minutes, a few times a week, and what it opened only once. */
import { itemScope, parseReceipt, Problem } from 'micro-pay/protocol';
import { timeNow } from './clock.ts';
import type { Context } from './context.ts';
import { grantOf } from './grants.ts';
import { newId } from './ids.ts';
import { keptSince } from './item-undo.ts';
import { findPaid, leftOf, refundsOf, type PaidRow, type RefundRow } from './refund-rows.ts';
import { payBack } from './refunds.ts';
import type { Tx } from './store/store.ts';
import { undoEnd } from './undo-rules.ts';

/**
 * The payer takes a payment back: all of it that did not come back yet. It is owned no more. Asked again it is the same refund.
 * @throws Problem `not-found` for a payment that isn't theirs, `undo-ended`, `insufficient-funds` of the payee; nothing moved
 */
export async function undoCharge(
  context: Context,
  { payment, person }: { payment: string; person: string },
): Promise<RefundRow> {
  return context.store.write(async (tx) => {
    const paid = await findPaid(tx, payment);
    if (paid?.person !== person) throw new Problem('not-found');
    const refunds = await refundsOf(tx, payment);
    const known = refunds.find(({ by }) => by === 'undo');
    if (known) return known;
    const ended = await chargeUndoEnd(tx, context, paid, refunds);
    if (ended) throw ended;
    const left = leftOf(paid, refunds);
    const id = newId(context, 'rfd');
    return payBack(tx, context, paid, { id, amount: left, left, by: 'undo', reason: '' });
  });
}

/** @returns why the payer can't take it back, or not any more */
export async function chargeUndoEnd(
  tx: Tx,
  context: Context,
  paid: PaidRow,
  refunds: RefundRow[],
): Promise<Problem | undefined> {
  if (leftOf(paid, refunds) === 0n) return new Problem('undo-ended');
  const { own } = parseReceipt(paid.receipt, 'internal-error').receipt;
  if (own?.scope.startsWith(itemScope('')) && (await isKept(tx, context, paid)))
    return new Problem('undo-ended', { detail: 'Who was paid takes nothing of this kind back.' });
  if (own && (await undoneBefore(tx, paid, own.scope)))
    return new Problem('undo-ended', { detail: 'It was bought and taken back once already.' });
  if (await isDeducted(tx, context, paid))
    return new Problem('undo-ended', {
      detail: 'A list that you bought since was cheaper by it. Take that back first.',
    });
  return undoEnd(tx, context, paid);
}

/**
 * What was said when the payer said yes holds: on the wallet's page where they paid, or when they were asked to allow
 * taps, which may have taken as long as a question and its answer are good.
 */
async function isKept(tx: Tx, context: Context, { payee, at, grant_id }: PaidRow) {
  const since = await keptSince(tx, payee);
  if (since === undefined) return false;
  const { pendingTap, interactRef } = context.policy.seconds;
  const asked =
    grant_id && (await grantOf(tx, grant_id)).created_at - BigInt(pendingTap + interactRef);
  return (asked || at) > since;
}

/** A list that stands on this payment cost less by it, or nothing: taken back before the list, it would leave the list too cheap. */
async function isDeducted(tx: Tx, context: Context, { id, person, payee }: PaidRow) {
  const list = await tx.get<{ scope: string }>(
    `select whole.scope from entitlements part
     join list_items l on part.scope = '${itemScope('')}' || l.item
     join entitlements whole on whole.scope = '${itemScope('')}' || l.list
     where part.payment = $1 and part.person = $2 and part.payee = $3
     and whole.person = $2 and whole.payee = $3 and whole.payment <> $1 and whole.until > $4 limit 1`,
    id,
    person,
    payee,
    timeNow(context),
  );
  return list !== undefined;
}

/** Bought, read, taken back, and so on for ever is not what an undo is for: what was opened once can be taken back once. */
async function undoneBefore(tx: Tx, { person, payee }: PaidRow, scope: string): Promise<boolean> {
  const undone = await tx.all<{ receipt: string }>(
    `select p.receipt from refunds r join payments p on p.id = r.payment
     where r.person = $1 and r.payee = $2 and r.by = 'undo'`,
    person,
    payee,
  );
  return undone.some(
    ({ receipt }) => parseReceipt(receipt, 'internal-error').receipt.own?.scope === scope,
  );
}

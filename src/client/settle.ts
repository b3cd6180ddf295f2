/** Settling a charge: approval where it is needed and a window was given, then the payment, then the delivery. */
import { Problem } from '../protocol/problem-table.ts';
import { accountOf } from './account.ts';
import type { Caps, Paid, WalletWindow } from './api.ts';
import type { Charge } from './charge.ts';
import type { Outcome } from './consent/approval.ts';
import { approveByPopup } from './consent/popup.ts';
import type { Context } from './context.ts';
import { isFirstWithin } from './intent.ts';
import { paid } from './paid.ts';

/** @throws Problem; see `settle` in api.ts */
export async function settle(
  context: Context,
  charge: Charge,
  opened: WalletWindow | undefined,
): Promise<Paid> {
  const account = await accountOf(context, charge.payee.url);
  if (!isFirstWithin(context, account, charge))
    return (await context.later()).settleAgain(context, charge, opened);
  if (!opened) throw new Problem('not-connected');
  return approveAndPay(context, charge, context.caps, opened);
}

export async function approveAndPay(
  context: Context,
  charge: Charge,
  caps: Caps,
  opened: WalletWindow,
): Promise<Paid> {
  const { payee, currency } = charge;
  const wish = { payee, currency, caps, charge };
  const outcome = await approveByPopup(context, wish, opened);
  return payApproved(context, outcome);
}

/** Goes on where the approval left the first payment: paid, refused, or of unknown fate. */
export async function payApproved(
  context: Context,
  { approval, pending, receipt, answer }: Outcome,
): Promise<Paid> {
  if (!pending) throw new Error('No payment was waiting for the approval.');
  if (approval && receipt !== undefined)
    return paid(context, pending, { receipt, allowance: approval.allowance });
  return (await context.later('answer-unknown')).finishUnpaid(context, pending, answer);
}

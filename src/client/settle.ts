/** Settling a charge: approval where it is needed and a window was given, then the payment, then the delivery. */
import { accountOf } from './account.ts';
import type { Caps, Paid, WalletWindow } from './api.ts';
import type { Charge } from './charge.ts';
import type { Outcome } from './consent/approval.ts';
import { approveByPopup } from './consent/popup.ts';
import type { Context } from './context.ts';
import { isFirstWithin } from './intent.ts';
import { paid } from './paid.ts';

/** Leaves no window of the wallet behind. @throws Problem; see `settle` in api.ts */
export async function settle(
  context: Context,
  charge: Charge,
  opened: WalletWindow | undefined,
): Promise<Paid> {
  try {
    const account = await accountOf(context, charge.payee.url);
    return opened && isFirstWithin(context, account, charge)
      ? await approveAndPay(context, charge, opened)
      : await (await context.later()).settleAgain(context, charge, opened);
  } finally {
    opened?.window?.close();
  }
}

/** @param caps limits to ask for */
export async function approveAndPay(
  context: Context,
  charge: Charge,
  opened: WalletWindow,
  caps?: Caps,
): Promise<Paid> {
  const wish = { ...charge, caps, charge };
  return payApproved(context, await approveByPopup(context, wish, opened));
}

/** Goes on where the approval left the first payment: paid, refused, or of unknown fate. */
export async function payApproved(
  context: Context,
  { approval, pending, receipt, answer }: Outcome,
): Promise<Paid> {
  if (pending && approval && receipt !== undefined)
    return paid(context, pending, { ...approval, receipt });
  return (await context.later('answer-unknown')).finishUnpaid(context, pending, answer);
}

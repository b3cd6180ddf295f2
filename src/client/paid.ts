/** What follows the wallet's yes: the receipt is believed and kept, then the page's server delivers. */
import { changeAccount, type Pending } from './account.ts';
import type { KeptReceipt, Paid } from './api.ts';
import type { Charge } from './charge.ts';
import type { PayAnswer } from './claims.ts';
import type { Context } from './context.ts';
import { deliver } from './deliver.ts';
import { believedReceipt, keepReceipt } from './receipts.ts';

/** @throws Problem `receipt-invalid`, `answer-unknown` or `delivery-failed`; what is under way is kept */
export async function paid(
  context: Context,
  pending: Pending,
  { receipt: text, allowance, key }: PayAnswer,
): Promise<Paid> {
  // From here on money may have moved: whatever goes wrong is told as that, and asking again is safe.
  const kept = await believedReceipt(context, pending, text)
    .then((receipt) => keepReceipt(context, pending.charge, { receipt, text, key }))
    .catch(async (problem: unknown) =>
      (await context.later('answer-unknown')).disbelieve(context, problem),
    );
  context.tell({ receipt: kept });
  return { ...(await delivered(context, pending, kept)), allowance };
}

/** The last step, also of a payment that was found again. */
export async function delivered(
  context: Context,
  { charge }: Pending,
  { receipt, text, key }: KeptReceipt,
): Promise<Paid> {
  const response = await deliver(context, charge, text);
  // What can't be forgotten now has its receipt, and is delivered again when it is found.
  await forgetPending(context, charge).catch(() => undefined);
  return { receipt, text, key, target: charge.target, response };
}

export const forgetPending = (context: Context, { payee, cid }: Charge): Promise<unknown> =>
  changeAccount(context, payee.url, (account) => ({
    ...account,
    pending: account.pending.filter(({ charge }) => charge.cid !== cid),
  }));

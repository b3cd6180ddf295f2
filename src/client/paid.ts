/** What follows the wallet's yes: the receipt is believed, kept and counted, then the page's server delivers. */
import { changeAccount, sessionFrom, type Account, type Pending } from './account.ts';
import type { KeptReceipt, Paid } from './api.ts';
import type { Charge } from './charge.ts';
import type { PayAnswer } from './claims.ts';
import type { Context } from './context.ts';
import { deliver } from './deliver.ts';
import { believedReceipt, keepReceipt, keptFrom } from './receipts.ts';

/** @throws Problem `receipt-invalid`, `answer-unknown` or `delivery-failed`; what is under way is kept */
export async function paid(context: Context, pending: Pending, answer: PayAnswer): Promise<Paid> {
  const { charge } = pending;
  const { receipt: text, allowance } = answer;
  const receipt = await believedReceipt(context, pending, text).catch(async (problem: unknown) =>
    (await context.later('answer-unknown')).disbelieve(context, problem),
  );
  const kept = keptFrom(charge, receipt, text);
  // In this order: a crash between them asks the wallet again, and the same receipt is kept and counted once.
  await keepReceipt(context, kept);
  const account = await changeAccount(context, charge.payee.url, (before) =>
    counted(before, pending, { kept, answer, day: dayOf(context.now()) }),
  );
  context.tell({
    receipt: kept,
    ...(account.approval ? { session: sessionFrom(account.approval) } : {}),
  });
  return { ...(await delivered(context, pending, kept)), allowance };
}

/** The last step, also of a payment that was found again. */
export async function delivered(
  context: Context,
  { charge }: Pending,
  { receipt, text }: KeptReceipt,
): Promise<Paid> {
  const response = await deliver(context, charge, text);
  await forgetPending(context, charge);
  return { receipt, text, target: charge.target, ...(response ? { response } : {}) };
}

export async function forgetPending(context: Context, { payee, cid }: Charge): Promise<void> {
  await changeAccount(context, payee.url, (account) => ({
    ...account,
    pending: account.pending.filter(({ charge }) => charge.cid !== cid),
  }));
}

/** The calendar day where the device is. @param now milliseconds since 1970 */
export const dayOf = (now: number): string => new Date(now).toDateString();

/** Takes a payment into this device's books, once: from then on it only waits for its delivery. */
export function counted(
  account: Account,
  { charge: { cid, price }, wallet }: Pending,
  { kept, answer, day }: { kept: KeptReceipt; answer: PayAnswer; day: string },
): Account {
  const open = account.pending.find(({ charge, receipt }) => charge.cid === cid && !receipt);
  if (!open) return account;
  const { approval, spent } = account;
  const today = spent?.day === day ? spent.today : 0n;
  return {
    ...account,
    approval: approval && { ...approval, allowance: answer.allowance, wallet },
    spent: { day, today: today + price, total: (spent?.total ?? 0n) + price },
    pending: account.pending.map((one) => (one === open ? { ...one, receipt: kept } : one)),
  };
}

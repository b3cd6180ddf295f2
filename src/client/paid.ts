/** What follows the wallet's yes: the receipt is believed, kept and counted, then the page's server delivers. */
import { Problem } from '../protocol/problem-table.ts';
import { changeAccount, sessionFrom, unmark, type Account, type Pending } from './account.ts';
import type { Caps, KeptReceipt, Paid } from './api.ts';
import type { Charge } from './charge.ts';
import type { PayAnswer } from './claims.ts';
import type { Context } from './context.ts';
import { deliver } from './deliver.ts';
import { believedReceipt, keepReceipt } from './receipts.ts';

/** @throws Problem `receipt-invalid`, `answer-unknown` or `delivery-failed`; what is under way is kept */
export async function paid(context: Context, pending: Pending, answer: PayAnswer): Promise<Paid> {
  const { charge } = pending;
  const kept = await believed(context, pending, answer.receipt);
  // In this order: a crash between them asks the wallet again, and the same receipt is kept and counted once.
  await keepReceipt(context, kept);
  const account = await changeAccount(context, charge.payee.url, (before) =>
    counted(before, pending, { kept, answer, day: dayOf(context.now()) }),
  );
  if (account.approval) context.stores.$session.set(sessionFrom(account.approval));
  // Said beside the payment: without the words it is paid all the same.
  if (isNearCap(account, account.caps ?? context.caps))
    void context.later().then(
      ({ tellCapNear }) => tellCapNear(context, account, charge),
      () => undefined,
    );
  return { ...(await delivered(context, pending, kept)), allowance: answer.allowance };
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
  await unmark(context);
}

async function believed(context: Context, pending: Pending, text: string): Promise<KeptReceipt> {
  const { target } = pending.charge;
  try {
    const receipt = await believedReceipt(context, pending, text);
    return { receipt, text, ...('url' in target ? { url: target.url } : {}) };
  } catch (cause) {
    // What can't be checked now can be checked later: the same answer will come again.
    if (!(cause instanceof Problem) || cause.code !== 'receipt-invalid')
      throw new Problem('answer-unknown', { cause });
    (await context.later('receipt-invalid')).tellReceiptDiffers(context);
    throw cause;
  }
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

/** 80 % of the day's limit or of all is used. */
const isNearCap = ({ spent }: Account, { day, total }: Caps): boolean =>
  spent !== undefined &&
  (spent.today * 5n >= BigInt(day) * 4n || spent.total * 5n >= BigInt(total) * 4n);

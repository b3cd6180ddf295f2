/** What a tap leaves in this device's book when it is over: nothing under way, and owed only what was got. */
import type { ProblemCode } from '../../protocol/problem-table.ts';
import type { KeptReceipt } from '../api.ts';
import { receiptPrefix } from '../receipts.ts';
import { changeAccount, type Account, type Hold, type Pending } from '../account.ts';
import type { Context } from '../context.ts';

type Outcome =
  /** Got, and owed; the server has seen the grant of this number */
  | { seq: number }
  /** Got for nothing: it was owned */
  | { free: true }
  /** Not got, and not owed */
  | { refused: ProblemCode };

export const forgetTap = (
  context: Context,
  { charge, tap }: Pending,
  outcome: Outcome,
): Promise<Account> =>
  changeAccount(context, charge.payee.url, async (account) => {
    const left = account.pending.filter(({ charge: { cid } }) => cid !== charge.cid);
    if (left.length === account.pending.length) return account;
    // Its receipt may have been kept, and then it was taken back: no undo lowers what is owed by it again.
    if ('refused' in outcome) await markUndone(context, charge.payee.url, charge.cid);
    const { hold } = account;
    const after = hold && hold.sid === tap?.sid ? booked(hold, charge.price, outcome) : hold;
    return { ...account, known: true, pending: left, hold: after };
  });

/** @returns whether it wasn't, so far */
export async function markUndone(
  { storage }: Context,
  payee: string,
  tap: string,
): Promise<boolean> {
  const key = `${receiptPrefix}${payee} ${tap}`;
  const kept = (await storage.get(key)) as KeptReceipt | undefined;
  if (!kept || kept.undone) return false;
  await storage.set(key, { ...kept, undone: true });
  return true;
}

function booked(hold: Hold, price: bigint, outcome: Outcome): Hold {
  if ('seq' in outcome) return { ...hold, shown: Math.max(hold.shown ?? 0, outcome.seq) };
  const ended = 'refused' in outcome && outcome.refused === 'session-ended';
  return { ...hold, owed: hold.owed - price, ended: hold.ended || ended };
}

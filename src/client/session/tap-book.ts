/** What a tap leaves in this device's book when it is over: nothing under way, and owed only what was got. */
import type { ProblemCode } from '../../protocol/problem-table.ts';
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
  changeAccount(context, charge.payee.url, (account) => {
    const left = account.pending.filter(({ charge: { cid } }) => cid !== charge.cid);
    if (left.length === account.pending.length) return account;
    const { hold } = account;
    const after = hold && hold.sid === tap?.sid ? booked(hold, charge.price, outcome) : hold;
    return { ...account, known: true, pending: left, hold: after };
  });

function booked(hold: Hold, price: bigint, outcome: Outcome): Hold {
  if ('seq' in outcome) return { ...hold, shown: Math.max(hold.shown ?? 0, outcome.seq) };
  const ended = 'refused' in outcome && outcome.refused === 'session-ended';
  return { ...hold, owed: hold.owed - price, ended: hold.ended || ended };
}

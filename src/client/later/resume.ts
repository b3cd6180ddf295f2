/** Finishing what was under way: a return from the wallet, or a payment whose answer or delivery got lost. */
import type { Pending } from '../account.ts';
import type { Paid, Target } from '../api.ts';
import { tipCharge } from '../charge.ts';
import type { Context } from '../context.ts';
import { forgetPending } from '../paid.ts';
import { payApproved } from '../settle.ts';
import { accounts } from './accounts.ts';
import { finish } from './finish.ts';
import { receiptOf } from './kept.ts';
import { dropEnded, returnedApproval } from './redirect.ts';
import { replayable } from './replay.ts';
import { tellPaid } from './tell-paid.ts';
import { pageOf } from './whole-page.ts';

/** A server that hasn't delivered for a day is not asked again by itself; the receipt stays. */
const deliverForMs = 86_400_000;

/** @throws Problem; see `resume` in api.ts */
export async function resume(context: Context, target?: Target): Promise<Paid | undefined> {
  const key = target && (await keyOf(context, target));
  const isWanted = ({ charge }: { charge?: Pending['charge'] | undefined }) =>
    key === undefined || charge?.key === key;
  const returned = await returnedApproval(context, isWanted);
  if (returned?.pending) {
    const paid = await payApproved(context, returned);
    await tellPaid(context, returned.pending.charge);
    return paid;
  }
  await dropEnded(context);
  for (const pending of (await accounts(context)).flatMap((account) => account.pending)) {
    if (!isWanted(pending)) continue;
    if (!(await isStale(context, pending))) return finish(context, pending, { again: true });
    await forgetPending(context, pending.charge);
  }
  // A mark whose record the browser has dropped would be looked at for ever.
  if (!(await accounts(context)).some(({ pending }) => pending.length > 0))
    pageOf(context)?.unmark();
  return undefined;
}

const isStale = async (context: Context, pending: Pending): Promise<boolean> =>
  context.now() - pending.at > deliverForMs && Boolean(await receiptOf(context, pending));

const keyOf = async (context: Context, target: Target): Promise<string> =>
  'to' in target ? tipCharge(context, target).key : (await replayable(context, target)).key;

/** Finishing what was under way: a return from the wallet, or a payment whose answer or delivery got lost. */
import { accounts, unmark, type Pending } from '../account.ts';
import type { Paid, Target } from '../api.ts';
import { replayable, tipCharge } from '../charge.ts';
import type { Context } from '../context.ts';
import { forgetPending } from '../paid.ts';
import { showReceipts } from '../receipts.ts';
import { payApproved } from '../settle.ts';
import { finish } from './finish.ts';
import { dropEnded, returnedApproval } from './redirect.ts';

/** A server that hasn't delivered for a day is not asked again by itself; the receipt stays. */
const deliverForMs = 86_400_000;

/** @throws Problem; see `resume` in api.ts */
export async function resume(context: Context, target?: Target): Promise<Paid | undefined> {
  const key = target && (await keyOf(context, target));
  const isWanted = ({ charge }: { charge?: Pending['charge'] | undefined }) =>
    key === undefined || charge?.key === key;
  const returned = await returnedApproval(context, isWanted);
  if (returned?.pending) return shown(context, payApproved(context, returned));
  await dropEnded(context);
  for (const pending of (await accounts(context)).flatMap((account) => account.pending)) {
    if (!isWanted(pending)) continue;
    if (!isStale(context, pending))
      return shown(context, finish(context, pending, { again: true }));
    await forgetPending(context, pending.charge);
  }
  await unmark(context);
  return undefined;
}

async function shown(context: Context, paying: Promise<Paid>): Promise<Paid> {
  const paid = await paying;
  await showReceipts(context);
  return paid;
}

const isStale = ({ now }: Context, { receipt, at }: Pending): boolean =>
  receipt !== undefined && now() - at > deliverForMs;

const keyOf = async (context: Context, target: Target): Promise<string> =>
  'to' in target ? tipCharge(context, target).key : (await replayable(context, target)).key;

/** Settling where the payee is known here: what is unfinished first, then what is owned, then a payment under the standing approval. */
import { Problem } from '../../protocol/problem-table.ts';
import { accountOf } from '../account.ts';
import type { Paid, WalletWindow } from '../api.ts';
import type { Charge } from '../charge.ts';
import { assertInTime } from '../consent/question.ts';
import type { Context } from '../context.ts';
import { signedCharge } from '../intent.ts';
import { approveAndPay } from '../settle.ts';
import { walletTime } from '../wallet.ts';
import { finish } from './finish.ts';
import { openOwned } from './owned.ts';
import { standingOf } from './standing.ts';
import { chargeInstead, tap } from '../session/tap.ts';
import { pageOf } from './whole-page.ts';

/** @throws Problem; see `settle` in api.ts */
export async function settleAgain(
  context: Context,
  charge: Charge,
  opened: WalletWindow | undefined,
): Promise<Paid> {
  const unfinished = await finishSame(context, charge);
  if (unfinished) return unfinished;
  const account = await accountOf(context, charge.payee.url);
  const { approval, ownedBy, obstacle } = await standingOf(context, account, charge);
  if (charge.tap !== undefined) {
    const live = obstacle ? undefined : approval;
    const paid = live && (await tap(context, charge, live));
    return paid ?? settleAgain(context, await chargeInstead(context, charge), opened);
  }
  if (obstacle && opened && obstacle.nextStep === 'approve') {
    return approveAndPay(context, charge, opened, account.caps ?? context.caps);
  }
  if (obstacle || !approval) throw obstacle ?? new Problem('not-connected');
  const { signer, terms, wallet } = approval;
  assertInTime(charge, walletTime(context, wallet));
  if (ownedBy) return openOwned(context, charge, approval, ownedBy);
  // Said before anything is signed, it is certain that nothing was charged.
  if (context.signal?.aborted) throw new Problem('aborted');
  if (pageOf(context)?.online() === false) throw new Problem('offline');
  const pending = await signedCharge(context, charge, { wallet, gnt: terms.gnt }, signer);
  return finish(context, pending, { again: false });
}

/**
 * A tap for the same thing whose answer got lost comes first: it may have been paid.
 * @returns undefined when there was none, or it turned out not to be charged
 */
async function finishSame(context: Context, { payee, key }: Charge): Promise<Paid | undefined> {
  for (const pending of (await accountOf(context, payee.url)).pending) {
    if (pending.charge.key !== key) continue;
    try {
      return await finish(context, pending, { again: true });
    } catch (problem) {
      if (!(problem instanceof Problem) || problem.moneyMoved !== 'no') throw problem;
    }
  }
  return undefined;
}

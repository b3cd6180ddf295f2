/** Finishing a payment that was signed: asked with the same bytes until it is answered, then kept, then delivered. */
import { problemFrom } from '../../protocol/problem-rows.ts';
import { Problem } from '../../protocol/problem-table.ts';
import { accountOf, changeAccount, type Pending } from '../account.ts';
import type { Paid } from '../api.ts';
import type { PayAnswer } from '../claims.ts';
import type { Context } from '../context.ts';
import { delivered, forgetPending, paid } from '../paid.ts';
import { receiptOf } from './kept.ts';
import { finishTap } from '../session/send-tap.ts';
import { askToPay, type Sending } from './pay.ts';
import { openOwned } from './owned.ts';
import { liveApproval, tellSession } from './grant.ts';
import { regainApproval } from './regain.ts';

/**
 * Sends a signed payment, or what is left of it to do.
 * @throws Problem of a refusal, and it is forgotten; `answer-unknown`, `receipt-invalid` or `delivery-failed`, and it is kept
 */
export async function finish(context: Context, pending: Pending, sending: Sending): Promise<Paid> {
  if (pending.tap) return finishTap(context, pending);
  const kept = sending.again && (await receiptOf(context, pending).catch(unknown));
  const answer = kept || (await askedToPay(context, pending, sending));
  // Without it a late delivery has no evidence, and the next tap asks the person again.
  if (sending.again) await regainApproval(context, pending).catch(() => undefined);
  if (answer instanceof Problem) return refused(context, pending, answer);
  return 'text' in answer ? delivered(context, pending, answer) : paid(context, pending, answer);
}

/** What the wallet says of it, after what came beside it was heard. */
async function askedToPay(
  context: Context,
  pending: Pending,
  sending: Sending,
): Promise<PayAnswer | Problem> {
  const answer = await askToPay(context, pending, sending);
  // Without it the next tap goes by what was heard before.
  if (!(answer instanceof Problem))
    await hearAllowance(context, pending, answer).catch(() => undefined);
  return answer;
}

const unknown = (cause: unknown): never => {
  throw new Problem('answer-unknown', { cause });
};

/** What is left of the approval, and the wallet's time, as they came with the answer. */
async function hearAllowance(
  context: Context,
  { charge, wallet }: Pending,
  { allowance }: PayAnswer,
): Promise<void> {
  const account = await changeAccount(context, charge.payee.url, (before) => ({
    ...before,
    approval: before.approval && { ...before.approval, allowance, wallet },
  }));
  await tellSession(context, account);
}

/** Goes on where an approval brought no receipt. @param answer the wallet's, if there was one */
export async function finishUnpaid(
  context: Context,
  pending: Pending | undefined,
  answer: unknown,
): Promise<Paid> {
  if (!pending) throw new Error('No payment was waiting for the approval.');
  const told = typeof answer === 'object' && answer !== null && 'problem' in answer;
  const problem = problemFrom(told ? answer.problem : undefined, 'answer-unknown');
  return problem.moneyMoved === 'no'
    ? refused(context, pending, problem)
    : finish(context, pending, { again: true });
}

/** A final no. Owned already is a good no: the earlier receipt opens it. */
async function refused(context: Context, { charge }: Pending, problem: Problem): Promise<Paid> {
  await forgetPending(context, charge);
  const { receipt: text, key } = problem.extra;
  const live = await liveApproval(context, await accountOf(context, charge.payee.url));
  if (problem.code !== 'already-owned' || typeof text !== 'string') throw problem;
  if (!live || live instanceof Problem) throw problem;
  return openOwned(context, charge, live, { text, key });
}

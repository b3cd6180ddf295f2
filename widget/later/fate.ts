/** A payment with no answer: asked for until its fate is known, and never paid a second time. */
import type { Paid, Quote, Target } from '../../src/client/api.ts';
import { Problem } from '../../src/protocol/problem-table.ts';
import { Deadline } from '../deadline.ts';
import { checking } from '../messages/en/refusal.ts';
import type { Payment } from '../payment.ts';
import { problemOf } from './refusal.ts';

/** Milliseconds until a question is given up. */
const patienceMs = 15_000;
/** Milliseconds before each question what became of a payment. */
const questions = [0, 2_000, 5_000, 10_000, 20_000];
/** Most often nothing was under way, and that is known at once: no button shall flicker for it. */
const quietMs = 300;

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

/** Money may have moved: only asking again can tell. */
const isOpen = ({ moneyMoved, nextStep }: Problem): boolean =>
  moneyMoved === 'unknown' && nextStep === 'retry';

/** @param error why there was no answer; undefined when it took too long or was called off */
export async function meetNoAnswer(payment: Payment, quote: Quote, error: unknown): Promise<void> {
  const { id, target, payee } = quote;
  const problem = error === undefined ? undefined : problemOf(error);
  if (problem && !isOpen(problem)) return payment.fail(problem, payee.wallet);
  await check(payment, target, async () => {
    // It may have come to its end just when nobody waited any more.
    const { receipts } = await payment.sdk.whole();
    const kept = await receipts.list({ payee: payee.url });
    const paid = kept.find(({ receipt: { cid } }) => cid === id);
    if (paid) payment.settled({ ...paid, target });
    else await payment.fail(new Problem('aborted'));
  });
}

/** What was begun has no known end. */
export async function askAgain(payment: Payment, target: Target): Promise<void> {
  if (payment.open) await check(payment, payment.open, () => payment.ask(target));
}

/** Finishes what an earlier visit left open: a return from the wallet, a reload in the midst of a payment. */
export async function resumeVisit(payment: Payment, target: Target): Promise<void> {
  const slow = setTimeout(() => showChecking(payment), quietMs);
  const isReturn = location.search.includes('micropay_nonce=');
  payment.open = target;
  try {
    const paid = await fateOf(payment, target).finally(() => clearTimeout(slow));
    if (!paid) {
      payment.open = undefined;
      if (payment.face.state === 'checking') payment.rest();
      return;
    }
    payment.settled(paid);
  } catch (error) {
    await payment.fail(error);
  }
  // Another page was here meanwhile, and browsers show this one from its beginning: it goes on where it was left.
  if (isReturn) payment.face.element.focus();
}

/** @param nothing what to do when it turns out that nothing was under way */
async function check(
  payment: Payment,
  target: Target,
  nothing: () => void | Promise<void>,
): Promise<void> {
  payment.open = target;
  showChecking(payment);
  const paid = await fateOf(payment, target);
  if (paid) return payment.settled(paid);
  payment.open = undefined;
  await nothing();
}

const showChecking = (payment: Payment): void => payment.show('checking', checking, { busy: true });

/**
 * Asks what became of a payment. The SDK repeats the same signed words, so this never pays twice.
 * @returns undefined when nothing was under way
 * @throws Problem `answer-unknown` after the last question
 */
async function fateOf({ sdk }: Payment, target: Target): Promise<Paid | undefined> {
  const micro = await sdk.whole();
  for (const delay of questions) {
    if (delay) await pause(delay);
    try {
      const deadline = new Deadline();
      const paid = await deadline.hold(patienceMs, (signal) => micro.resume(target, { signal }));
      if (!deadline.signal.aborted) return paid;
    } catch (error) {
      const problem = problemOf(error);
      if (!isOpen(problem)) throw problem;
    }
  }
  throw new Problem('answer-unknown');
}

/** The SDK asked with an end to each wait, so that no button stays busy for ever. */
import type { FreeAnswer, MicroPay, Paid, Quote, Target, WalletWindow } from '../src/client/api.ts';
import { Problem } from '../src/protocol/problem.ts';
import { Deadline } from './deadline.ts';
import { problemOf } from './outcome.ts';

/** Milliseconds. */
export const patience = { quote: 20_000, settle: 30_000, confirm: 600_000, check: 15_000 };
/** Milliseconds before each question what became of a payment. */
const questions = [0, 2_000, 5_000, 10_000, 20_000];

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

/** Money may have moved: only asking again can tell. */
export const isOpen = ({ moneyMoved, nextStep }: Problem): boolean =>
  moneyMoved === 'unknown' && nextStep === 'retry';

/** @throws Problem `offline` when no price came in time */
export async function quoteSoon(micro: MicroPay, target: Target): Promise<Quote | FreeAnswer> {
  const quote = await new Deadline(patience.quote).hold((signal) =>
    micro.quote(target, { signal }),
  );
  if (quote === Deadline.passed) throw new Problem('offline');
  return quote;
}

/** @returns `Deadline.passed` also when the answer got lost: then `fateOf` tells more */
export async function settleBy(
  deadline: Deadline,
  micro: MicroPay,
  quote: Quote,
  wallet?: WalletWindow,
): Promise<Paid | typeof Deadline.passed> {
  try {
    return await deadline.hold((signal) =>
      micro.settle(quote, { signal, ...(wallet ? { wallet } : {}) }),
    );
  } catch (error) {
    const problem = problemOf(error);
    if (isOpen(problem)) return Deadline.passed;
    throw problem;
  }
}

/**
 * Asks what became of a payment. The SDK repeats the same signed words, so this never pays twice.
 * @returns undefined when nothing was under way
 * @throws Problem `answer-unknown` after the last question
 */
export async function fateOf(micro: MicroPay, target: Target): Promise<Paid | undefined> {
  for (const delay of questions) {
    if (delay) await pause(delay);
    try {
      const paid = await new Deadline(patience.check).hold((signal) =>
        micro.resume(target, { signal }),
      );
      if (paid !== Deadline.passed) return paid;
    } catch (error) {
      const problem = problemOf(error);
      if (!isOpen(problem)) throw problem;
    }
  }
  throw new Problem('answer-unknown');
}

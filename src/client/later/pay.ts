/** Asking the wallet to charge: the same signed bytes each time, until it has said yes or no. */
import { skewSeconds } from '../../protocol/device-rules.ts';
import { payUrl } from '../../protocol/other-doors.ts';
import { Problem } from '../../protocol/problem-table.ts';
import type { Pending } from '../account.ts';
import { allowance, fitting, type PayAnswer } from '../claims.ts';
import type { Context } from '../context.ts';
import { ask } from '../http.ts';
import { walletTime, type Wallet } from '../wallet.ts';
import { assertGood, heard, isPassing, persist } from './insist.ts';

const payAnswer = { receipt: '', allowance, 'key?': '' } as const;

export interface Sending {
  /** These bytes may have been sent before */
  again: boolean;
}

/**
 * @returns what was paid, or a refusal that is final
 * @throws Problem `answer-unknown`: it may have been charged, and asking again is safe
 */
export async function askToPay(
  context: Context,
  { intent, exp, wallet }: Pending,
  { again }: Sending,
): Promise<PayAnswer | Problem> {
  const init = { method: 'POST', body: intent, headers: { 'content-type': 'text/plain' } };
  const question = () => ask(context, payUrl(wallet.origin), init);
  const unknown = (cause?: unknown) => new Problem('answer-unknown', { cause });
  const { answer, lost } = await heard(question())
    .then((first) => persist(context, question, first))
    .catch((cause: unknown) => {
      throw unknown(cause);
    });
  if (!answer) throw unknown();
  hearTime(context, wallet, answer.response);
  try {
    return fitting(payAnswer, assertGood(context, answer, 'answer-unknown'), 'answer-unknown');
  } catch (problem) {
    if (!(problem instanceof Problem) || problem.moneyMoved !== 'no') throw unknown(problem);
    if (isPassing(answer) && (lost || again)) throw unknown(problem);
    // The approval it was signed under may still be on its way, with this payment in it.
    const early = again && walletTime(context, wallet) <= exp + skewSeconds;
    if (problem.code === 'grant-unknown' && early) throw unknown(problem);
    return problem;
  }
}

/** Its answer to a payment is kept and repeated, so the time travels beside it. */
function hearTime({ now }: Context, wallet: Wallet, { headers }: Response): void {
  const at = Date.parse(headers.get('date') ?? '');
  if (Number.isFinite(at)) wallet.offset = at - now();
}

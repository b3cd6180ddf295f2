/** What a closed window of the wallet means: nothing by itself, since an answer may be on its way. */
import { accountOf } from '../account.ts';
import { pendingTapSeconds } from '../../protocol/device-policy.ts';
import { Problem } from '../../protocol/problem-table.ts';
import type { FinishMessage } from '../claims.ts';
import { completeApproval, type Outcome } from '../consent/approval.ts';
import type { Asked } from '../consent/question.ts';
import type { Context } from '../context.ts';
import { tellSession } from './grant.ts';
import { hint } from './setup-hints.ts';

/** An answer may come this much later than its window's end. */
const graceMs = 2_000;

/**
 * @param hearing the answer that may come, the way to stop listening for it, and how often the window was seen open
 * @throws Problem `popup-closed`
 */
export async function afterClosing(
  context: Context,
  asked: Asked,
  hearing: { finished: Promise<FinishMessage>; stop: () => void; looks: number },
): Promise<Outcome> {
  const { finished, stop, looks } = hearing;
  // Closed before anyone could have closed it: the page's own policy cut it off.
  if (looks === 0) hint(context, 'coop');
  const late = await Promise.race([finished, context.wait(graceMs)]);
  const { signal } = context;
  if (late || signal?.aborted) stop();
  if (signal?.aborted) throw new Problem('aborted');
  if (late) return completeApproval(context, asked, late, asked.charge);
  // It may have been hidden from us rather than closed: a late yes is still an approval, but pays nothing.
  void finished
    .then((message) =>
      completeApproval({ ...context, signal: undefined, approved: undefined }, asked, message),
    )
    .then(async () => tellSession(context, await accountOf(context, asked.payee.url)))
    .catch(() => undefined);
  void context.wait(pendingTapSeconds * 1000).then(stop);
  throw new Problem('popup-closed');
}

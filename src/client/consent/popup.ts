/** Approval in a window of the wallet, opened in the click, while this page waits beside it. */
import { pendingTapSeconds } from '../../protocol/device-policy.ts';
import { Problem } from '../../protocol/problem-table.ts';
import type { WalletWindow } from '../api.ts';
import { finishMessage, fits, type FinishMessage } from '../claims.ts';
import type { Context } from '../context.ts';
import type { Page } from '../page.ts';
import { completeApproval, type Outcome } from './approval.ts';
import { askToConnect, isAnswerTo, type Wish } from './question.ts';

/** A window is looked at this often, for so long. */
const times = { lookMs: 500, maxMs: pendingTapSeconds * 1000 };

/**
 * @throws Problem `popup-blocked`, `popup-closed`, `approval-denied`, `aborted`, and what the wallet says
 */
export async function approveByPopup(
  context: Context,
  wish: Wish,
  { nonce, window }: WalletWindow,
): Promise<Outcome> {
  const { page } = context;
  if (!page || !window) throw new Problem('popup-blocked');
  const how = { method: 'message' as const, uri: page.origin, nonce };
  const asking = askToConnect(context, wish, how);
  let stop = (): void => undefined;
  const finished = new Promise<FinishMessage>((resolve) => {
    const take = async (message: FinishMessage) => {
      const ours = await isAnswerTo(await asking, message);
      if (ours) resolve(message);
      return ours;
    };
    const ignored = () => context.tell({ ignored: 1 });
    stop = onFinish(page, { origin: wish.payee.wallet, window }, take, ignored);
  });
  try {
    const asked = await asking;
    const looks = watched(context, window);
    const message = await Promise.race([finished, looks]);
    if (typeof message === 'object')
      return await completeApproval(context, asked, message, wish.charge);
    const { afterClosing } = await context.later();
    const hearing = { finished, stop, looks: message };
    stop = () => undefined;
    return await afterClosing(context, asked, hearing);
  } finally {
    stop();
  }
}

/**
 * Hears the one window of the one origin.
 * @param take answers whether it was the awaited one
 * @param ignored whatever else calls itself an answer is passed over, and counted by whoever wants to
 * @returns the way out
 */
export const onFinish = (
  page: Pick<Page, 'on'>,
  from: { origin: string; window: Window },
  take: (message: FinishMessage) => Promise<boolean>,
  ignored: () => void,
): (() => void) =>
  page.on('message', ({ origin, source, data }) => {
    if (!fits(finishMessage, data) || data.type !== 'micropay-connect') return;
    const isFrom = origin === from.origin && source === from.window;
    void (isFrom ? take(data) : Promise.resolve(false)).then(
      (taken) => taken || ignored(),
      ignored,
    );
  });

/** @returns how often it was looked at until it was closed; that alone is no answer: one may be on its way */
async function watched(context: Context, window: Window): Promise<number> {
  let looks = 0;
  for (; looks * times.lookMs < times.maxMs && !window.closed; looks++) {
    await context.wait(times.lookMs);
    if (context.signal?.aborted) throw new Problem('aborted');
  }
  return looks;
}

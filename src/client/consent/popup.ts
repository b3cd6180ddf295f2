/** Approval in a window of the wallet, opened in the click, while this page waits beside it. */
import { pendingTapSeconds } from '../../protocol/device-policy.ts';
import { Problem } from '../../protocol/problem-table.ts';
import type { WalletWindow } from '../api.ts';
import { finishMessage, fits, type FinishMessage } from '../claims.ts';
import type { Context } from '../context.ts';
import type { Page } from '../page.ts';
import { completeApproval, type Outcome } from './approval.ts';
import { askToConnect, isAnswerTo, type Wish } from './question.ts';

/** A window is looked at this often, */
const lookMs = 500;
/** for so long. */
const maxLooks = (pendingTapSeconds * 1000) / lookMs;

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
  const finish = { method: 'message' as const, uri: page.origin, nonce };
  const asking = askToConnect(context, wish, { start: ['popup'], finish });
  let stop = (): void => undefined;
  const finished = new Promise<FinishMessage>((resolve) => {
    stop = onFinish(page, { origin: wish.payee.wallet, window }, (message) => {
      const isOurs = asking.then((asked) => isAnswerTo(asked, message));
      void isOurs.then(
        (ours) => ours && resolve(message),
        () => undefined,
      );
    });
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

/** Hears the one window of the one origin. @returns the way out */
export const onFinish = (
  page: Pick<Page, 'on'>,
  from: { origin: string; window: Window },
  take: (message: FinishMessage) => void,
): (() => void) =>
  page.on('message', ({ origin, source, data }) => {
    if (origin !== from.origin || source !== from.window) return;
    if (fits(finishMessage, data)) take(data);
  });

/** @returns how often it was looked at until it was closed; that alone is no answer: one may be on its way */
async function watched(context: Context, window: Window): Promise<number> {
  let looks = 0;
  for (; looks < maxLooks && !window.closed; looks++) {
    await context.wait(lookMs);
    if (context.signal?.aborted) throw new Problem('aborted');
  }
  return looks;
}

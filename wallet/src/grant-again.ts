/** `GET /grants/{gnt}`: an approval whose answer got lost, told again to the key it was given to. Nothing is granted by it. */
import type { ContinueAnswer } from 'micro-pay/protocol';
import { takeCall } from './calls.ts';
import { secondsNow } from './clock.ts';
import type { Context } from './context.ts';
import { grantOf, signedAgain } from './grants.ts';
import { verifiedCall, type SentCall } from './session-calls.ts';
import { openSessionOf, signedGrant } from './session-rows.ts';
import { allowanceView, limitsInForce, standingOf } from './standing.ts';

/**
 * Also of an approval that has ended or was taken back: what was paid under it may still have to be delivered, and a grant pays
 * nothing by itself.
 * @throws Problem `grant-unknown`, `proof-invalid`, `origin-not-listed`, `rate-limited`
 */
export async function grantAgain(
  context: Context,
  sent: SentCall,
  gnt: string,
): Promise<ContinueAnswer> {
  const grant = await context.store.read((tx) => grantOf(tx, gnt));
  const call = await verifiedCall(context, sent, grant);
  context.limits.take('statementsPerGrant', gnt);
  return context.store.write(async (tx) => {
    await takeCall(tx, context, call);
    const standing = await standingOf(tx, context, grant);
    const open = await openSessionOf(tx, gnt);
    return {
      grant: await signedAgain(context, grant),
      allowance: allowanceView(standing, limitsInForce(standing.allowance, grant)),
      ...(open && { session: await signedGrant(tx, open) }),
      now: secondsNow(context),
    };
  });
}

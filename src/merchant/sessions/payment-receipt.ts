/** What a page shows "paid" for: the payee's signed word that a tap was taken. */
import { timeFrom } from '../../protocol/challenge.ts';
import { policy } from '../../protocol/policy.ts';
import { signTapReceipt, type TapReceipt } from '../../protocol/tap-receipt.ts';
import type { SessionSettings } from './session-options.ts';
import type { Tap } from './session-store.ts';

/** The same for the same tap, however often it is asked for. */
export const tapReceipt = (tap: Tap, currency: string, { payee }: SessionSettings): TapReceipt => ({
  iss: payee,
  aud: tap.iss,
  sid: tap.sid,
  tap: tap.tap,
  res: tap.res,
  amt: String(tap.amount),
  cur: currency,
  iat: tap.at,
  und: tap.at + policy.seconds.undo,
});

/** @returns JSON text: base64url of it is the `Payment-Receipt` header, and a metered answer ends with it */
export async function paymentReceipt(
  receipt: TapReceipt,
  { signer }: SessionSettings,
): Promise<string> {
  return JSON.stringify({
    method: 'micropay',
    reference: receipt.tap,
    status: 'success',
    timestamp: timeFrom(receipt.iat),
    sessionId: receipt.sid,
    amount: receipt.amt,
    receipt: await signTapReceipt(receipt, await signer()),
  });
}

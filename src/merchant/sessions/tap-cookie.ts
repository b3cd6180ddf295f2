/** The cookie of someone who tapped: it names the payer and lists nothing, so that a tap taken back closes what it opened. */
import { policy } from '../../protocol/policy.ts';
import { withPayer, withTap } from '../access-cookie.ts';
import { cookieOf, sealedCookie } from '../admission.ts';
import type { AtSession } from './standing.ts';
import type { TapOutcome } from './take-tap.ts';

/** @returns the value of a `Set-Cookie` header; undefined for another site's page, and where nothing is kept */
export async function tapCookie(
  { by, tap, sub, again }: TapOutcome,
  { visit, settings, offer, now }: AtSession,
): Promise<string | undefined> {
  if (!visit.sameOrigin || offer.seconds === 0) return undefined;
  // Copied bytes of what cost nothing: there is no tap that could close what a cookie opens.
  if (again) return undefined;
  const before = await cookieOf(visit, settings, now);
  if (by !== 'repeat') {
    const payer = { iss: settings.payee.wallet, sub };
    return sealedCookie(withPayer(before, payer, now + offer.seconds, now), visit, settings, now);
  }
  // Whoever shows copied bytes may not be the payer: their cookie opens this one thing, and no longer than the bytes do.
  if (before?.sub) return undefined;
  const until = Math.min(tap.until, now + policy.seconds.receiptPresentable);
  return sealedCookie(withTap(before, [tap.sid, tap.tap], until, now), visit, settings, now);
}

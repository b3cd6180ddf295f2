/** The challenge of a session: one for a price class and a day, issued without a word written down. */
import {
  assertOwnChallenge,
  bindChallenge,
  secondsFrom,
  timeFrom,
  type Challenge,
} from '../../protocol/challenge.ts';
import { policy } from '../../protocol/policy.ts';
import { Problem } from '../../protocol/problem.ts';
import { sessionRequestFrom } from '../../protocol/session-request.ts';
import { assertPays } from '../door.ts';
import type { Offer } from '../offer.ts';
import type { Settings } from '../settings.ts';
import type { SessionOffer } from './price-class.ts';

/** @param now seconds since 1970 */
export const issueSessionChallenge = async (
  { session, realm }: { session: SessionOffer; realm: string },
  { challengeKey }: Pick<Settings, 'challengeKey'>,
  now: number,
): Promise<Challenge> =>
  bindChallenge(
    {
      realm,
      method: 'micropay',
      intent: 'session',
      request: session.request,
      expires: timeFrom(now + policy.seconds.sessionChallenge),
      opaque: session.opaque,
    },
    await challengeKey,
  );

/**
 * Recognises a session's challenge for this offer. All of it is cheaper than a signature check, so it comes first.
 * @returns when it expires, seconds since 1970
 * @throws Problem `invalid-challenge` for one that is edited, another's, or of another price class
 * @throws Problem `malformed-request` when its time can't be read
 */
export async function recogniseSession(
  challenge: Challenge,
  offer: Offer,
  settings: Settings,
): Promise<number> {
  const expires =
    settings.sessions?.recognised.get(challenge) ?? (await ownExpiry(challenge, settings));
  const isForThis =
    challenge.realm === offer.realm &&
    challenge.method === 'micropay' &&
    challenge.digest === undefined &&
    challenge.opaque === offer.session?.opaque;
  if (!isForThis) throw new Problem('invalid-challenge');
  if (challenge.request !== offer.session?.request) assertPayee(challenge, settings);
  return expires;
}

/** A challenge comes with each tap of a day, and is read once: so that it is ours and when it ends is found out once too. */
async function ownExpiry(challenge: Challenge, settings: Settings): Promise<number> {
  const expires = secondsFrom(challenge.expires ?? '');
  await assertOwnChallenge(challenge, await settings.challengeKey);
  settings.sessions?.recognised.set(challenge, expires);
  return expires;
}

function assertPayee({ request }: Challenge, { payee }: Settings): void {
  const { recipient } = sessionRequestFrom(request, 'invalid-challenge');
  if (recipient !== payee.url) throw new Problem('invalid-challenge');
}

/**
 * What we write now is what we wrote then, unless the price has changed since. It is asked of what buys, and not of a tap that is
 * known: that one was paid at the price of its time.
 * @throws Problem `payment-insufficient`, `verification-failed` when the price is another by now
 */
export function assertPriceNow(challenge: Challenge, offer: Offer): void {
  if (challenge.request === offer.session?.request) return;
  assertPays(sessionRequestFrom(challenge.request, 'invalid-challenge'), offer.money);
}

/** Less than half of its day is left. */
export const isWorn = (expires: number, now: number): boolean =>
  expires - now < policy.seconds.sessionChallenge / 2;

/**
 * A challenge as a page carries it, so that its first tap needs no 402.
 * @returns HTML: put it anywhere in the page
 * @example const challenge = await pay.sessionChallenge(request, item); html += challengeScript(challenge);
 */
export const challengeScript = (challenge: Challenge): string =>
  // No `<` is left that could end the element; in JSON it is the same letter.
  `<script type="application/json" data-micropay-challenge>${JSON.stringify(challenge).replaceAll('<', '\\u003c')}</script>`;

/** The challenge at the door: issued without a word written down, and recognised when a credential brings it back. */
import {
  assertOwnChallenge,
  bindChallenge,
  encodeOpaque,
  opaqueFrom,
  secondsFrom,
  timeFrom,
  type Challenge,
} from '../protocol/challenge.ts';
import { chargeRequestFrom } from '../protocol/charge-request.ts';
import { base64url } from '../protocol/encoding.ts';
import type { Money } from '../protocol/money.ts';
import { policy } from '../protocol/policy.ts';
import { Problem } from '../protocol/problem.ts';
import type { Offer } from './offer.ts';
import type { Settings } from './settings.ts';

const nonceBytes = 12;

/** @param now seconds since 1970 */
export async function issueChallenge(
  offer: Offer,
  settings: Settings,
  now: number,
): Promise<Challenge> {
  // Two visitors within one second must not get the same challenge, or one payment would settle both.
  const nonce = base64url(settings.random(nonceBytes));
  return bindChallenge(
    {
      realm: offer.realm,
      method: 'micropay',
      intent: 'charge',
      request: await offer.request(),
      expires: timeFrom(now + policy.seconds.challenge),
      opaque: encodeOpaque({ scope: offer.scope, nonce }),
      ...(offer.digest && { digest: offer.digest }),
    },
    await settings.challengeKey,
  );
}

/**
 * Recognises a challenge of this door for this offer. All of it is cheaper than a signature check, so it comes first.
 * @returns when it expires, seconds since 1970
 * @throws Problem `invalid-challenge` for one that is edited, another's, another page's, or for another body
 * @throws Problem `payment-insufficient`, `verification-failed` when the price is another by now, and not the price alone
 * @throws Problem `malformed-request` when its time can't be read
 */
export async function recogniseChallenge(
  challenge: Challenge,
  offer: Offer,
  settings: Settings,
): Promise<number> {
  const expires = secondsFrom(challenge.expires ?? '');
  await assertOwnChallenge(challenge, await settings.challengeKey);
  const isForThis =
    challenge.realm === offer.realm &&
    opaqueFrom(challenge.opaque).scope === offer.scope &&
    challenge.digest === offer.digest &&
    challenge.method === 'micropay';
  if (!isForThis) throw new Problem('invalid-challenge');
  await assertPrice(challenge, offer, settings);
  return expires;
}

async function assertPrice(
  { request }: Challenge,
  offer: Offer,
  { payee }: Settings,
): Promise<void> {
  const { amount, currency, recipient } = chargeRequestFrom(request, 'invalid-challenge');
  if (recipient !== payee.url) throw new Problem('invalid-challenge');
  const isNow = amount === offer.money.amount && currency === offer.money.currency;
  // It may have been paid before the price changed: all but the price is as we would ask now.
  if (isNow || (await offer.request({ amount, currency })) === request) return;
  assertPays({ amount, currency }, offer.money);
}

/** A challenge holds as long as it lives, also at a price that has changed since. */
export const assertPaysAsked = (paid: Money, { request }: Challenge): void =>
  assertPays(paid, chargeRequestFrom(request, 'invalid-challenge'));

/**
 * @throws Problem `payment-insufficient` below the price, `verification-failed` above it or in another currency
 */
export function assertPays(paid: Money, asked: Money): void {
  if (paid.currency !== asked.currency) throw new Problem('verification-failed');
  const difference = BigInt(paid.amount) - BigInt(asked.amount);
  if (difference < 0n) throw new Problem('payment-insufficient');
  if (difference > 0n) throw new Problem('verification-failed');
}

/** A voucher as it came with a credential: read and fitting this request, its signature not yet believed. */
import type { Jws } from '../../protocol/jws.ts';
import { classCovers } from '../../protocol/price-class.ts';
import { Problem } from '../../protocol/problem.ts';
import type { SessionPayload } from '../../protocol/session-payload.ts';
import { parseVoucher, type Voucher } from '../../protocol/voucher.ts';
import type { SessionGrant } from './grants.ts';
import { assertPriceNow } from './session-challenge.ts';
import type { AtSession } from './standing.ts';

export interface Offered extends AtSession {
  voucher: Voucher;
  jws: Jws;
  /** As it was signed */
  text: string;
  /** The grant that came along */
  grant: string | undefined;
  /** The grant by whose key it was found to be signed */
  signedUnder?: string;
}

const code = 'verification-failed';

/** @throws Problem `verification-failed` for a voucher for something else */
export function offeredFrom(
  payload: Extract<SessionPayload, { voucher: string }>,
  at: AtSession,
): Offered {
  const { voucher: text, grant } = payload;
  const { jws, voucher } = parseVoucher(text, code);
  const { res, scope } = at.session;
  const isForThis =
    voucher.cid === at.challenge.id &&
    voucher.res === res &&
    classCovers(scope, voucher.res) &&
    (payload.action === 'open' || payload.sessionId === voucher.sid);
  if (!isForThis) throw new Problem(code);
  return { ...at, voucher, jws, text, grant };
}

/** What buys is of today's price, and its challenge too. @throws Problem `payment-insufficient` below it, `verification-failed` above */
export function assertPrice({ voucher, challenge, offer, session }: Offered): void {
  assertPriceNow(challenge, offer);
  const difference = BigInt(voucher.amt) - session.amount;
  if (difference < 0n) throw new Problem('payment-insufficient');
  if (difference > 0n) throw new Problem(code);
}

/**
 * Checks the signature by the key of a grant, once however often a race is run again.
 * @throws Problem `verification-failed`
 */
export async function assertSigned(offered: Offered, grant: SessionGrant): Promise<void> {
  if (offered.signedUnder === grant.text) return;
  await offered.sessions.grants.verify(offered.jws, grant);
  offered.signedUnder = grant.text;
}

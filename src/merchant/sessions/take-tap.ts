/** A tap: a voucher for this request, taken once, before anything is delivered. */
import { Problem, refused } from '../../protocol/problem.ts';
import { assertInTime } from '../charge.ts';
import { hashOf } from '../native.ts';
import { owns } from '../owned.ts';
import { changing, type Decision, type Found } from './changing.ts';
import type { Session, Tap } from './session-store.ts';
import { keyOf, standingOf, type Standing } from './standing.ts';
import { accepting, free, room, taking } from './tab.ts';
import { assertPrice, assertSigned, type Offered } from './voucher-offered.ts';

/** What became of a tap: taken now, known from before, or not needed, because what it is for is owned. */
export type TapOutcome =
  | { by: 'tap' | 'repeat'; tap: Tap; sub: string; again?: undefined }
  | { by: 'owned'; tap?: undefined; sub: string; again?: true };

/**
 * Takes a tap, once. A tap that is known is answered again, whatever has ended since: an answer that got lost must not cost the
 * payer what they paid for, however late they come back.
 * @throws Problem `id-reused` for a tap that was for something else, `payment-required` for one that was given back
 * @throws Problem `payment-insufficient` when not enough is signed for, or reserved; as `assertPrice` does
 */
export function takeTap(offered: Offered): Promise<TapOutcome> {
  const { voucher, sessions, settings } = offered;
  const key = keyOf(voucher.sid, settings);
  return changing(sessions, key, voucher.tap, (found) =>
    found.tap ? knownTap(found.tap, found, offered) : newTap(found, offered),
  );
}

async function knownTap(
  tap: Tap,
  { session }: Found,
  offered: Offered,
): Promise<Decision<TapOutcome>> {
  const { voucher, text, now, sessions } = offered;
  if (tap.res !== voucher.res) throw new Problem('id-reused');
  // A page that was told "not charged" must not be charged by a copy that comes late.
  if (tap.state !== 'taken' && tap.amount > 0n) throw new Problem('payment-required');
  // Equal bytes were verified when they came first.
  if (tap.voucher !== (await hashOf(text))) {
    if (!session) throw new Problem('verification-failed');
    await assertSigned(offered, sessions.grants.read(session.grant));
  }
  if (tap.amount === 0n) return ownedStill(tap.sub, offered);
  sessions.deliveries.assertOver(tap, now);
  return { result: { by: 'repeat', tap, sub: tap.sub } };
}

/** What costs no signature is refused before there is a promise: one that fails costs more than all that led to it. */
function newTap({ session: kept }: Found, offered: Offered): Promise<Decision<TapOutcome>> {
  assertPrice(offered);
  assertInTime(offered);
  const standing = acceptedBy(offered, kept);
  const amount = BigInt(offered.voucher.amt);
  if (room(standing.session) < amount) throw refused('payment-insufficient');
  return takenBy(standing, amount, offered);
}

async function takenBy(
  { before, session: accepted, grant }: Accepted,
  amount: bigint,
  offered: Offered,
): Promise<Decision<TapOutcome>> {
  await assertSigned(offered, grant);
  const { sub } = accepted;
  const unpaid = tapFor(offered, accepted, await hashOf(offered.text));
  // Written down all the same: once it isn't owned any more, a copy that comes late must not be charged. Nor may an answer that runs
  // take what was signed for it.
  if (offered.offer.seconds > 0 && (await isOwned(sub, offered)))
    return { result: { by: 'owned', sub }, write: [before, [free(unpaid)]] };
  const [session, tap] = taking(accepted, unpaid, amount);
  return { result: { by: 'tap', tap, sub }, write: [session, [tap]] };
}

/**
 * Raises what is accepted, and takes nothing: a voucher for an answer that runs.
 * @throws Problem as `takeTap` does
 */
export async function raiseAccepted(offered: Offered): Promise<void> {
  const { voucher, sessions, settings } = offered;
  const key = keyOf(voucher.sid, settings);
  await changing(sessions, key, voucher.tap, async ({ session: kept, tap }) => {
    if (tap && tap.res !== voucher.res) throw new Problem('id-reused');
    assertPrice(offered);
    assertInTime(offered);
    const { session, grant } = acceptedBy(offered, kept);
    await assertSigned(offered, grant);
    return session === kept ? { result: undefined } : { result: undefined, write: [session, []] };
  });
}

interface Accepted extends Standing {
  /** As it stands without the voucher */
  before: Session;
}

/** The session with this voucher, whose signature is still to be checked. @throws Problem `payment-insufficient` above the deposit */
function acceptedBy(offered: Offered, kept: Session | undefined): Accepted {
  const { voucher, grant: granted, text } = offered;
  const { session: before, grant } = standingOf(voucher.sid, kept, granted, offered);
  const sum = BigInt(voucher.cum);
  if (sum > before.deposit) throw refused('payment-insufficient');
  return { before, session: accepting(before, sum, text), grant };
}

/** What cost nothing, asked for again: whoever comes after its challenge has lost nothing by a no. */
async function ownedStill(sub: string, offered: Offered): Promise<Decision<TapOutcome>> {
  assertInTime(offered);
  if (!(await isOwned(sub, offered))) throw new Problem('payment-required');
  return { result: { by: 'owned', sub, again: true } };
}

/** What was bought before costs nothing, and no tap is taken for it. */
const isOwned = (sub: string, { offer, settings, now }: Offered): Promise<boolean> =>
  owns({ iss: settings.payee.wallet, sub, scope: offer.scope }, settings, now);

const tapFor = (
  { voucher, offer, now }: Offered,
  { iss, sid, sub }: Session,
  hash: string,
): Tap => ({
  iss,
  sid,
  sub,
  tap: voucher.tap,
  res: voucher.res,
  scope: offer.scope,
  until: offer.seconds && now + offer.seconds,
  title: offer.title,
  price: BigInt(voucher.amt),
  amount: 0n,
  claimed: 0n,
  told: 0n,
  at: now,
  state: 'taken',
  reason: 'tapped',
  voucher: hash,
  pending: true,
});

/** Sessions: `POST /sessions` and `POST /sessions/{sid}/topup`. Asked again, each has the grant that was signed, byte for byte. */
import {
  amountFrom,
  openSessionSchema,
  Problem,
  shaped,
  topUpSchema,
  type SessionAnswer,
} from 'micro-pay/protocol';
import { takeCall } from './calls.ts';
import { secondsNow, timeNow } from './clock.ts';
import type { Context } from './context.ts';
import { grantOf, type GrantRow } from './grants.ts';
import { decideHold, hold, usualHold, type HoldWish } from './holds.ts';
import { closeSession } from './releases.ts';
import { verifiedCall, type SentCall } from './session-calls.ts';
import { openSessionOf, sessionOf, signedGrant, type SessionRow } from './session-rows.ts';
import { allowanceView, limitsInForce, standingOf } from './standing.ts';
import type { Tx } from './store/store.ts';

/**
 * An approval has one open session: where there is one, it is the answer.
 * @throws Problem and nothing is held
 */
export async function openSession(context: Context, sent: SentCall): Promise<SessionAnswer> {
  const { gnt, amount } = shaped(openSessionSchema, sent.json, 'malformed-request');
  const wanted = amountOf(amount);
  const holder = await context.store.read((tx) => grantOf(tx, gnt));
  const call = await verifiedCall(context, sent, holder);
  context.limits.take('holdPerGrant', gnt);
  return context.store.write(async (tx) => {
    await takeCall(tx, context, call);
    // Read in the transaction: it may have been revoked since.
    const grant = await grantOf(tx, gnt);
    const open = await openSessionOf(tx, gnt);
    if (open && !isOver(context, open))
      return answer(tx, context, grant, await signedGrant(tx, open));
    if (open) await closeSession(tx, context, open);
    return held(tx, context, { grant, amount: wanted });
  });
}

/**
 * `seq` is the number the new grant will have, so the same top-up asked again is the same.
 * @throws Problem and nothing more is held
 */
export async function topUpSession(
  context: Context,
  sent: SentCall,
  sid: string,
): Promise<SessionAnswer> {
  const body = shaped(topUpSchema, sent.json, 'malformed-request');
  const wish = { seq: BigInt(body.seq), amount: amountOf(body.amount) };
  const holder = await context.store.read((tx) => sessionOf(tx, sid));
  const call = await verifiedCall(context, sent, holder);
  context.limits.take('holdPerGrant', holder.grant_id);
  return context.store.write(async (tx) => {
    await takeCall(tx, context, call);
    const session = await sessionOf(tx, sid);
    const grant = await grantOf(tx, session.grant_id);
    const known = await knownTopUp(tx, session, wish);
    if (known !== undefined) return answer(tx, context, grant, known);
    if (session.closed_at !== null || isOver(context, session)) throw new Problem('session-ended');
    if (wish.seq !== session.seq + 1n)
      throw new Problem('malformed-request', { detail: 'The next number is another one.' });
    return held(tx, context, { grant, session, amount: wish.amount });
  });
}

/**
 * With the first payment, in its transaction: a hold for the taps that may follow.
 * @param price of the payment that the person was shown
 * @returns the session's grant; undefined where none is possible, and then nothing was changed
 */
export async function firstHold(
  tx: Tx,
  context: Context,
  { grant, price }: { grant: GrantRow; price: bigint },
): Promise<string | undefined> {
  const standing = await standingOf(tx, context, grant);
  const { perDay } = limitsInForce(standing.allowance, grant);
  const amount = usualHold(context.policy, { price, perDay });
  if (amount === 0n) return undefined;
  const wish: HoldWish = { grant, amount, standing, attended: true };
  const decided = await decideHold(tx, context, wish);
  if (decided instanceof Problem) return undefined;
  return (await hold(tx, context, { ...wish, ...decided })).signed;
}

async function held(
  tx: Tx,
  context: Context,
  asked: Omit<HoldWish, 'standing'>,
): Promise<SessionAnswer> {
  const standing = await standingOf(tx, context, asked.grant);
  const wish: HoldWish = { ...asked, standing };
  const decided = await decideHold(tx, context, wish);
  if (decided instanceof Problem) throw decided;
  const { signed } = await hold(tx, context, { ...wish, ...decided });
  return answer(tx, context, asked.grant, signed);
}

async function answer(
  tx: Tx,
  context: Context,
  owner: GrantRow,
  grant: string,
): Promise<SessionAnswer> {
  const standing = await standingOf(tx, context, owner);
  const allowance = allowanceView(standing, limitsInForce(standing.allowance, owner));
  return { grant, allowance, now: secondsNow(context) };
}

/** @returns the grant of a top-up that was made. @throws Problem `id-reused` where it was of another amount */
async function knownTopUp(
  tx: Tx,
  session: SessionRow,
  { seq, amount }: { seq: bigint; amount: bigint },
): Promise<string | undefined> {
  if (seq > session.seq) return undefined;
  const part = await tx.get<{ amount: bigint }>(
    'select amount from holds where session = $1 and seq = $2',
    session.id,
    seq,
  );
  if (part?.amount !== amount) throw new Problem('id-reused');
  return signedGrant(tx, session, seq);
}

/** Its vouchers are redeemed no more; only what is left has not gone back yet. */
const isOver = (context: Context, { rby }: SessionRow): boolean => timeNow(context) > rby;

/** @throws Problem `malformed-request` for nothing */
function amountOf(text: string): bigint {
  const amount = amountFrom(text);
  if (amount === 0n)
    throw new Problem('malformed-request', { detail: 'A hold of nothing holds nothing.' });
  return amount;
}

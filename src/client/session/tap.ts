/** A tap of a session: one signature, stored before it leaves, and one request to the payee's server. */
import { Problem } from '../../protocol/problem-table.ts';
import { signJws } from '../../protocol/sign-jws.ts';
import { accountOf, changeAccount, type Pending } from '../account.ts';
import type { FreeAnswer, Paid } from '../api.ts';
import {
  askedCharge,
  replayable,
  send,
  type Address,
  type Charge,
  type Replayable,
} from '../charge.ts';
import type { Context } from '../context.ts';
import { assertWithinCaps } from '../later/caps.ts';
import type { LiveApproval } from '../later/grant.ts';
import { holdFor } from './hold.ts';
import { keptReceipts } from '../later/kept.ts';
import { classFor, hearClass, tapOf, type PriceClass } from './price-class.ts';
import { finishTap } from './send-tap.ts';

/** Another tab may take what was left in between. */
const tries = 3;

/**
 * Pays by the session, if there is room or room can be made.
 * @returns undefined where nothing could be reserved: nothing was signed
 * @throws Problem; see `settle` in api.ts
 */
export async function tap(
  context: Context,
  charge: Charge,
  live: LiveApproval,
): Promise<Paid | undefined> {
  for (let attempt = 0; attempt < tries; attempt++) {
    const account = await accountOf(context, charge.payee.url);
    const hold = await holdFor(context, account, live, charge.price);
    if (!hold) return undefined;
    const pending = await signedTap(context, charge, live, hold.sid);
    if (pending) return finishTap(context, pending, true);
  }
  return undefined;
}

/**
 * What an address asks for, where sessions were paid before: a tap where one is possible, without asking where the price is
 * known; else what it answers.
 */
export async function tapOrCharge(context: Context, wanted: Address): Promise<Charge | FreeAnswer> {
  const asking = await replayable(context, wanted);
  const { target } = asking;
  const known = await classFor(context, asking);
  const atOnce = known && (await tapIn(context, asking, known));
  if (atOnce && !(await wasPaid(context, atOnce))) return atOnce;
  const response = await send(context, target).catch((cause: unknown) => {
    throw new Problem(context.signal?.aborted ? 'aborted' : 'offline', { cause });
  });
  if (response.status !== 402) return { target, response };
  const heard = await hearClass(context, target.url, response);
  const tap = heard && (await tapIn(context, asking, heard));
  if (!tap) return askedCharge(context, wanted, response);
  await response.body?.cancel();
  return tap;
}

/** @returns undefined where nothing was approved that could pay it */
async function tapIn(
  context: Context,
  asking: Replayable,
  found: PriceClass,
): Promise<Charge | undefined> {
  const { approval } = await accountOf(context, found.request.recipient);
  return approval && tapOf(context, found, asking);
}

/** What was paid for here before is asked for first: it may be owned. */
async function wasPaid(context: Context, { payee, target }: Charge): Promise<boolean> {
  const kept = await keptReceipts(context, payee.url);
  return kept.some(({ url }) => 'url' in target && url === target.url);
}

/** The same wish as a charge, where its session can't pay it. @throws Problem `price-mismatch` when it is free now */
export async function chargeInstead(context: Context, { target }: Charge): Promise<Charge> {
  if ('to' in target) throw new Problem('invalid-challenge');
  const charge = await askedCharge(context, target);
  if ('response' in charge) throw new Problem('price-mismatch');
  return charge;
}

/** @returns undefined when the room is gone */
async function signedTap(
  context: Context,
  charge: Charge,
  { signer, wallet }: LiveApproval,
  sid: string,
): Promise<Pending | undefined> {
  const { challenge, cid: tap, price, tap: res } = charge;
  if (!challenge || res === undefined) throw new Problem('invalid-challenge');
  let pending: Pending | undefined;
  await changeAccount(context, charge.payee.url, async (account) => {
    const { hold } = account;
    if (hold?.sid !== sid || hold.owed + price > hold.dep) return account;
    await assertWithinCaps(context, account, charge, signer);
    const cum = hold.owed + price;
    const says = { sid, cum: String(cum), cid: challenge.id, tap, res, amt: String(price) };
    const voucher = await signJws('micropay-voucher+jwt', says, signer);
    const { pks, rby } = hold;
    pending = {
      charge,
      intent: voucher,
      tap: { sid, pks },
      exp: rby,
      jkt: signer.kid,
      at: context.now(),
      wallet,
    };
    const signedMax = cum > hold.signedMax ? cum : hold.signedMax;
    return {
      ...account,
      hold: { ...hold, owed: cum, signedMax },
      pending: [...account.pending, pending],
    };
  });
  return pending;
}

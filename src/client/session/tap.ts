/** A tap of a session: one signature, stored before it leaves, and one request to the payee's server. */
import { Problem } from '../../protocol/problem-table.ts';
import { signJws } from '../../protocol/sign-jws.ts';
import { accountOf, changeAccount, type Pending } from '../account.ts';
import type { FreeAnswer, Paid } from '../api.ts';
import { askedCharge, send, type Charge, type Replayable } from '../charge.ts';
import type { Context } from '../context.ts';
import { assertWithinCaps } from '../later/caps.ts';
import type { LiveApproval } from '../later/grant.ts';
import { holdFor } from './hold.ts';
import { keptReceipts } from '../later/kept.ts';
import { classFor, hearClass, tapOf } from './price-class.ts';
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
    if (pending) return finishTap(context, pending);
  }
  return undefined;
}

/**
 * What an address asks for, where sessions were paid before: a tap where one is possible, without asking where the price is
 * known; else what it answers.
 */
export async function tapOrCharge(
  context: Context,
  asking: Replayable,
  payee: unknown,
): Promise<Charge | FreeAnswer> {
  const address = String(payee);
  const account = await accountOf(context, address);
  const mayTap = Boolean(account.approval && (account.hold ?? account.approval.session));
  const known = mayTap && !(await wasPaid(context, address, asking));
  const offered = known ? await classFor(context, address, asking) : undefined;
  const atOnce = offered && tapOf(context, offered, asking);
  if (atOnce) return atOnce;
  const response = await send(context, asking.target).catch((cause: unknown) => {
    throw new Problem(context.signal?.aborted ? 'aborted' : 'offline', { cause });
  });
  const heard =
    account.approval &&
    response.status === 402 &&
    (await hearClass(context, asking.target.url, response));
  const tap = heard && heard.request.recipient === address && tapOf(context, heard, asking);
  if (response.status !== 402) return { target: asking.target, response };
  await response.body?.cancel();
  return tap || askedCharge(context, asking.target, true);
}

/** What was paid for here before is asked for first: it may be owned. */
async function wasPaid(context: Context, payee: string, { target }: Replayable) {
  const kept = await keptReceipts(context, payee);
  return kept.some(({ url }) => url === target.url);
}

/** The same wish as a charge, where its session can't pay it. @throws Problem `price-mismatch` when it is free now */
export async function chargeInstead(context: Context, { target }: Charge): Promise<Charge> {
  if ('to' in target) throw new Problem('invalid-challenge');
  const charge = await askedCharge(context, target, true);
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

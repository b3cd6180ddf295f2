/** The room that a session's hold has left, and so the way a payment goes. */
import { holdMarginSeconds } from '../../protocol/hold-policy.ts';
import type { Account, Hold } from '../account.ts';
import type { Charge } from '../charge.ts';
import type { Context } from '../context.ts';
import type { Way } from '../session-api.ts';
import type { LiveApproval } from '../later/grant.ts';
import { walletTime, type Wallet } from '../wallet.ts';

/** Whether vouchers of it are still taken. */
export const isLive = (
  context: Context,
  { rby, ended }: Pick<Hold, 'rby' | 'ended'>,
  { wallet }: { wallet: Wallet },
): boolean => !ended && walletTime(context, wallet) < rby - holdMarginSeconds;

/** How a charge would be paid under a live approval, and why so. */
export function wayOf(
  context: Context,
  { hold }: Account,
  { tap, price }: Charge,
  { signer, wallet }: LiveApproval,
): Way {
  if (tap === undefined) return { by: 'charge', because: 'not-offered' };
  if (signer.fallback) return { by: 'charge', because: 'key-in-memory' };
  // After its end another one is asked for; until then the wallet has no other.
  if (!hold || walletTime(context, wallet) >= hold.rby) return toBeHeld;
  if (!isLive(context, hold, { wallet })) return { by: 'charge', because: 'ending' };
  return hold.owed + price > hold.dep ? toBeHeld : { by: 'session', because: 'held' };
}

const toBeHeld: Way = { by: 'session', because: 'to-be-held' };

/** The room that a session's hold has left. */
import { holdMarginSeconds } from '../../protocol/hold-policy.ts';
import type { Account, Hold } from '../account.ts';
import type { Charge } from '../charge.ts';
import type { Context } from '../context.ts';
import { walletTime, type Wallet } from '../wallet.ts';

/** Whether vouchers of it are still taken. */
export const isLive = (
  context: Context,
  { rby, ended }: Pick<Hold, 'rby' | 'ended'>,
  { wallet }: { wallet: Wallet },
): boolean => !ended && walletTime(context, wallet) < rby - holdMarginSeconds;

/** Whether a tap is paid of what is reserved already. */
export const covers = (
  context: Context,
  { hold, approval }: Account,
  { tap, price }: Charge,
): boolean =>
  tap !== undefined &&
  Boolean(hold && approval && isLive(context, hold, approval) && hold.owed + price <= hold.dep);

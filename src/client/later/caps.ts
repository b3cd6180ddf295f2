/** Limits of this device for one payee. Everything here is in base units of the ledger's currency. */
import type { Allowance } from '../../protocol/connect.ts';
import { fallbackCaps, priceJump } from '../../protocol/device-policy.ts';
import { Problem } from '../../protocol/problem-table.ts';
import type { Account } from '../account.ts';
import type { Caps } from '../api.ts';
import type { Charge } from '../charge.ts';
import type { Context, SessionSigner } from '../context.ts';
import { dayOf } from '../paid.ts';
import { tellCapReached } from './alerts.ts';

const lower = (limit: string, other: bigint): string =>
  BigInt(limit) < other ? limit : String(other);

/** A key that lives in memory is trusted with less. */
export const capsOfFallback = (caps: Caps): Caps => ({
  ...caps,
  tap: lower(caps.tap, fallbackCaps.tap),
  day: lower(caps.day, fallbackCaps.day),
});

/** What was spent at one payee and what is under way there. */
export interface Use {
  today: bigint;
  total: bigint;
}

/** @param day today's; what was spent on another day doesn't count for it */
export function useOf({ spent, pending }: Pick<Account, 'spent' | 'pending'>, day: string): Use {
  const open = pending.filter(({ receipt }) => !receipt);
  const unknown = open.reduce((sum, { charge }) => sum + charge.price, 0n);
  const today = spent?.day === day ? spent.today : 0n;
  return { today: today + unknown, total: (spent?.total ?? 0n) + unknown };
}

/** @returns the first limit a price would pass */
export function capPassed(price: bigint, use: Use, caps: Caps): keyof Caps | undefined {
  if (price > BigInt(caps.tap)) return 'tap';
  if (use.today + price > BigInt(caps.day)) return 'day';
  if (use.total + price > BigInt(caps.total)) return 'total';
  return undefined;
}

/** @throws Problem `cap-reached` when a limit of this device would be passed */
export function assertWithinCaps(
  context: Context,
  account: Account,
  charge: Charge,
  signer?: SessionSigner,
): void {
  const own = account.caps ?? context.caps;
  const caps = signer?.fallback ? capsOfFallback(own) : own;
  const cap = capPassed(charge.price, useOf(account, dayOf(context.now())), caps);
  if (!cap) return;
  tellCapReached(context, charge, caps, cap);
  throw new Problem('cap-reached', { extra: { cap } });
}

/** The wallet's own limits as last heard; its day is over at `resets`. @param now seconds, the wallet's time */
export function allowancePassed(price: bigint, allowance: Allowance, now: number): boolean {
  const { tap, day, total } = allowance;
  const today = now < day.resets ? BigInt(day.used) : 0n;
  const caps = { tap, day: day.limit, total: total.limit };
  return capPassed(price, { today, total: BigInt(total.used) }, caps) !== undefined;
}

/** A price far above the one agreed to asks again, so that a site can't raise it behind a standing approval. */
export const isPriceJump = (price: bigint, agreed: bigint): boolean =>
  price > agreed * priceJump.times && price > priceJump.above;

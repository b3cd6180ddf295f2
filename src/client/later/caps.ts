/** Limits of this device for one payee. Everything here is in base units of the ledger's currency. */
import type { Allowance } from '../../protocol/connect.ts';
import { fallbackCaps, priceJump } from '../../protocol/device-rules.ts';
import { ledgerUnits } from '../../protocol/ledger-units.ts';
import { Problem } from '../../protocol/problem-table.ts';
import { accountOf, type Account, type Pending } from '../account.ts';
import type { Caps, KeptReceipt } from '../api.ts';
import type { Charge } from '../charge.ts';
import type { Context, SessionSigner } from '../context.ts';
import { alert, overLimit, type PassedLimit, tellNear } from './alerts.ts';
import { keptReceipts } from './kept.ts';

const lower = (limit: string, other: bigint): string =>
  BigInt(limit) < other ? limit : String(other);

/** A key that lives in memory is trusted with less. */
export const capsOfFallback = (caps: Caps): Caps => ({
  ...caps,
  tap: lower(caps.tap, fallbackCaps.tap),
  day: lower(caps.day, fallbackCaps.day),
});

/** Limits as a wallet is asked for them. */
export function limitsOf(caps: Caps, { fallback }: SessionSigner) {
  const { tap, day, total } = fallback ? capsOfFallback(caps) : caps;
  return { perPayment: tap, perPeriod: { amount: day, period: 'P1D' as const }, total };
}

/** What was spent at one payee and what is under way there. */
export interface Use {
  today: bigint;
  total: bigint;
}

/** Receipts are this device's books. @param day today's; what was spent on another day doesn't count for it */
export function useOf(
  receipts: readonly KeptReceipt[],
  pending: readonly Pending[],
  day: string,
): Use {
  const spent = receipts
    .filter(({ elsewhere, undone }) => !elsewhere && !undone)
    .map(({ receipt: { cid, iat, amt, cur } }) => ({
      cid,
      day: dayOf(iat * 1000),
      price: ledgerUnits({ amount: amt, currency: cur })?.amount ?? 0n,
    }));
  const open = pending
    .filter(({ charge }) => spent.every(({ cid }) => cid !== charge.cid))
    .map(({ charge: { price } }) => ({ day, price }));
  const sum = (all: { price: bigint }[]) => all.reduce((total, { price }) => total + price, 0n);
  const all = [...spent, ...open];
  return { today: sum(all.filter((one) => one.day === day)), total: sum(all) };
}

/** The calendar day where the device is. @param now milliseconds since 1970 */
export const dayOf = (now: number): string => new Date(now).toDateString();

/** As it stands now. */
export async function useNow(
  context: Context,
  { payee, pending, approval }: Account,
): Promise<Use> {
  // Receipts are dated by the wallet, and so is today.
  const now = context.now() + (approval?.wallet.offset ?? 0);
  return useOf(await keptReceipts(context, payee), pending, dayOf(now));
}

/** @returns the first limit a price would pass */
export function capPassed(price: bigint, use: Use, caps: Caps): PassedLimit | undefined {
  if (price > BigInt(caps.tap)) return ['tap', caps.tap];
  if (use.today + price > BigInt(caps.day)) return ['day', caps.day];
  if (use.total + price > BigInt(caps.total)) return ['total', caps.total];
  return undefined;
}

/** @throws Problem `cap-reached` when a limit of this device would be passed */
export async function assertWithinCaps(
  context: Context,
  account: Account,
  charge: Charge,
  signer?: SessionSigner,
): Promise<void> {
  const own = account.caps ?? context.caps;
  const caps = signer?.fallback ? capsOfFallback(own) : own;
  const passed = capPassed(charge.price, await useNow(context, account), caps);
  if (!passed) return;
  const detail = overLimit(context, charge, passed);
  alert(context, 'cap-reached', detail);
  throw new Problem('cap-reached', { detail, extra: { cap: passed[0] } });
}

/** The wallet's own limits as last heard; its day is over at `resets`. @param now seconds, the wallet's time */
export function allowancePassed(
  price: bigint,
  allowance: Allowance,
  now: number,
): PassedLimit | undefined {
  const { tap, day, total } = allowance;
  const today = now < day.resets ? BigInt(day.used) : 0n;
  const caps = { tap, day: day.limit, total: total.limit };
  return capPassed(price, { today, total: BigInt(total.used) }, caps);
}

/** A price far above the one agreed to asks again, so that a site can't raise it behind a standing approval. */
export const isPriceJump = (price: bigint, agreed: bigint): boolean =>
  price > agreed * priceJump.times && price > priceJump.above;

/** Said once, by the payment that came near: 80 % of the day's limit or of all. */
export async function tellCapNear(context: Context, charge: Charge): Promise<void> {
  const account = await accountOf(context, charge.payee.url);
  const caps = account.caps ?? context.caps;
  const use = await useNow(context, account);
  const isNear = (used: bigint, limit: string) => used * 5n >= BigInt(limit) * 4n;
  const came = (used: bigint, limit: string) =>
    isNear(used, limit) && !isNear(used - charge.price, limit);
  if (came(use.today, caps.day)) tellNear(context, charge, 'day', use.today, caps);
  else if (came(use.total, caps.total)) tellNear(context, charge, 'total', use.total, caps);
}

/** What a person should see: the rule, its figures, in plain words. */
import { priceLabel } from '../../protocol/price.ts';
import { Problem } from '../../protocol/problem-table.ts';
import type { Alert, Caps } from '../api.ts';
import type { Charge } from '../charge.ts';
import type { Context } from '../context.ts';
import { pageOf } from './whole-page.ts';

/** Which limit, and how much it is. */
export type PassedLimit = readonly [cap: keyof Caps, limit: string];

const limitNames: Record<keyof Caps, string> = {
  tap: 'one payment',
  day: 'one day',
  total: 'all payments',
};

export const alert = ({ tell, now }: Context, rule: Alert['rule'], message: string): void =>
  tell({ alert: { rule, message, at: now() } });

/**
 * A limit that a price would pass, and the ways on.
 * @param resets when a new day begins at the wallet, in seconds: the limit is the wallet's
 */
export function overLimit(
  context: Context,
  charge: Charge,
  [cap, limit]: PassedLimit,
  resets?: number,
): string {
  const price = words(context, charge, charge.price);
  const most = words(context, charge, BigInt(limit));
  const [whose, again] = resets ? ['your wallet’s', hourOf(context, resets)] : ['your', 'tomorrow'];
  const wait = cap === 'day' ? `, or wait until ${again}` : '';
  return `${price} would pass ${whose} limit of ${most} for ${limitNames[cap]} here. You can raise it${wait}.`;
}

export const tellPriceJump = (context: Context, charge: Charge, agreed: bigint): void =>
  alert(
    context,
    'price-jump',
    `The price is ${words(context, charge, charge.price)} now; you agreed to ${words(context, charge, agreed)}. Approve it to pay.`,
  );

/** A receipt can't be believed. What can't be checked now can be checked later: the same answer will come again. */
export function disbelieve(context: Context, problem: unknown): never {
  if (!(problem instanceof Problem) || problem.code !== 'receipt-invalid')
    throw new Problem('answer-unknown', { cause: problem });
  const message = 'A receipt does not fit what was asked. It is not shown as paid.';
  alert(context, 'receipt-differs', message);
  throw problem;
}

export function tellNear(
  context: Context,
  charge: Charge,
  cap: 'day' | 'total',
  amount: bigint,
  caps: Caps,
): void {
  const used = words(context, charge, amount);
  const limit = words(context, charge, BigInt(caps[cap]));
  alert(context, 'cap-near', `${used} of your ${limit} for ${limitNames[cap]} here is used.`);
}

const localeOf = (context: Context): string =>
  context.options.locale ?? pageOf(context)?.lang() ?? 'en';

const words = (context: Context, { currency }: Charge, amount: bigint): string =>
  priceLabel({ amount: String(amount), currency }, localeOf(context));

const hourOf = (context: Context, at: number): string =>
  new Intl.DateTimeFormat(localeOf(context), { timeStyle: 'short' }).format(at * 1000);

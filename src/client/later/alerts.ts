/** What a person should see: the rule, its figures, in plain words. */
import { priceLabel } from '../../protocol/price.ts';
import { Problem } from '../../protocol/problem-table.ts';
import type { Alert, Caps } from '../api.ts';
import type { Charge } from '../charge.ts';
import type { Context } from '../context.ts';
import { pageOf } from './whole-page.ts';

const limitNames: Record<keyof Caps, string> = {
  tap: 'one payment',
  day: 'one day',
  total: 'all payments',
};

export const alert = ({ tell, now }: Context, rule: Alert['rule'], message: string): void =>
  tell({ alert: { rule, message, at: now() } });

/** A limit that a price would have passed. */
export function tellCapReached(
  context: Context,
  charge: Charge,
  caps: Caps,
  cap: keyof Caps,
): void {
  const price = words(context, charge, charge.price);
  const limit = words(context, charge, BigInt(caps[cap]));
  alert(
    context,
    'cap-reached',
    `${price} would pass your limit of ${limit} for ${limitNames[cap]} here. Raise the limit to pay.`,
  );
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

const words = (context: Context, { currency }: Charge, amount: bigint): string =>
  priceLabel(
    { amount: String(amount), currency },
    context.options.locale ?? pageOf(context)?.lang() ?? 'en',
  );

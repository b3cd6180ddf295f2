/** What the attributes ask for, or nothing where they make no sense; what is wrong with them `later/complaint.ts` tells. */
import type { Target } from '../src/client/api.ts';
import { findPayee } from '../src/protocol/payee.ts';
import { ledgerUnits } from '../src/protocol/ledger-units.ts';
import { type Money, priceFrom } from '../src/protocol/price.ts';
import type { Wish } from './face.ts';

export function targetOf({ to, amount, currency, reason, src, baseURI }: Wish): Target | undefined {
  const isPriced = priceFrom(String(amount), String(currency)) !== undefined;
  if (!src)
    return isPriced && findPayee(to)
      ? {
          to: String(to),
          amount: String(amount),
          currency: String(currency),
          ...(reason ? { reason } : {}),
        }
      : undefined;
  const url = URL.parse(src, baseURI);
  return url?.protocol.startsWith('http') && (amount == null || isPriced)
    ? { url: url.href }
    : undefined;
}

export const isSame = (a: Target | undefined, b: Target | undefined): boolean =>
  JSON.stringify(a) === JSON.stringify(b);

/** The same price may be written in another unit. */
export function isSamePrice(a: Money, b: Money): boolean {
  const [left, right] = [ledgerUnits(a), ledgerUnits(b)];
  return left?.amount === right?.amount && left?.currency === right?.currency;
}

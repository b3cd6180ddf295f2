/** What the attributes ask for, their price apart, or nothing where they make no sense; what is wrong `later/complaint.ts` tells. */
import type { Target } from '../src/client/api.ts';
import { findPayee } from '../src/protocol/payee.ts';
import { ledgerUnits } from '../src/protocol/ledger-units.ts';
import type { Money } from '../src/protocol/price.ts';
import type { Wish } from './face.ts';

export function targetOf({ to, amount, currency, reason, src, baseURI }: Wish): Target | undefined {
  if (src) {
    const url = URL.parse(src, baseURI);
    return url?.protocol.startsWith('http') ? { url: url.href } : undefined;
  }
  const payee = findPayee(to);
  return (
    payee && {
      to: payee.url,
      amount: String(amount),
      currency: String(currency),
      reason: reason || undefined,
    }
  );
}

export const isSame = (a: Target | undefined, b: Target | undefined): boolean =>
  JSON.stringify(a) === JSON.stringify(b);

/** The same price may be written in another unit. */
export function isSamePrice(a: Money, b: Money): boolean {
  const [left, right] = [ledgerUnits(a), ledgerUnits(b)];
  return left?.amount === right?.amount && left?.currency === right?.currency;
}

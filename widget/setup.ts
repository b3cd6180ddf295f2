/** What the attributes ask for, read strictly: the first chunk knows no list of currencies and no grammar of payees. */
import type { Target } from '../src/client/api.ts';
import { inLedgerUnits, type Money, moneyFrom } from '../src/protocol/money.ts';
import { Problem } from '../src/protocol/problem.ts';
import { payeeFrom } from '../src/protocol/wallet-address.ts';
import type { Wish } from './face.ts';

const isGiven = (text: string | null | undefined): text is string => text != null;

/** @throws Problem `invalid-price`, `payee-unknown` or `not-found` */
export function targetOf({ to, amount, currency, reason, src, baseURI }: Wish): Target {
  if (isGiven(amount) || !src) moneyFrom(String(amount), String(currency));
  if (!src) {
    payeeFrom(to);
    const words = reason ? { reason } : {};
    return { to: String(to), amount: String(amount), currency: String(currency), ...words };
  }
  const url = URL.parse(src, baseURI);
  if (!url?.protocol.startsWith('http')) throw new Problem('not-found');
  return { url: url.href };
}

export const isSame = (a: Target, b: Target): boolean => JSON.stringify(a) === JSON.stringify(b);

/** The same price may be written in another unit. */
export function isSamePrice(a: Money, b: Money): boolean {
  const [left, right] = [inLedgerUnits(a), inLedgerUnits(b)];
  return left.amount === right.amount && left.currency === right.currency;
}

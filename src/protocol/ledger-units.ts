/** A price in the unit of ledger, caps and holds. A page has it: it knows every scale, but no list of all currencies. */
import { type Money, microScale, unitOf } from './price.ts';

/** An amount on the wire. */
export const amountPattern = /^(0|[1-9][0-9]{0,17})$/;

/** Also the ledger's bound: an account of millionths stays far inside 64 bits. */
const most = 10n ** 18n - 1n;

/** An issuer's own */
const creditPattern = /^cr:[a-z0-9.-]{1,253}:[a-z0-9-]{1,32}$/;

/**
 * Converts exactly: `2 usd` is `20000 usd-micro`. Whether a currency of the right spelling exists, the wallet decides.
 * @returns undefined for a spelling that no money has, or more than 18 digits
 */
export function ledgerUnits(money: Money): { amount: bigint; currency: string } | undefined {
  const { amount, currency } = money;
  const { code, scale } = unitOf(money);
  if (!amountPattern.test(amount) || (!code && !creditPattern.test(currency))) return undefined;
  const units = BigInt(amount) * (code ? 10n ** BigInt(microScale - scale) : 1n);
  if (units > most) return undefined;
  return { amount: units, currency: code ? `${code.toLowerCase()}-micro` : currency };
}

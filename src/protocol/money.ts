/** Amounts: decimal strings on the wire, bigint inside, never a float. */
import { currencyFrom, isCurrencyId } from './currency.ts';
import { amountPattern, ledgerUnits } from './ledger-units.ts';
import { type Money, priceFrom } from './price.ts';
import { Problem, type ProblemCode } from './problem.ts';

export { decimalFrom, type Money, priceLabel } from './price.ts';
export { amountSchema, currencySchema } from './shape.ts';

/** @throws Problem `malformed-request` for anything but `^(0|[1-9][0-9]{0,17})$` */
export function amountFrom(text: unknown): bigint {
  if (typeof text === 'string' && amountPattern.test(text)) return BigInt(text);
  throw new Problem('malformed-request', {
    detail: 'The amount is not a whole number of base units.',
  });
}

/**
 * Converts exactly into the unit of ledger, caps and holds: `2 usd` is `20000 usd-micro`.
 * @throws Problem with the given code when the result has more than 18 digits
 */
export function inLedgerUnits(
  money: Money,
  code: ProblemCode = 'malformed-request',
): { amount: bigint; currency: string } {
  currencyFrom(money.currency);
  amountFrom(money.amount);
  const units = ledgerUnits(money);
  if (!units) throw new Problem(code, { detail: 'The amount is too large.' });
  return units;
}

/**
 * Reads what people and HTML write, `0.02` and `USD`, as wire money: in minor units if that is exact, else in millionths.
 * @throws Problem `invalid-price` for anything else: signs, exponents, separators, more than six decimals, zero, over a million
 */
export function moneyFrom(decimal: string, code: string): Money {
  const money = priceFrom(decimal, code);
  if (!money || !isCurrencyId(money.currency)) throw new Problem('invalid-price');
  return money;
}

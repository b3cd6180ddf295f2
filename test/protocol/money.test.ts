/** Amounts and prices: exact from the page's attribute to the ledger, and read by people as they are. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { chargeRequestFrom } from '../../src/protocol/charge-request.ts';
import { currencyFrom, isCurrencyId, minorUnits } from '../../src/protocol/currency.ts';
import { encodeJson } from '../../src/protocol/encoding.ts';
import {
  amountFrom,
  decimalFrom,
  inLedgerUnits,
  moneyFrom,
  priceLabel,
} from '../../src/protocol/money.ts';
import { codeOf } from './support.ts';

const seed = 20_261_123;
const malformed = 'malformed-request';
const request = (members: object): string =>
  encodeJson({
    amount: '2',
    currency: 'usd',
    recipient: 'https://wallet.example/~news',
    ...members,
  });

test.each<[number, unknown]>([
  [1, ''],
  [2, ' 2'],
  [3, '0x10'],
  [4, '+5'],
  [5, '-1'],
  [6, '1e3'],
  [7, '1.0'],
  [8, '00012'],
  [9, '٢'],
  [10, '２'],
  [11, 2],
  [12, '1234567890123456789'],
  [12, '9'.repeat(400)],
  [13, '0'],
  [13, undefined],
])('hostile %i: amount %j is no charge', (row, amount) => {
  if (row !== 13) expect(codeOf(() => amountFrom(amount))).toBe(malformed);
  expect(codeOf(() => chargeRequestFrom(request({ amount }), malformed))).toBe(malformed);
});

test.each<[unknown]>([
  ['xxx'],
  ['USD'],
  ['US$'],
  [undefined],
  ['usd-'],
  ['usd-nano'],
  ['Usd'],
  [' usd'],
  ['usd '],
  ['us'],
  ['cr:'],
  ['cr:News.example:a'],
  ['cr:news.example:A'],
  [['usd']],
])('hostile 15: currency %j is refused', (currency) => {
  expect(isCurrencyId(currency)).toBe(false);
  expect(codeOf(() => chargeRequestFrom(request({ currency }), malformed))).toBe(malformed);
});

test.each([
  ['2', 'usd', 20_000n, 'usd-micro'],
  ['2000', 'usd-micro', 2_000n, 'usd-micro'],
  ['2', 'jpy', 2_000_000n, 'jpy-micro'],
  ['2', 'bhd', 2_000n, 'bhd-micro'],
  ['2', 'clf', 200n, 'clf-micro'],
  ['2', 'cr:news.example:star', 2n, 'cr:news.example:star'],
])('%s %s is %s %s in the ledger', (amount, currency, units, ledger) => {
  expect(inLedgerUnits({ amount, currency })).toEqual({ amount: units, currency: ledger });
});

test.each(['jpy', 'usd', 'bhd', 'clf'])(
  'an amount of %s too large for the ledger is refused',
  (currency) => {
    const amount = '9'.repeat(18);
    expect(codeOf(() => inLedgerUnits({ amount, currency }))).toBe(malformed);
    expect(
      codeOf(() => chargeRequestFrom(request({ amount, currency }), 'invalid-challenge')),
    ).toBe('invalid-challenge');
  },
);

describe('what people and HTML write', () => {
  test.each([
    ['0.02', 'USD', '2', 'usd'],
    ['0.020', 'USD', '2', 'usd'],
    ['0.002', 'USD', '2000', 'usd-micro'],
    ['1', 'USD', '100', 'usd'],
    ['1', 'JPY', '1', 'jpy'],
    ['0.5', 'JPY', '500000', 'jpy-micro'],
    ['0.001', 'BHD', '1', 'bhd'],
    ['0.0001', 'CLF', '1', 'clf'],
    ['0.000001', 'EUR', '1', 'eur-micro'],
    ['1000000', 'USD', '100000000', 'usd'],
  ])('%s %s is %s %s', (decimal, code, amount, currency) => {
    expect(moneyFrom(decimal, code)).toEqual({ amount, currency });
  });

  test.each([
    ['0.0000001', 'USD'],
    ['NaN', 'USD'],
    ['1000000000', 'USD'],
    ['1000000.01', 'USD'],
    ['0', 'USD'],
    ['0.00', 'USD'],
    ['', 'USD'],
    ['-1', 'USD'],
    ['+1', 'USD'],
    ['1e2', 'USD'],
    ['1,00', 'USD'],
    ['.5', 'USD'],
    ['1.', 'USD'],
    [' 1', 'USD'],
    ['1\n', 'USD'],
    ['٢', 'USD'],
    ['Infinity', 'USD'],
    ['0.02', 'usd'],
    ['0.02', 'XXX'],
    ['0.02', '$'],
    ['0.02', '__proto__'],
  ])('hostile 82: %j %j is no price', (decimal, code) => {
    expect(codeOf(() => moneyFrom(decimal, code))).toBe('invalid-price');
  });

  test('a decimal comes back from wire money as it went, without idle zeros', () => {
    const anyCode = fc.constantFrom(...minorUnits.keys());
    fc.assert(
      fc.property(anyCode, fc.integer({ min: 1, max: 1_000_000_000 }), (code, micro) => {
        const text = String(micro).padStart(7, '0');
        const money = moneyFrom(`${text.slice(0, -6)}.${text.slice(-6)}`, code);
        expect(inLedgerUnits(money).amount).toBe(BigInt(micro));
        expect(moneyFrom(decimalFrom(money), code)).toEqual(money);
      }),
      { seed, numRuns: 1_000 },
    );
  });
});

describe('the price as people read it', () => {
  const nbsp = '\u00a0';
  test.each([
    ['2', 'usd', 'en', '2¢'],
    ['2', 'usd', 'en-US', '2¢'],
    ['2', 'usd', 'en-CA', 'US$0.02'],
    ['2', 'gbp', 'en-GB', '2p'],
    ['99', 'usd', 'en', '99¢'],
    ['100', 'usd', 'en', '$1.00'],
    ['1000000', 'usd-micro', 'en', '$1.00'],
    ['2000', 'usd-micro', 'en', '0.2¢'],
    ['1', 'usd-micro', 'en', '0.0001¢'],
    ['2000', 'usd-micro', 'de', `0,002${nbsp}$`],
    ['2000', 'usd-micro', 'ja', '$0.002'],
    ['2', 'eur', 'de', `0,02${nbsp}€`],
    ['2', 'eur', 'fr', `0,02${nbsp}€`],
    ['1', 'jpy', 'en', '¥1'],
    ['1', 'jpy', 'ja', '￥1'],
    ['500000', 'jpy-micro', 'en', '¥0.5'],
    ['1', 'bhd', 'en', `BHD${nbsp}0.001`],
    ['1', 'clf', 'en', `CLF${nbsp}0.0001`],
    ['5', 'cr:news.example:star', 'en', '5 cr:news.example:star'],
    ['2', 'usd', 'not a locale', '$0.02'],
  ])('%s %s in %s is %s', (amount, currency, locale, label) => {
    expect(priceLabel({ amount, currency }, locale)).toBe(label);
  });

  test('no price above zero is ever shown as zero, in any language or currency', () => {
    const locales = ['en', 'en-GB', 'de', 'fr', 'es', 'ja', 'pt-BR', 'hi', 'pl', 'tr'];
    for (const locale of locales)
      for (const code of minorUnits.keys())
        for (const currency of [code.toLowerCase(), `${code.toLowerCase()}-micro`])
          expect(priceLabel({ amount: '1', currency }, locale), `${locale} ${currency}`).toMatch(
            /[1-9१-९]/,
          );
  });

  test('digits beyond the fifteenth are the ledger’s, not a float’s', () => {
    expect(decimalFrom({ amount: '999999999999999999', currency: 'usd' })).toBe(
      '9999999999999999.99',
    );
    expect(priceLabel({ amount: '999999999999999999', currency: 'usd' })).toBe(
      '$9,999,999,999,999,999.99',
    );
  });
});

test('every live ISO 4217 code is known, with its scale', () => {
  const scales = [...minorUnits.values()];
  expect(minorUnits.size).toBe(166);
  expect([0, 2, 3, 4].map((scale) => scales.filter((one) => one === scale).length)).toEqual([
    17, 140, 7, 2,
  ]);
  for (const code of minorUnits.keys()) expect(currencyFrom(code.toLowerCase()).code).toBe(code);
});

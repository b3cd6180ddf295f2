/** A price as people and HTML write and read it. A page's first chunk has it: no problem table, no schema, no list of all currencies. */

/** An amount in base units of a currency, as it travels. */
export interface Money {
  /** Digits only, up to 18, no leading zero */
  amount: string;
  /** `usd`, `usd-micro`, `cr:<host>:<code>` */
  currency: string;
}

/** Decimal digits of the smallest unit the ledger keeps. */
export const microScale = 6;

/** ISO 4217 codes whose minor unit is not a hundredth, by its digits. @see https://www.six-group.com/en/products-services/financial-information/data-standards.html */
export const unusualScales: Record<number, string> = {
  0: 'BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF',
  3: 'BHD IQD JOD KWD LYD OMR TND',
  4: 'CLF UYW',
};

const minorUnitsOf = (code: string): number =>
  Number(Object.entries(unusualScales).find(([, codes]) => codes.includes(code))?.[0] ?? 2);

/** @returns wire money of `0.02` and `USD`; undefined for what `moneyFrom` refuses, except that any three capitals pass for a currency */
export function priceFrom(decimal: string, code: string): Money | undefined {
  const [, whole, fraction = ''] = /^(\d{1,7})(?:\.(\d{1,6}))?$/.exec(decimal) ?? [];
  if (whole === undefined || !/^[A-Z]{3}$/.test(code)) return undefined;
  const micro = BigInt(whole + fraction.padEnd(microScale, '0'));
  if (micro === 0n || micro > 10n ** 12n) return undefined;
  const step = 10n ** BigInt(microScale - minorUnitsOf(code));
  const currency = code.toLowerCase();
  return micro % step === 0n
    ? { amount: String(micro / step), currency }
    : { amount: String(micro), currency: `${currency}-micro` };
}

/** ISO code, its minor digits, and those of this unit of it; an issuer's credits have no code and no digits. */
export function unitOf({ currency }: Pick<Money, 'currency'>): {
  code?: string;
  minor: number;
  scale: number;
} {
  const [, letters, micro] = /^([a-z]{3})(-micro)?$/.exec(currency) ?? [];
  if (!letters) return { minor: 0, scale: 0 };
  const code = letters.toUpperCase();
  const minor = minorUnitsOf(code);
  return { code, minor, scale: micro ? microScale : minor };
}

/** The same money as a decimal string of major units: `2 usd` is `0.02`. Trailing zeros only up to the minor unit. */
export function decimalFrom(money: Money): string {
  const { scale, minor } = unitOf(money);
  const text = money.amount.padStart(scale + 1, '0');
  const cut = text.length - scale;
  const fraction = text.slice(cut).replace(/0+$/, '').padEnd(minor, '0');
  return text.slice(0, cut) + (fraction && `.${fraction}`);
}

/** Where prices below one major unit are said in minor units: 2¢, 20p. In Canada `2¢` would be another dollar's. */
const minorSigns: Record<string, string> = {
  'en:USD': '¢',
  'en-us:USD': '¢',
  'en:GBP': 'p',
  'en-gb:GBP': 'p',
};

/**
 * The price as a person reads it, from exact decimals: `2¢`, `0.2¢`, `$1.00`, `0,02 €`.
 * @param locale BCP 47 tag; an unknown one falls back to English
 */
export function priceLabel(money: Money, locale = 'en'): string {
  const { code } = unitOf(money);
  const decimal = decimalFrom(money);
  if (!code) return `${decimal} ${money.currency}`;
  const sign = minorSigns[`${locale.toLowerCase()}:${code}`];
  // Two places to the right, without arithmetic: `0.02` → `2`, `0.002` → `0.2`.
  const [, tens, ones, rest] = /^0\.(\d)(\d)(\d*)$/.exec(decimal) ?? [];
  if (sign && ones && !/^0\.0*$/.test(decimal))
    return (tens === '0' ? '' : tens) + ones + (rest && `.${rest}`) + sign;
  // Intl reads a decimal string exactly (ECMA-402 2023); a number would pass through a float.
  return numberFormat(locale, {
    style: 'currency',
    currency: code,
    minimumFractionDigits: decimal.split('.')[1]?.length ?? 0,
  }).format(decimal as `${number}`);
}

function numberFormat(locale: string, options: Intl.NumberFormatOptions): Intl.NumberFormat {
  try {
    return new Intl.NumberFormat(locale, options);
  } catch {
    return new Intl.NumberFormat('en', options);
  }
}

/** Currencies by our own ISO 4217 table (ICU differs for sixteen live currencies), and the ids they have on the wire. */
import { microScale, unusualScales } from './price.ts';
import { Problem } from './problem.ts';

export { microScale } from './price.ts';

const hundredths =
  'AED AFN ALL AMD AOA ARS AUD AWG AZN BAM BBD BDT BGN BMD BND BOB BOV BRL BSD BTN BWP BYN BZD CAD CDF CHE CHF CHW ' +
  'CNY COP COU CRC CUP CVE CZK DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS GIP GMD GTQ GYD HKD HNL HTG HUF IDR ' +
  'ILS INR IRR JMD KES KGS KHR KPW KYD KZT LAK LBP LKR LRD LSL MAD MDL MGA MKD MMK MNT MOP MRU MUR MVR MWK MXN MXV ' +
  'MYR MZN NAD NGN NIO NOK NPR NZD PAB PEN PGK PHP PKR PLN QAR RON RSD RUB SAR SBD SCR SDG SEK SGD SHP SLE SOS SRD ' +
  'SSP STN SVC SYP SZL THB TJS TMT TOP TRY TTD TWD TZS UAH USD USN UYU UZS VED VES WST XAD XCD XCG YER ZAR ZMW ZWG';

/** Digits after the decimal point, by ISO 4217 code. */
export const minorUnits: ReadonlyMap<string, number> = new Map(
  Object.entries({ ...unusualScales, 2: hundredths }).flatMap(([scale, list]) =>
    list.split(' ').map((code) => [code, Number(scale)] as const),
  ),
);

/** A currency on the wire: `usd` counts minor units, `usd-micro` millionths, `cr:<host>:<code>` an issuer's credits. */
export interface Currency {
  id: string;
  /** ISO 4217 code, or the credit's own id */
  code: string;
  /** 10^-scale of the major unit is one base unit */
  scale: number;
  /** The id the ledger, the caps and the holds use for it */
  ledgerId: string;
}

const iso = /^([a-z]{3})(-micro)?$/;
const credit = /^cr:[a-z0-9.-]{1,253}:[a-z0-9-]{1,32}$/;

/** @returns undefined for anything but a known id in lower case */
export function findCurrency(id: unknown): Currency | undefined {
  if (typeof id !== 'string') return undefined;
  if (credit.test(id)) return { id, code: id, scale: 0, ledgerId: id };
  const [, letters = '', micro] = iso.exec(id) ?? [];
  const code = letters.toUpperCase();
  const scale = minorUnits.get(code);
  return scale === undefined
    ? undefined
    : { id, code, scale: micro ? microScale : scale, ledgerId: `${letters}-micro` };
}

/** @throws Problem `malformed-request` for anything but a known id in lower case */
export function currencyFrom(id: unknown): Currency {
  const currency = findCurrency(id);
  if (currency) return currency;
  throw new Problem('malformed-request', { detail: 'The currency is not a known one.' });
}

export const isCurrencyId = (id: unknown): id is string => Boolean(findCurrency(id));

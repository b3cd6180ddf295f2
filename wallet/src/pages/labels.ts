/** Sums and times as these pages say them. */
import { domainToUnicode } from 'node:url';
import { priceLabel } from 'micro-pay/protocol';
import { ledgerCurrency } from '../ledger.ts';
import type { AboutPayment } from '../question-rows.ts';

/** @param amount in the ledger's millionths */
export const sum = (amount: bigint): string =>
  priceLabel({ amount: String(amount), currency: ledgerCurrency });

/** What an account grew by, or lost: with a minus where it lost. */
export const changeLabel = (amount: bigint): string =>
  amount < 0n ? `−${sum(-amount)}` : sum(amount);

export const tapsLabel = (count: number): string => (count === 1 ? '1 tap' : `${count} taps`);

/** @returns `23 Nov 2026, 10:42` on the clocks of that zone */
export const timeLabel = (seconds: number, zone: string): string =>
  new Intl.DateTimeFormat('en-GB', {
    dateStyle: 'medium',
    timeStyle: 'short',
    timeZone: zone,
  }).format(seconds * 1000);

/** A payment without what it was for, which a cookie alone must not show. */
export const paymentLabel = ({ amount, paid_at, kind }: AboutPayment, zone: string): string => {
  const [price, time] = [sum(amount), timeLabel(Number(paid_at), zone)];
  if (kind === 'taps') return `taps of ${price}, from ${time} on`;
  return kind === 'paid' ? `${price}, paid ${time}` : `${price}, asked for ${time}, not charged`;
};

/**
 * An origin is shown as it travels, in ASCII, which can't look like another one.
 * @returns how its host reads in its own letters, where that is something else
 */
export function ownLetters(origin: string): string | undefined {
  const { hostname } = new URL(origin);
  const letters = domainToUnicode(hostname);
  return letters && letters !== hostname ? letters : undefined;
}

/** @param month `2026-11`. @returns `November 2026` */
export const monthLabel = (month: string): string =>
  new Intl.DateTimeFormat('en-GB', { month: 'long', year: 'numeric', timeZone: 'UTC' }).format(
    Date.parse(`${month}-01T00:00:00Z`),
  );

/** Where something was paid, as its payee reads it. */
export const siteLabel = ({ issuer }: { issuer: string }, site: string): string =>
  site === issuer ? 'your page at this wallet' : site;

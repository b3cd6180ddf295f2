/** Price and time of a receipt, as its page writes them. */
import type { KeptReceipt } from '../../src/client/api.ts';
import type { Receipt } from '../../src/client/claims.ts';
import { labelOf, localeOf } from '../price-label.ts';

export const priceOf = ({ amt, cur }: Receipt, element: HTMLElement): string =>
  labelOf({ amount: amt, currency: cur }, element) ?? '';

/** @param at seconds since 1970 */
export const timeOf = (at: number, element: HTMLElement): string =>
  new Intl.DateTimeFormat(localeOf(element), { dateStyle: 'medium', timeStyle: 'short' }).format(
    at * 1000,
  );

/** In words; a tap of a session has none, and is told by the address it opened. */
export const whatFor = ({ receipt, url }: KeptReceipt): string =>
  receipt.rsn.text || (url ? new URL(url).pathname : '');

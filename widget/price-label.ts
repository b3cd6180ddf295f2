/** The price that stands on the button, in the language of the page. */
import { type Money, priceLabel } from '../src/protocol/price.ts';

/** The element's language: its own or an ancestor's `lang`, else English. */
export const localeOf = (element: Element): string =>
  element.closest<HTMLElement>('[lang]')?.lang || 'en';

/** @returns `2¢`; undefined while there is no price */
export const labelOf = (money: Money | undefined, element: Element): string | undefined =>
  money && priceLabel(money, localeOf(element));

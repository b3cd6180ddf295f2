/** The receipt in the panel: what, to whom, how much and what is left, why, and what can be done. */
import { html } from 'lit';
import type { Paid } from '../../src/client/api.ts';
import type { Receipt } from '../../src/client/claims.ts';
import { payeeFrom } from '../../src/protocol/wallet-address.ts';
import { usage } from './allowance.ts';
import { panel as words } from '../messages/en/panel.ts';
import type { View } from './panel.ts';
import { labelOf, localeOf } from '../price-label.ts';

export const priceOf = ({ amt, cur }: Receipt, element: HTMLElement): string =>
  labelOf({ amount: amt, currency: cur }, element) ?? '';

/** @param at seconds since 1970 */
export const timeOf = (at: number, element: HTMLElement): string =>
  new Intl.DateTimeFormat(localeOf(element), { dateStyle: 'medium', timeStyle: 'short' }).format(
    at * 1000,
  );

export function receiptView(
  { receipt, allowance }: Paid,
  element: HTMLElement,
  again: (() => void) | undefined,
): View {
  const { aud, env, iat, rsn, ref } = receipt;
  const price = priceOf(receipt, element);
  const reason = new Map(Object.entries(words.reasons)).get(rsn.code) ?? words.otherReason;
  const stay = (): void => undefined;
  return {
    title: `${words.receiptTitle(price)} ${env === 'test' ? words.playMoney : ''}`,
    body: () =>
      html`<div part="receipt">
        <p>${words.youPaid(price, payeeFrom(aud).name, rsn.text ?? '')}</p>
        ${allowance ? usage(allowance, element) : ''}
        <p>${words.why(reason, timeOf(iat, element))}</p>
        <p>${ref.until ? words.until(timeOf(ref.until, element)) : words.anyTime}</p>
        <p><a href=${ref.url} target="_blank" rel="noopener">${words.atWallet}</a></p>
      </div>`,
    choices: [
      { label: words.close, act: stay },
      ...(again ? [{ label: words.again(price), act: again }] : []),
    ],
    dismiss: stay,
  };
}

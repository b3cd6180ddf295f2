/** The receipt in the panel: what, to whom, how much and what is left, why, and what can be done. */
import { html } from 'lit';
import type { KeptReceipt, Paid } from '../../src/client/api.ts';
import { payeeFrom } from '../../src/protocol/wallet-address.ts';
import { usage } from './allowance.ts';
import { panel as words } from '../messages/en/panel.ts';
import type { View } from './panel.ts';
import { priceOf, timeOf } from './receipt-words.ts';
import type { Undo } from './undo.ts';

/** @param kept the same as this device keeps it */
export function receiptView(
  { receipt, allowance }: Paid,
  element: HTMLElement,
  undo: Undo,
  kept: KeptReceipt | undefined,
  payAgain: (() => void) | undefined,
): View {
  const { aud, env, iat, rsn, ref } = receipt;
  const price = priceOf(receipt, element);
  const reason = new Map(Object.entries(words.reasons)).get(rsn.code) ?? words.otherReason;
  const stay = (): void => undefined;
  const until = kept?.tap?.undoUntil;
  const secondThought = (again: () => void) =>
    kept && until
      ? html`<p>
          ${kept.undone ? '' : words.undoUntil(timeOf(until, element))} ${undo.button(kept, again)}
        </p>`
      : html`<p>${ref.until ? words.until(timeOf(ref.until, element)) : words.anyTime}</p>`;
  return {
    title: `${words.receiptTitle(price)} ${env === 'test' ? words.playMoney : ''}`,
    body: (again) =>
      html`<div part="receipt">
        <p>${words.youPaid(price, payeeFrom(aud).name, rsn.text ?? '')}</p>
        ${allowance ? usage(allowance, element) : ''}
        <p>${words.why(reason, timeOf(iat, element))}</p>
        ${secondThought(again)}
        <p role="status">${undo.said}</p>
        <p><a href=${ref.url} target="_blank" rel="noopener">${words.atWallet}</a></p>
      </div>`,
    choices: [
      { label: words.close, act: stay },
      ...(payAgain ? [{ label: words.again(price), act: payAgain }] : []),
    ],
    dismiss: stay,
  };
}

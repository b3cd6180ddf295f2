/** The panel before an approval: what, to whom, how much, what happens next; two answers that look alike. */
import { html, type TemplateResult } from 'lit';
import type { Quote } from '../src/client/api.ts';
import { type Problem, problems } from '../src/protocol/problem.ts';
import { usage } from './allowance.ts';
import type { Answers } from './dialogs.ts';
import { panel as words } from './messages/en/panel.ts';
import type { View } from './panel.ts';
import { labelOf } from './price-label.ts';

const titleOf = (quote: Quote, element: HTMLElement): string =>
  words.payTitle(labelOf(quote.money, element) ?? '', quote.payee.name);

const facts = ({ reason, payee, money }: Quote, element: HTMLElement): TemplateResult =>
  html`<dl part="facts">
    ${
      reason
        ? html`<dt>${words.what}</dt>
            <dd><bdi>${reason}</bdi></dd>`
        : ''
    }
    <dt>${words.whom}</dt>
    <dd>
      <bdi>${new URL(payee.wallet).host}<wbr />/~${payee.name}</bdi>
    </dd>
    <dt>${words.price}</dt>
    <dd><bdi>${labelOf(money, element)}</bdi></dd>
  </dl>`;

/** @param obstacle why the payment can't be made at once; that a site is new needs no words */
export function approvalView(
  quote: Quote,
  { code }: Problem,
  element: HTMLElement,
  { proceed, dismiss }: Answers,
): View {
  return {
    title: titleOf(quote, element),
    body: () =>
      html`${facts(quote, element)}
        ${code === 'not-connected' ? '' : html`<p>${problems[code].title}</p>`}
        <p>${words.firstTime}</p>`,
    choices: [
      { label: words.continue, act: proceed },
      { label: words.notNow, act: dismiss },
    ],
    dismiss,
  };
}

/** A limit is in the way: the ways on, and the way out. */
export function limitView(
  quote: Quote,
  element: HTMLElement,
  ways: { account: () => void; askWallet: (() => void) | undefined; dismiss: () => void },
): View {
  const { account, askWallet, dismiss } = ways;
  const { allowance } = quote;
  return {
    title: titleOf(quote, element),
    body: () =>
      html`${facts(quote, element)}
        <p>${askWallet ? words.overWalletLimit : words.overLimit}</p>
        ${allowance ? usage(allowance, element) : ''}`,
    choices: [
      askWallet
        ? { label: words.askWallet, act: askWallet }
        : { label: words.changeLimits, act: account },
      { label: words.notNow, act: dismiss },
    ],
    dismiss,
  };
}

export function blockedView(
  quote: Quote,
  element: HTMLElement,
  { redirect, dismiss }: Answers,
): View {
  return {
    title: titleOf(quote, element),
    body: () =>
      html`${facts(quote, element)}
        <p>${words.blocked}</p>`,
    choices: [
      { label: words.inThisTab, act: redirect },
      { label: words.notNow, act: dismiss },
    ],
    dismiss,
  };
}

export function waitingView(quote: Quote, element: HTMLElement, dismiss: () => void): View {
  return {
    title: titleOf(quote, element),
    body: () => html`<p>${words.waiting}</p>`,
    choices: [{ label: words.cancel, act: dismiss }],
    dismiss,
  };
}

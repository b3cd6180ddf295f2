/** The panel of a site's limits and receipts: what is left, what this device allows, what was paid. */
import { html, type TemplateResult } from 'lit';
import type { Caps, KeptReceipt, MicroPay, Quote } from '../../src/client/api.ts';
import type { Allowance } from '../../src/protocol/connect.ts';
import { ledgerUnits } from '../../src/protocol/ledger-units.ts';
import { decimalFrom, type Money, priceFrom } from '../../src/protocol/price.ts';
import { usage } from './allowance.ts';
import { panel as words } from '../messages/en/panel.ts';
import type { Payment } from '../payment.ts';
import type { View } from './panel.ts';
import { priceOf, timeOf, whatFor } from './receipt-words.ts';
import { Undo } from './undo.ts';

const receiptsShown = 20;
const limits = ['tap', 'day', 'total'] as const;

/** Whose limits they are, and in which money; `allowance` is what the wallet leaves of its own. */
export type Account = Pick<Quote, 'money' | 'allowance'> & {
  payee: Pick<Quote['payee'], 'url' | 'name'>;
};

export async function accountView(
  payment: Payment,
  micro: Pick<MicroPay, 'caps' | 'receipts' | 'statement' | 'undo'>,
  { payee, money, allowance }: Account,
): Promise<View> {
  const { element } = payment.face;
  const undo = new Undo(payment, micro);
  const currency = allowance?.currency ?? ledgerUnits(money)?.currency ?? '';
  let caps = await micro.caps.get(payee.url);
  const receipts = await micro.receipts.list({ payee: payee.url, limit: receiptsShown });
  let said = '';
  let overcharge = '';
  let draw = (): void => undefined;
  // What the payee told the wallet is held against what was got here. Nobody waits for it.
  const look = async (): Promise<void> => {
    const statement = await micro.statement(payee.url);
    if (statement?.fits === false) overcharge = words.overcharge;
    draw();
  };
  look().catch(() => undefined);

  const save = async (form: HTMLFormElement): Promise<void> => {
    const wanted = capsFrom(new FormData(form), currency);
    if (!wanted) return void (said = words.unreadable);
    caps = await micro.caps.set(payee.url, wanted);
    said = allowance && isAbove(caps, allowance) ? words.walletAsks : words.saved;
  };

  return {
    title: words.limitsTitle,
    body: (again) => {
      draw = again;
      return html`<p>${words.limitsOf(payee.name)}</p>
        ${overcharge && html`<p role="alert">${overcharge}</p>`}
        ${allowance ? usage(allowance, element) : ''}
        <form
          part="limits"
          @submit=${(event: SubmitEvent) => {
            event.preventDefault();
            if (event.currentTarget instanceof HTMLFormElement)
              void save(event.currentTarget).finally(again);
          }}
        >
          ${limits.map((limit) => field(limit, { amount: caps[limit], currency }))}
          <button part="choice">${words.save}</button>
          <p role="status">${said}</p>
        </form>
        <h3>${words.receipts}</h3>
        ${list(receipts, element, (kept) => undo.button(kept, again))}
        <p role="status">${undo.said}</p>`;
    },
    choices: [{ label: words.close, act: () => undefined }],
    dismiss: () => undefined,
  };
}

const field = (limit: keyof Caps, money: Money): TemplateResult =>
  html`<label
    >${words[limit]}
    <span
      ><input
        name=${limit}
        inputmode="decimal"
        maxlength="14"
        autocomplete="off"
        .value=${decimalFrom(money)}
      />
      ${money.currency.slice(0, 3).toUpperCase()}</span
    ></label
  >`;

const list = (
  receipts: KeptReceipt[],
  element: HTMLElement,
  undo: (kept: KeptReceipt) => TemplateResult | string,
): TemplateResult =>
  receipts.length === 0
    ? html`<p>${words.noReceipts}</p>`
    : html`<ul part="receipts">
        ${receipts.map(
          (kept) =>
            html`<li>
              <a href=${kept.receipt.ref.url} target="_blank" rel="noopener"
                >${priceOf(kept.receipt, element)} · ${timeOf(kept.receipt.iat, element)}</a
              >
              <bdi>${whatFor(kept)}</bdi>
              ${undo(kept)}
            </li>`,
        )}
      </ul>`;

/** What was written, in millionths; undefined when one of the three is no amount. */
function capsFrom(form: FormData, currency: string): Caps | undefined {
  const code = currency.slice(0, 3).toUpperCase();
  const [tap, day, total] = limits.map((limit) => {
    const text = form.get(limit);
    const money = priceFrom(typeof text === 'string' ? text.trim() : '', code);
    return money && ledgerUnits(money)?.amount.toString();
  });
  return tap && day && total ? { tap, day, total } : undefined;
}

const isAbove = (caps: Caps, { tap, day, total }: Allowance): boolean =>
  BigInt(caps.tap) > BigInt(tap) ||
  BigInt(caps.day) > BigInt(day.limit) ||
  BigInt(caps.total) > BigInt(total.limit);

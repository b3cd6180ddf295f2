/** Taking a tap back, from its receipt: one tap, and words for what became of it. */
import { html, type TemplateResult } from 'lit';
import type { KeptReceipt, MicroPay } from '../../src/client/api.ts';
import { titleOf } from '../../src/protocol/problem-titles.ts';
import { panel as words } from '../messages/en/panel.ts';
import type { Payment } from '../payment.ts';
import { priceOf, timeOf } from './receipt-words.ts';
import { problemOf } from './refusal.ts';

export class Undo {
  /** What became of the last one */
  said = '';
  readonly #payment: Payment;
  readonly #micro: Pick<MicroPay, 'undo'>;
  readonly #undone = new Set<KeptReceipt>();
  #busy = false;

  constructor(payment: Payment, micro: Pick<MicroPay, 'undo'>) {
    [this.#payment, this.#micro] = [payment, micro];
  }

  isUndone(kept: KeptReceipt): boolean {
    return this.#undone.has(kept);
  }

  /** @param again draws what it stands in */
  button(kept: KeptReceipt, again: () => void): TemplateResult | '' {
    if (kept.undone) return html`${words.undone}`;
    if (!kept.tap?.undoUntil) return '';
    const isUndone = this.isUndone(kept);
    const { receipt } = kept;
    const label = isUndone ? words.undone : words.undo;
    const what = [label, priceOf(receipt, this.#payment.face.element), receipt.rsn.text];
    return html`<button
      part="choice"
      type="button"
      aria-label=${what.filter(Boolean).join(' ')}
      aria-disabled=${isUndone}
      @click=${() => void this.#take(kept).finally(again)}
    >
      ${label}
    </button>`;
  }

  async #take(kept: KeptReceipt): Promise<void> {
    if (this.#busy || this.isUndone(kept)) return;
    this.#busy = true;
    try {
      await this.#micro.undo(kept);
      this.#undone.add(kept);
      this.said = words.cameBack(priceOf(kept.receipt, this.#payment.face.element));
      if (this.#payment.paid?.text === kept.text) this.#undoPaid();
    } catch (error) {
      this.said = this.#refusal(error, kept);
    } finally {
      this.#busy = false;
    }
  }

  /** The button that it was paid by: the next tap pays anew. */
  #undoPaid(): void {
    this.#payment.paid = undefined;
    this.#payment.show('undone', this.said);
  }

  /** The payment stands, or nobody knows: asking again is safe. */
  #refusal(error: unknown, { tap }: KeptReceipt): string {
    const { code, moneyMoved } = problemOf(error);
    if (moneyMoved !== 'no') return words.undoUnknown;
    if (code !== 'insufficient-funds') return `${titleOf(code)} ${words.stands}`;
    return words.payeeWithoutFunds(timeOf(tap?.undoUntil ?? 0, this.#payment.face.element));
  }
}

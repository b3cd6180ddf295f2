/** Taking a tap back, from its receipt: one tap, and words for what became of it. */
import { html, type TemplateResult } from 'lit';
import type { KeptReceipt, MicroPay } from '../../src/client/api.ts';
import { titleOf } from '../../src/protocol/problem-titles.ts';
import { panel as words } from '../messages/en/panel.ts';
import type { Payment } from '../payment.ts';
import { priceOf, timeOf, whatFor } from './receipt-words.ts';
import { problemOf } from './refusal.ts';

export class Undo {
  /** What became of the last one */
  said = '';
  readonly #payment: Payment;
  readonly #micro: Pick<MicroPay, 'undo'>;
  #busy = false;

  constructor(payment: Payment, micro: Pick<MicroPay, 'undo'>) {
    [this.#payment, this.#micro] = [payment, micro];
  }

  /** It stays when it has done its work, for whose focus is on it. @param again draws what it stands in */
  button(kept: KeptReceipt, again: () => void): TemplateResult | string {
    const { receipt, tap, undone } = kept;
    const label = undone ? words.undone : words.undo;
    if (!tap?.undoUntil) return undone ? label : '';
    return html`<button
      part="choice"
      type="button"
      aria-label="${label} ${priceOf(receipt, this.#payment.face.element)} ${whatFor(kept)}"
      aria-disabled=${undone ?? false}
      @click=${() => void this.#take(kept).finally(again)}
    >
      ${label}
    </button>`;
  }

  async #take(kept: KeptReceipt): Promise<void> {
    if (this.#busy || kept.undone) return;
    this.#busy = true;
    const { element } = this.#payment.face;
    try {
      const by = await this.#micro.undo(kept);
      kept.undone = true;
      const price = priceOf(kept.receipt, element);
      this.said = by === 'payee' ? words.cameBack(price) : words.cameBackLate(price);
      if (this.#payment.paid?.text === kept.text) this.#undoPaid();
    } catch (error) {
      this.said = refusal(error, timeOf(kept.tap?.undoUntil ?? 0, element));
    } finally {
      this.#busy = false;
    }
  }

  /** The button that it was paid by: the next tap pays anew. */
  #undoPaid(): void {
    this.#payment.paid = undefined;
    this.#payment.show('undone', this.said);
  }
}

/** The payment stands, or nobody knows: asking again is safe. */
function refusal(error: unknown, until: string): string {
  const { code, moneyMoved } = problemOf(error);
  if (moneyMoved !== 'no') return words.undoUnknown;
  return code === 'insufficient-funds'
    ? words.payeeWithoutFunds(until)
    : `${titleOf(code)} ${words.stands}`;
}

/** What a meter says of itself: how long, what it cost, what is left. */
import { html, type TemplateResult } from 'lit';
import type { MeterState } from '../../src/client/session-api.ts';
import { ledgerUnits } from '../../src/protocol/ledger-units.ts';
import type { Money } from '../../src/protocol/price.ts';
import type { Face } from '../face.ts';
import { meter as words } from '../messages/en/meter.ts';
import { labelOf } from '../price-label.ts';
import type { Terms } from './attributes.ts';

export class Reading {
  readonly state: MeterState;
  readonly #terms: Terms;
  readonly #face: Pick<Face, 'element' | 'price'>;

  constructor(state: MeterState, terms: Terms, face: Pick<Face, 'element' | 'price'>) {
    [this.state, this.#terms, this.#face] = [state, terms, face];
  }

  get isGoing(): boolean {
    return this.state.is === 'running' || this.state.is === 'hidden';
  }

  /** It is no time that is counted: each unit is a tap. */
  get isTaps(): boolean {
    return this.#terms.unitMs === 0;
  }

  /** Whole seconds that are paid for and not used */
  get rest(): number {
    const { units, used } = this.state;
    return units > 0 ? Math.max(0, Math.ceil((this.#terms.unitMs - used) / 1_000)) : 0;
  }

  /** All units are paid and used: there is no next one. */
  get isDone(): boolean {
    return this.state.units >= this.#terms.most && this.rest === 0;
  }

  get cost(): string {
    const { cost, currency } = this.state;
    return this.#label(cost, currency ?? '');
  }

  /** How long it ran in all, or how often it was tapped */
  get amount(): string {
    const { units, used } = this.state;
    if (this.isTaps) return words.times(units);
    const { unitMs } = this.#terms;
    return words.time(Math.floor(((units - 1) * unitMs + Math.min(used, unitMs)) / 1_000));
  }

  /** What it costs to go on; empty while that isn't known */
  get rate(): string {
    const { price, element } = this.#face;
    return price ? words.rate(labelOf(price, element) ?? '', this.#terms.unitMs / 1_000) : '';
  }

  /** `2 min 13 s, 3¢ so far` */
  get soFar(): string {
    return words.soFar(this.amount, this.cost);
  }

  /** Where it stopped because the next unit could not be paid by itself */
  get halted(): string | undefined {
    return this.state.is === 'refused' ? words.halted(this.amount, this.cost) : undefined;
  }

  /** The count by itself, where something else has the word; undefined before there is one. @param isKnown all that was begun has an end */
  line(isKnown: boolean): TemplateResult | undefined {
    const text = (isKnown && this.halted) || `${this.soFar}.`;
    return this.state.units > 0
      ? html`<span part="meter"><span class="figure">${text}</span></span>`
      : undefined;
  }

  /** The figures of a running meter; at rest the words have them. Nobody is told of each second. */
  get figures(): TemplateResult {
    const { left, currency } = this.state;
    const limit =
      this.isGoing && left && currency
        ? words.left(
            this.#label(left.amount, currency),
            this.#label(left.limit, currency),
            left.span,
          )
        : '';
    return html`${
      this.isGoing
        ? html`<span class="figure" role="timer" aria-live="off">${this.soFar + this.#sum}</span>`
        : ''
    }
    ${limit ? html`<span class="figure">${limit}</span>` : ''}
    ${this.#isPlayMoney ? html`<span class="figure"><span part="test">${words.playMoney}</span></span>` : ''}`;
  }

  get #isPlayMoney(): boolean {
    return this.state.paid?.receipt.env === 'test' || this.#face.element.hasAttribute('test');
  }

  /** Whether that is what stands on the button; the same price may be written in another unit. */
  isPrice(money: Money): boolean {
    const [asked, price] = [ledgerUnits(money), this.#price];
    return (
      asked !== undefined && asked.amount === price?.amount && asked.currency === price.currency
    );
  }

  get #price(): ReturnType<typeof ledgerUnits> {
    return this.#face.price && ledgerUnits(this.#face.price);
  }

  /** ` (3 × 1¢)`, where each did cost what stands on the button */
  get #sum(): string {
    const { units, cost, currency } = this.state;
    const each = this.#price;
    if (!each || units < 2 || each.currency !== currency) return '';
    const isSum = each.amount * BigInt(units) === cost;
    return isSum ? words.sum(units, this.#label(each.amount, currency)) : '';
  }

  #label(amount: bigint, currency: string): string {
    return labelOf({ amount: String(amount), currency }, this.#face.element) ?? '';
  }
}

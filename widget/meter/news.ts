/** What a page hears of its meter: each receipt once, each change of what it is, each unit. */
import type { Paid } from '../../src/client/api.ts';
import type { MeterState } from '../../src/client/session-api.ts';
import type { Face } from '../face.ts';
import type { Reading } from './reading.ts';

export class News {
  readonly #face: Face;
  #paid: Paid | undefined;
  #told: Pick<MeterState, 'is' | 'units'> = { is: 'idle', units: 0 };

  constructor(face: Face) {
    this.#face = face;
  }

  /** Origin of the wallet that paid last */
  get wallet(): string | undefined {
    return this.#paid?.receipt.iss;
  }

  /** @returns false when it was told before */
  paid(paid: Paid): boolean {
    const { receipt, text, response } = paid;
    if (paid === this.#paid || (text && text === this.#paid?.text)) return false;
    this.#paid = paid;
    this.#face.emit('micro-pay-paid', { receipt, text, response });
    return true;
  }

  of(reading: Reading): void {
    const { units, used, cost, paid, response } = reading.state;
    const isMore = units !== this.#told.units;
    const is = reading.rest > 0 && reading.state.is === 'idle' ? 'paused' : reading.state.is;
    if (!isMore && is === this.#told.is) return;
    this.#told = { is, units };
    const free = isMore && !paid && response ? { response } : {};
    this.#face.emit('micro-pay-meter', { is, units, used, cost, ...free });
  }
}

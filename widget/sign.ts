/** What the button says of its state, in words of the page's language. */
import type { Problem } from '../src/protocol/problem.ts';
import type { Face, Showing } from './face.ts';
import { stateWords } from './messages/en/payment.ts';
import { sentence, stateOf } from './outcome.ts';
import { labelOf } from './price-label.ts';
import { type State, states } from './states.ts';

export class Sign {
  readonly #face: Face;

  constructor(face: Face) {
    this.#face = face;
  }

  show(state: State, showing: Showing = {}): void {
    const { busy, role } = states[state];
    const label = labelOf(this.#face.price, this.#face.element) ?? '';
    const words = stateWords[state].replace('{price}', label);
    this.#face.show(state, { busy, role, words, ...showing });
  }

  /** As before any tap. */
  rest(): void {
    this.show(this.#face.price ? 'ready' : 'idle');
  }

  /** @param wallet its origin, where it is known */
  refuse(problem: Problem, wallet?: string): void {
    const { code, moneyMoved, nextStep } = problem;
    if (this.#face.element.amount != null) this.#face.know({ price: undefined });
    this.show(stateOf(problem), { words: sentence(problem, wallet) });
    this.#face.emit('micro-pay-error', { code, moneyMoved, nextStep });
  }
}

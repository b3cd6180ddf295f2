/** What a button does by itself while it stands on a page: tells faults, reads its price when it is seen, finishes what was begun. */
import type { MicroPay, Target } from '../src/client/api.ts';
import { pendingMarker } from '../src/client/marker.ts';
import type { Face } from './face.ts';
import { developerWords } from './messages/en/developer.ts';
import { problemOf } from './outcome.ts';
import { Payment } from './payment.ts';
import { targetOf } from './setup.ts';

// One piece of script with the SDK: apart, the two weigh more.
export { microPay } from './client.ts';

export class Visit {
  readonly #face: Face;
  readonly #micro: MicroPay;
  readonly #payment: Payment;
  #begun: string | undefined;
  #seen: IntersectionObserver | undefined;
  #resumed = false;

  constructor(face: Face, micro: MicroPay) {
    this.#face = face;
    this.#micro = micro;
    this.#payment = new Payment(face, micro);
  }

  /** The button came to the page, or its attributes changed. */
  begin(): void {
    const target = this.#target();
    if (!target || this.#begun === this.#key(target)) return;
    this.leave();
    this.#begun = this.#key(target);
    this.#hearOfPlayMoney(target);
    if (!this.#face.price) this.#readWhenSeen(target);
    if (!this.#resumed && isPending()) this.#payment.resume(target);
    this.#resumed = true;
  }

  leave(): void {
    this.#begun = undefined;
    this.#seen?.disconnect();
    this.#payment.leave();
  }

  /** A tap may come before the page is idle. */
  tap(): void {
    const target = this.#target();
    if (!target) return;
    this.#begun = this.#key(target);
    this.#payment.tap(target);
  }

  details(): void {
    const target = this.#target();
    if (!target) return;
    // Beginning later would close again what is opened now.
    this.begin();
    this.#payment.details(target);
  }

  #target(): Target | undefined {
    try {
      return targetOf(this.#face.element);
    } catch (error) {
      this.#face.know({ invalid: true });
      this.#complain(error);
      return undefined;
    }
  }

  /** Target and stated price, as text: when either changes, another payment is meant. */
  #key(target: Target): string {
    const { amount, currency } = this.#face.element;
    return JSON.stringify([target, amount, currency]);
  }

  #complain(error: unknown): void {
    const problem = problemOf(error);
    this.#payment.fail(problem);
    const words = new Map(Object.entries(developerWords)).get(problem.code);
    console.error(
      `<micro-pay>: ${words ?? problem.message} See docs/widget.md.`,
      this.#face.element,
    );
  }

  #hearOfPlayMoney(target: Target): void {
    const session = this.#micro.$session.get();
    if ('to' in target && session?.payee === target.to)
      this.#face.know({ playMoney: session.env === 'test' });
  }

  #readWhenSeen(target: Target): void {
    const seen = new IntersectionObserver((entries) => {
      if (!entries.some((entry) => entry.isIntersecting)) return;
      seen.disconnect();
      void this.#payment.readPrice(target);
    });
    seen.observe(this.#face.element);
    this.#seen = seen;
  }
}

/** Where storage can't be read the SDK is asked: it knows other places. */
function isPending(): boolean {
  try {
    return (
      location.search.includes('micropay_nonce=') || localStorage.getItem(pendingMarker) !== null
    );
  } catch {
    return true;
  }
}

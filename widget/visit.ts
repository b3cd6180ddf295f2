/** What a button does by itself while it stands on a page: reads its price when it is seen, finishes what was begun, tells faults. */
import type { Target } from '../src/client/api.ts';
import { pendingMarker } from '../src/client/marker.ts';
import { Payment } from './payment.ts';

export class Visit extends Payment {
  #begun: string | undefined;
  #seen: IntersectionObserver | undefined;
  #resumed = false;

  /** The button came to the page, or its attributes changed. */
  begin(): void {
    const target = this.#target();
    if (!target) return;
    const key = this.key(target);
    if (this.#begun !== key) {
      this.leave();
      this.paid = undefined;
    }
    this.#begun = key;
    if (!this.face.price) this.#readWhenSeen(target);
    if (this.#resumed || !isPending()) return;
    this.#resumed = true;
    const forget = () => void (this.#resumed = false);
    this.later((rest) => rest.resumeVisit(this, target), forget);
  }

  override leave(): void {
    this.#seen?.disconnect();
    super.leave();
  }

  /** A tap may come before the page is idle. */
  tap(): void {
    const target = this.#target();
    if (!target) return;
    this.#begun = this.key(target);
    this.pay(target);
  }

  details(): void {
    const target = this.#target();
    if (!target) return;
    // Beginning later would close again what is opened now.
    this.begin();
    // What can't be looked at ends no payment.
    const missed = (error: unknown) => this.face.busy || this.fail(error);
    this.later((rest) => rest.openAccount(this, target), missed);
  }

  #target(): Target | undefined {
    const target = this.face.invalid ? undefined : this.wish();
    if (!target) {
      this.face.know({ invalid: true });
      this.later((rest) => rest.complain(this));
    }
    return target;
  }

  /** Target and stated price, as text: when either changes, another payment is meant. */
  key(target: Target | undefined): string {
    const { amount, currency } = this.face.element;
    return JSON.stringify([target, amount, currency]);
  }

  /** The page states no price. A failure to read one waits for the tap. */
  #readWhenSeen(target: Target): void {
    this.#seen?.disconnect();
    this.#seen = new IntersectionObserver((entries) => {
      if (!entries.some((entry) => entry.isIntersecting)) return;
      this.#seen?.disconnect();
      void this.quote(target).then(
        (quote) => quote && this.face.state === 'idle' && this.learn(quote),
        () => undefined,
      );
    });
    this.#seen.observe(this.face.element);
  }
}

/** Where storage can't be read the SDK is asked: it knows other places. */
function isPending(): boolean {
  try {
    return [...Object.keys(localStorage), location.search].some(
      (text) => text.startsWith(pendingMarker) || text.includes('micropay_nonce='),
    );
  } catch {
    return true;
  }
}

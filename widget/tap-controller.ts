/** The joint between button and payment: one trusted click becomes one tap, and what comes back is shown. */
import type { ReactiveController, ReactiveControllerHost } from 'lit';
import type { MicroPay } from '../src/client/api.ts';
import { type Money, priceFrom } from '../src/protocol/price.ts';
import type { Details, Face, Known, Showing, Wish } from './face.ts';
import { button as words } from './messages/en/button.ts';
import type { Visit } from './visit.ts';
import type { State } from './states.ts';
import { isOneClick } from './trusted-click.ts';

export type Host = ReactiveControllerHost & Wish;

/** Where the rest of the button comes from: `index.ts` says it. */
type Load = (face: Face, micro?: MicroPay) => Promise<Visit>;
let load: Load;
export const loadFrom = (from: Load): void => void (load = from);

let choose: () => MicroPay | Promise<MicroPay> | undefined = () => undefined;
let chosen: Promise<MicroPay | undefined> | undefined;

/** All buttons share one; where it couldn't be made the next tap tries again. */
const chosenMicroPay = (): Promise<MicroPay | undefined> =>
  (chosen ??= Promise.resolve()
    .then(choose)
    .catch((error: unknown) => {
      chosen = undefined;
      throw error;
    }));

/** Gives the buttons of this page another SDK than the default one: with own options, or a test's. */
export function useMicroPay(make: () => MicroPay | Promise<MicroPay>): void {
  choose = make;
  chosen = undefined;
}

/** What could not be loaded is said where it was asked for. */
const ignore = (): void => undefined;

export class TapController implements ReactiveController, Face {
  readonly element: Host;
  state: State = 'idle';
  busy = false;
  showing: Showing = {};
  known: Known = {};
  #visit: Promise<Visit> | undefined;

  constructor(element: Host) {
    this.element = element;
    element.addController(this);
  }

  /** What stands on the button: what was asked for, once that is known, else what the page says. */
  get price(): Money | undefined {
    return (
      this.known.price ?? priceFrom(String(this.element.amount), String(this.element.currency))
    );
  }

  /** A tap can do nothing: there is no price, or an unreadable one, and no address to ask. */
  get invalid(): boolean {
    const { amount, src } = this.element;
    return this.known.invalid || (!this.price && (amount != null || !src));
  }

  hostConnected(): void {
    (globalThis.requestIdleCallback ?? setTimeout)(
      () => this.element.isConnected && this.#with((visit) => visit.begin()),
    );
  }

  hostDisconnected(): void {
    this.#visit?.then((visit) => visit.leave(), ignore);
  }

  /** The attributes changed: what was asked, shown or refused before is no longer meant. A payment under way goes on. */
  setUp(): void {
    if (this.busy) return;
    this.known = {};
    this.show(this.invalid ? 'failed' : this.price ? 'ready' : 'idle');
    this.#visit?.then((visit) => visit.begin(), ignore);
  }

  readonly tap = (event: MouseEvent): void => {
    if (!isOneClick(event)) return;
    if (this.busy || this.invalid) return;
    this.busy = true;
    this.element.requestUpdate();
    this.#with((visit) => visit.tap());
  };

  /** Opens the limits and receipts of this site. */
  readonly details = (): void => this.#with((visit) => visit.details());

  show(state: State, showing: Showing = {}): void {
    this.state = state;
    this.showing = showing;
    this.busy = showing.busy ?? false;
    this.element.requestUpdate();
  }

  know(known: Known): void {
    this.known = { ...this.known, ...known };
    this.element.requestUpdate();
  }

  lost(unknown?: string): void {
    this.show('offline', { role: 'alert', words: unknown ?? words.offline });
    this.emit('micro-pay-error', {
      code: unknown ? 'answer-unknown' : 'offline',
      moneyMoved: unknown ? 'unknown' : 'no',
      nextStep: 'retry',
    });
  }

  emit<Name extends keyof Details>(name: Name, detail: Details[Name]): boolean {
    return this.element.dispatchEvent(
      new CustomEvent(name, { detail, bubbles: true, composed: true, cancelable: true }),
    );
  }

  /** Before the rest is loaded nothing is signed: when it can't be loaded, nobody was charged. */
  #with(act: (visit: Visit) => void): void {
    this.#visit ??= chosenMicroPay().then((micro) => load(this, micro));
    this.#visit.then(act, () => {
      // What could not be loaded is asked for again at the next tap.
      this.#visit = undefined;
      if (this.busy) this.lost();
    });
  }
}

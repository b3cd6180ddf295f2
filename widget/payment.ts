/** One button's payment: it asks the SDK and shows what came back. What a first one doesn't need is loaded from `later/`. */
import { html, type TemplateResult } from 'lit';
import type { Paid, Quote, Target, WalletWindow } from '../src/client/api.ts';
import { Problem } from '../src/protocol/problem-table.ts';
import { Deadline } from './deadline.ts';
import { openPaid } from './delivery.ts';
import type { Choice, Face, Showing } from './face.ts';
import type * as Later from './later/index.ts';
import type { MicroPayPanel } from './later/panel.ts';
import { payment as words } from './messages/en/payment.ts';
import { MicroPayElement } from './micro-pay.ts';
import { paymentStyles } from './payment-styles.ts';
import { labelOf } from './price-label.ts';
import type { Sdk } from './sdk.ts';
import type { State } from './states.ts';
import { isSame, isSamePrice, targetOf } from './target.ts';
import { isOneClick } from './trusted-click.ts';

/** Milliseconds until a wait ends, so that no button stays busy for ever. */
const quoteMs = 20_000;
const settleMs = 30_000;
const confirmMs = 600_000;

export class Payment {
  readonly face: Face;
  readonly sdk: Sdk;
  /** What was begun and has no known end: the next tap asks for it first, and pays nothing new before */
  open: Target | undefined;
  paid: Paid | undefined;
  /** Limits and receipts, once somebody looked at them */
  panel: MicroPayPanel | undefined;
  readonly #load: () => Promise<typeof Later>;
  /** What the next tap goes on with, inside the click, where the person was asked something */
  #goOn: (() => void) | undefined;
  /** The wallet's window has the word */
  #confirming: Deadline | undefined;

  constructor(face: Face, sdk: Sdk, load: () => Promise<typeof Later>) {
    this.face = face;
    this.sdk = sdk;
    this.#load = load;
    MicroPayElement.wear(face.element, paymentStyles);
  }

  /** The button means something else now, or was taken away: nobody is asked any more. What was signed `resume` finds again. */
  leave(): void {
    if (this.#goOn) this.rest();
    this.panel?.close();
    this.#confirming?.abort();
  }

  pay(target: Target): void {
    if (this.#goOn) this.#goOn();
    else if (this.paid) this.later((rest) => rest.openReceipt(this));
    else if (this.open) this.later((rest) => rest.askAgain(this, target));
    else this.run(() => this.ask(target));
  }

  /** Every way ends in a state with words. */
  fail = async (error: unknown, wallet?: string): Promise<void> => {
    // Something was looked at afterwards that can't be shown: that unsays no payment.
    if (this.paid) return this.showPaid();
    try {
      (await this.#load()).refuse(this, error, wallet);
    } catch {
      // The words for it can't be loaded; whether money moved can be said without them.
      this.face.lost(this.open && words.unknown);
    }
  };

  run(act: () => Promise<void>): void {
    act().catch(this.fail);
  }

  /** Does what needs more than a first payment. @param failed hears why it could not be done */
  later(
    act: (rest: typeof Later) => void | Promise<void>,
    failed: (error: unknown) => unknown = this.fail,
  ): void {
    this.#load().then(act).catch(failed);
  }

  show(state: State, said: Showing['words'] = '', showing: Showing = {}): void {
    this.#goOn = undefined;
    this.face.show(state, { words: said, ...showing });
  }

  showPaid(): void {
    this.show('paid', words.paid(this.label()));
  }

  /** As before any tap. */
  rest(): void {
    this.show(this.face.price ? 'ready' : 'idle');
  }

  label(): string {
    return labelOf(this.face.price, this.face.element) ?? '';
  }

  /**
   * Finds out what an address asks for.
   * @returns undefined when that is nothing
   * @throws Problem `offline` when no price came in time
   */
  async quote(target: Target): Promise<Quote | undefined> {
    const quote = await new Deadline().hold(quoteMs, (signal) =>
      this.sdk.payer.quote(target, { signal }),
    );
    if (!quote) throw new Problem('offline');
    return quote.response ? undefined : quote;
  }

  learn({ money, env }: Quote): void {
    this.face.know({ price: money, ...(env && { playMoney: env === 'test' }) });
    this.rest();
  }

  /** What stands on the button is what is paid: a tap on no price only shows it, and a tap on another one pays nothing. */
  async ask(target: Target): Promise<void> {
    const { price } = this.face;
    const quote = await this.quote(target);
    if (!quote) return this.later((rest) => rest.openFree(this, target));
    if (!isSame(target, this.wish())) throw new Problem('price-mismatch');
    if (!price) return this.learn(quote);
    if (!isSamePrice(price, quote.money))
      return this.later((rest) => rest.refusePrice(this, quote.money));
    if (quote.obstacle?.code !== 'not-connected')
      return this.later((rest) => rest.goOn(this, quote));
    this.offer(quote, words.explain(this.label(), quote));
  }

  /** Asks before the first window opens. Each answer runs inside the click: only there may a window open. */
  offer(
    quote: Quote,
    said: Showing['words'],
    [label, act]: Choice = [words.goOn, () => this.proceed(quote)],
  ): void {
    const choices = this.#choices([label, act], [words.notNow, () => this.rest()]);
    this.show('approve', said, { choices });
    this.#goOn = act;
  }

  #choices(...all: Choice[]): TemplateResult[] {
    return all.map(([label, act]) => {
      const click = (event: MouseEvent): void => {
        if (!isOneClick(event)) return;
        // The choices go, so that none is taken twice; the focus stays with the button.
        this.face.element.shadowRoot?.querySelector('button')?.focus();
        this.show(this.face.state, '', { busy: true });
        act();
      };
      return html`<button part="choice" @click=${click}>${label}</button>`;
    });
  }

  /** The person said yes to going to the wallet. */
  proceed(quote: Quote): void {
    if (!this.isAllowed(quote)) return this.rest();
    if (this.face.element.mode === 'redirect')
      return this.later((rest) => rest.goInThisTab(this, quote));
    const wallet = this.sdk.payer.openWallet(quote);
    if (wallet.window) return this.run(() => this.settle(quote, wallet));
    this.later((rest) => rest.meetBlockedWindow(this, quote));
  }

  /** @returns false when the page said no, before any money moves */
  isAllowed({ money, payee, reason }: Quote): boolean {
    return this.face.emit('micro-pay-intent', { money, payee: payee.url, reason });
  }

  async settle(quote: Quote, wallet?: WalletWindow): Promise<void> {
    const deadline = new Deadline();
    const pay = (): void => this.show('paying', words.paying(this.label()), { busy: true });
    // A yes that comes when nobody waits for it any more changes nothing here.
    const approved = (): void => {
      if (deadline.signal.aborted) return;
      this.#confirming = undefined;
      deadline.set(settleMs);
      pay();
    };
    const noAnswer = (error?: unknown): void =>
      this.later((rest) => rest.meetNoAnswer(this, quote, error));
    this.open = quote.target;
    this.face.know({ price: quote.money });
    if (wallet) {
      this.#confirming = deadline;
      const choices = this.#choices([words.stopWaiting, () => deadline.abort()]);
      this.show('confirming', words.confirming, { busy: true, choices });
    } else pay();
    await deadline
      .hold(wallet ? confirmMs : settleMs, (signal) =>
        this.sdk.payer.settle(quote, { signal, wallet, approved }),
      )
      .then((paid) => (paid ? this.settled(paid) : noAnswer()), noAnswer);
  }

  /** What the attributes ask for now; undefined where they make no sense. */
  wish(): Target | undefined {
    return targetOf(this.face.element);
  }

  deliver(target: Target): void {
    openPaid(target, this.face.element);
  }

  settled(paid: Paid): void {
    const { receipt, text, target, response } = paid;
    this.open = undefined;
    if (this.paid?.text === text) return;
    this.paid = paid;
    this.face.know({
      price: { amount: receipt.amt, currency: receipt.cur },
      playMoney: receipt.env === 'test',
    });
    this.showPaid();
    if (this.face.emit('micro-pay-paid', { receipt, text, response })) this.deliver(target);
  }
}

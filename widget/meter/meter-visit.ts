/** A button's visit where it is a meter: its first unit is paid as anything is, and then it runs. */
import { html } from 'lit';
import type { Paid, Quote, Target } from '../../src/client/api.ts';
import type { Meter, MeterState } from '../../src/client/session-api.ts';
import { Problem } from '../../src/protocol/problem-table.ts';
import { meter as words } from '../messages/en/meter.ts';
import { MicroPayElement } from '../micro-pay.ts';
import type { Payment } from '../payment.ts';
import { Visit } from '../visit.ts';
import { termsOf } from './attributes.ts';
import { Counter } from './counter.ts';
import { meterFace } from './meter-face.ts';
import { meterStyles } from './meter-styles.ts';
import { meterView, type Acts } from './meter-view.ts';
import { News } from './news.ts';
import { Reading } from './reading.ts';

type Made = ConstructorParameters<typeof Payment>;

export class MeterVisit extends Visit {
  readonly #counter = new Counter(
    this.sdk,
    (state) => this.#hear(state),
    (quote) => this.#mayPay(quote),
  );
  #reading: Reading | undefined;
  /** A tap of this visit started it: what a reload finds is never started */
  #tapped = false;
  /** The page heard of this start before money moved, and didn't mind */
  #allowed = false;
  /** What the page hears of this meter */
  #news = new News(this.face);
  /** The words that the running meter began with */
  #said = '';

  constructor(...[face, sdk, load]: Made) {
    super(
      // While a payment has no known end, nobody can say that it stopped, nor what it came to in all.
      meterFace(face, () => this.#reading?.line(!this.open)),
      sdk,
      load,
    );
    MicroPayElement.wear(face.element, meterStyles);
    // These two are no properties: nobody else sees them change.
    new MutationObserver(() => this.begin()).observe(face.element, {
      attributeFilter: ['meter', 'most'],
    });
  }

  override begin(): void {
    const key = this.#mean();
    if (this.#reading || !this.wish()) return super.begin();
    const ready = (meter: Meter): void => {
      if (!this.#counter.means(key)) return;
      const reading = this.#read(meter.state());
      super.begin();
      const { state, busy } = this.face;
      if (!busy && (state === 'ready' || state === 'idle')) this.rest();
      this.#news.of(reading);
    };
    this.#counter.meter().then(ready, () => undefined);
  }

  override leave(): void {
    super.leave();
    if (this.#reading?.isGoing) this.#do((meter) => meter.pause());
  }

  override tap(): void {
    this.#mean();
    this.#tapped = true;
    super.tap();
  }

  override key(): string {
    const { element } = this.face;
    const [unit, most] = [element.getAttribute('meter'), element.getAttribute('most')];
    return super.key(super.wish()) + JSON.stringify([unit, most]);
  }

  override wish(): Target | undefined {
    const target = termsOf(this.face.element) && super.wish();
    return target && (this.#reading?.state.next ?? target);
  }

  /** What is paid for runs first; the next unit is paid as anything is. */
  override async ask(): Promise<void> {
    const meter = await this.#counter.meter();
    const { isDone, rest, state } = this.#read(await meter.refresh());
    if (isDone) this.rest();
    else if (rest > 0) await this.#start(meter);
    else await super.ask(state.next);
  }

  /** What stands in the way of a meter that ran begins with what it came to. */
  override offer(...[quote, said, choice]: Parameters<Visit['offer']>): void {
    const { halted } = this.#reading ?? {};
    super.offer(quote, halted ? html`${halted} <span>${said}</span>` : said, choice);
  }

  override isAllowed(quote: Quote): boolean {
    return (this.#allowed = super.isAllowed(quote));
  }

  override settled(paid: Paid): void {
    this.open = undefined;
    if (!this.#news.paid(paid)) return;
    this.face.know({ playMoney: paid.receipt.env === 'test' });
    this.#do(async (meter) => {
      await meter.add(paid);
      const reading = this.#read(meter.state());
      if (this.#tapped && !reading.isTaps) return this.#start(meter);
      this.rest(reading.isTaps);
      this.#news.of(reading);
    });
  }

  /** Nothing is opened: what a unit bought, its page shows. One that costs nothing runs as well. */
  override deliver(): void {
    if (!this.#reading?.isTaps) this.#do((meter) => this.#start(meter));
  }

  /** As before any tap, or as it was left. @param justPaid a tap that is all there is to it */
  override rest(justPaid = false): void {
    const reading = this.#reading;
    if (!reading?.state.units) return super.rest();
    const { state, cost, amount, rest } = reading;
    const isStopped = state.is === 'stopped';
    if (reading.isDone) this.show('paid', words.ended(amount, cost));
    else if (rest > 0 && !isStopped)
      this.show('paused', words.paused(cost, rest), { choices: [meterView(reading, this.#acts)] });
    else {
      const kept = rest > 0 ? ` ${words.kept(rest)}` : '';
      const count = isStopped ? words.stopped(amount, cost) + kept : `${reading.soFar}.`;
      const paid = justPaid ? [words.tapped(this.label())] : [];
      const said = justPaid && state.units === 1 ? paid : [...paid, count];
      this.show(this.face.price ? 'ready' : 'idle', said.join(' '));
    }
  }

  /** Attributes that changed mean another meter. The one before waits, with what is left of it. */
  #mean(): string {
    const key = this.key();
    if (this.#counter.means(key)) return key;
    this.leave();
    this.#reading = undefined;
    this.#news = new News(this.face);
    this.#counter.mean({ key, target: super.wish(), terms: termsOf(this.face.element) });
    return key;
  }

  /** Taken from the page in the meantime, it waits with what was paid. */
  async #start(meter: Meter): Promise<void> {
    if (this.face.element.isConnected) return meter.start();
    this.rest();
    this.#news.of(this.#read(meter.state()));
  }

  #do(act: (meter: Meter) => void | Promise<void>): void {
    const meter = this.#counter.meter();
    this.run(async () => act(await meter));
  }

  /** A unit costs what stands on the button, and the page is asked once in each start. */
  #mayPay(quote: Quote): boolean {
    if (!this.#reading?.isPrice(quote.money)) throw new Problem('price-mismatch');
    return this.#allowed || this.isAllowed(quote);
  }

  #read(state: MeterState): Reading {
    return (this.#reading = new Reading(state, this.#counter.terms, this.face));
  }

  #hear(state: MeterState): void {
    const was = this.#reading?.state.is;
    const { is, paid, problem, next } = state;
    const reading = this.#read(state);
    if (paid) this.#news.paid(paid);
    this.#news.of(reading);
    if (!reading.isGoing) this.#allowed = false;
    if (problem) return this.#halt(problem, next);
    if (!reading.isGoing) return this.rest();
    if (is === 'hidden') this.#said = words.away;
    else if (is !== was) this.#said = was === 'hidden' ? words.back : words.runs(reading.rate);
    const choices = [meterView(reading, this.#acts)];
    this.show(is === 'hidden' ? 'paused' : 'running', this.#said, { choices });
  }

  /** The next unit could not be paid by itself. It is asked for as anything is, or is said to have failed as anything is. */
  #halt(problem: Problem, next: Target): void {
    const { code, moneyMoved, nextStep } = problem;
    const isInTheWay =
      nextStep === 'approve' || nextStep === 'raise-cap' || code === 'price-mismatch';
    if (isInTheWay) {
      // Until it has answered nothing else can be tapped.
      this.show('ready', '', { busy: true });
      return this.run(() => super.ask(next));
    }
    this.open = next;
    if (moneyMoved === 'unknown' && nextStep === 'retry')
      return this.later((rest) => rest.askAgain(this, next));
    void this.fail(problem, this.#news.wallet);
  }

  /** What the two buttons of a meter do. */
  readonly #acts: Acts = {
    pause: () => this.#do((meter) => meter.pause()),
    stop: () => this.#do((meter) => meter.stop()),
    goOn: () => {
      this.#tapped = true;
      this.#do(async (meter) => {
        // Another tab may have used up what was paid for, and this button names no price.
        const { rest } = this.#read(await meter.refresh());
        if (rest > 0) await this.#start(meter);
        else this.rest();
      });
    },
  };
}

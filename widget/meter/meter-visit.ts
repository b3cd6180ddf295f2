/** A button's visit where it is a meter: its first unit is paid as anything is, and then it runs. */
import { html } from 'lit';
import type { Paid, Quote, Target } from '../../src/client/api.ts';
import type { Meter, MeterState } from '../../src/client/session-api.ts';
import { ledgerUnits } from '../../src/protocol/ledger-units.ts';
import type { Money } from '../../src/protocol/price.ts';
import { Problem } from '../../src/protocol/problem-table.ts';
import { meter as words } from '../messages/en/meter.ts';
import { MicroPayElement } from '../micro-pay.ts';
import type { Payment } from '../payment.ts';
import { Visit } from '../visit.ts';
import { termsOf, type Terms } from './attributes.ts';
import { meterFace } from './meter-face.ts';
import { meterStyles } from './meter-styles.ts';
import { meterView, type Acts } from './meter-view.ts';
import { Reading } from './reading.ts';

type Made = ConstructorParameters<typeof Payment>;

export class MeterVisit extends Visit {
  /** Which meter the attributes mean, and what they say of it */
  #meant: string | undefined;
  #terms: Terms | undefined;
  #made: Promise<Meter> | undefined;
  #reading: Reading | undefined;
  /** A tap of this visit started it: what a reload finds is never started */
  #tapped = false;
  /** The page heard of this start before money moved, and didn't mind */
  #allowed = false;
  /** What the page heard last */
  #paid: Paid | undefined;
  #told: Pick<MeterState, 'is' | 'units'> | undefined;
  /** The words that the running meter began with */
  #said = '';

  constructor(...[face, sdk, load]: Made) {
    super(
      meterFace(face, () => this.#reading?.line),
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
    const meant = this.#mean();
    if (this.#reading || !this.wish()) return super.begin();
    const ready = (): void => {
      if (this.#meant !== meant) return;
      super.begin();
      const { state, busy } = this.face;
      if (!busy && (state === 'ready' || state === 'idle')) this.rest();
      this.#tell();
    };
    this.#meter().then(ready, () => undefined);
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
    const meter = await this.#meter();
    const { isDone, rest, state } = this.#read(await meter.refresh());
    if (isDone) this.rest();
    else if (rest > 0) await meter.start();
    else await super.ask(state.next);
  }

  /** What stands in the way of a meter that ran begins with what it came to. */
  override offer(...[quote, said, choice]: Parameters<Visit['offer']>): void {
    const isHalted = this.#reading?.state.is === 'refused';
    super.offer(
      quote,
      isHalted ? html`${this.#reading?.halted} <span>${said}</span>` : said,
      choice,
    );
  }

  override isAllowed(quote: Quote): boolean {
    return (this.#allowed = super.isAllowed(quote));
  }

  override settled(paid: Paid): void {
    this.open = undefined;
    if (paid.text && this.#paid?.text === paid.text) return;
    this.face.know({ playMoney: paid.receipt.env === 'test' });
    this.#tellPaid(paid);
    this.#do(async (meter) => {
      await meter.add(paid);
      const { isTaps } = this.#read(meter.state());
      if (this.#tapped && !isTaps) return meter.start();
      this.rest(isTaps);
      this.#tell();
    });
  }

  /** Nothing is opened: what a unit bought, its page shows. One that costs nothing runs as well. */
  override deliver(): void {
    if (!this.#reading?.isTaps) this.#do((meter) => meter.start());
  }

  /** As before any tap, or as it was left. @param justPaid a tap that is all there is to it */
  override rest(justPaid = false): void {
    const reading = this.#reading;
    if (!reading?.state.units) return super.rest();
    const { state, cost, amount, rest } = reading;
    const isStopped = state.is === 'stopped';
    if (reading.isDone) {
      this.show('paid', words.ended(amount, cost));
    } else if (rest > 0 && !isStopped)
      this.show('paused', words.paused(cost, rest), { choices: [meterView(reading, this.#acts)] });
    else {
      const kept = rest > 0 ? ` ${words.kept(rest)}` : '';
      const count = isStopped ? words.stopped(amount, cost) + kept : `${reading.soFar}.`;
      const paid = justPaid ? `${words.tapped(this.label())} ` : '';
      this.show(this.face.price ? 'ready' : 'idle', paid + count);
    }
  }

  /** Attributes that changed mean another meter. The one before waits, with what is left of it. */
  #mean(): string {
    const meant = this.key();
    if (this.#meant !== meant) {
      this.leave();
      this.#meant = meant;
      this.#terms = termsOf(this.face.element);
      this.#made = this.#reading = this.#told = undefined;
    }
    return meant;
  }

  #meter(): Promise<Meter> {
    const made = (this.#made ??= this.#make());
    made.catch(() => {
      if (this.#made === made) this.#made = undefined;
    });
    return made;
  }

  async #make(): Promise<Meter> {
    const [meant, terms, target] = [this.#meant, this.#terms, super.wish()];
    if (!target || !terms) throw new Problem('malformed-request');
    const micro = await this.sdk.whole();
    const allow = (quote: Quote): boolean => this.#mayPay(quote);
    const meter = await micro.meter({ target, ...terms, allow }, (state) => {
      if (this.#meant === meant) this.#hear(state);
    });
    if (this.#meant === meant) this.#read(meter.state());
    return meter;
  }

  #do(act: (meter: Meter) => void | Promise<void>): void {
    const meter = this.#meter();
    this.run(async () => act(await meter));
  }

  /** A unit costs what stands on the button, and the page is asked once in each start. */
  #mayPay(quote: Quote): boolean {
    const { price } = this.face;
    if (!price || !isSame(price, quote.money)) throw new Problem('price-mismatch');
    return this.#allowed || this.isAllowed(quote);
  }

  #read(state: MeterState): Reading {
    const { unitMs = 0, most = Infinity } = this.#terms ?? {};
    return (this.#reading = new Reading(state, { unitMs, most }, this.face));
  }

  #hear(state: MeterState): void {
    const was = this.#reading?.state.is;
    const { is, paid, problem, next } = state;
    const reading = this.#read(state);
    if (paid && paid !== this.#paid) this.#tellPaid(paid);
    this.#tell();
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
    void this.fail(problem, this.#paid?.receipt.iss);
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
        if (rest > 0) await meter.start();
        else this.rest();
      });
    },
  };

  #tellPaid(paid: Paid): void {
    const { receipt, text, response } = paid;
    this.#paid = paid;
    this.face.emit('micro-pay-paid', { receipt, text, response });
  }

  /** Each change of what it is, and each unit. */
  #tell(): void {
    const reading = this.#reading;
    if (!reading) return;
    const { units, used, cost, paid, response } = reading.state;
    const is = reading.rest > 0 && reading.state.is === 'idle' ? 'paused' : reading.state.is;
    const [told, isMore] = [this.#told, units !== (this.#told?.units ?? 0)];
    if (!isMore && is === (told?.is ?? 'idle')) return;
    this.#told = { is, units };
    const free = isMore && !paid && response ? { response } : {};
    this.face.emit('micro-pay-meter', { is, units, used, cost, ...free });
  }
}

const isSame = (a: Money, b: Money): boolean => {
  const [left, right] = [ledgerUnits(a), ledgerUnits(b)];
  return left?.amount === right?.amount && left?.currency === right?.currency;
};

/** One button's payment from the tap to its outcome. It asks the SDK and shows what came back; about money it decides nothing. */
import type { MicroPay, Paid, Quote, Target, WalletWindow } from '../src/client/api.ts';
import type { Money } from '../src/protocol/price.ts';
import { Problem } from '../src/protocol/problem.ts';
import { payeeFrom } from '../src/protocol/wallet-address.ts';
import { Consent } from './consent.ts';
import { Deadline } from './deadline.ts';
import { Dialogs } from './dialogs.ts';
import type { Face } from './face.ts';
import { nothingToPay } from './messages/en/payment.ts';
import { problemOf, stateOf } from './outcome.ts';
import { fateOf, patience, quoteSoon, settleBy } from './patience.ts';
import { wearPaymentStyles } from './payment-styles.ts';
import { isSame, isSamePrice, targetOf } from './setup.ts';
import { Sign } from './sign.ts';

export class Payment {
  readonly #face: Face;
  readonly #micro: MicroPay;
  readonly #dialogs: Dialogs;
  readonly #sign: Sign;
  readonly #consent: Consent;
  /** What was begun and has no known end: the next tap asks for it first, and pays nothing new before. */
  #open: Target | undefined;
  #paid: Paid | undefined;

  constructor(face: Face, micro: MicroPay) {
    this.#face = face;
    this.#micro = micro;
    this.#dialogs = new Dialogs(face, micro);
    this.#sign = new Sign(face);
    this.#consent = new Consent({ face, micro, sign: this.#sign, dialogs: this.#dialogs });
    wearPaymentStyles(face.element);
  }

  /** The button means something else now, or was taken away: nobody is asked any more. What was signed `resume` finds again. */
  leave(): void {
    this.#paid = undefined;
    this.#dialogs.close();
    this.#consent.stop();
  }

  tap(target: Target): void {
    const open = this.#open;
    const paid = this.#paid;
    if (paid) this.#run(() => this.#receipt(paid));
    else if (open) this.#run(() => this.#check(open, () => this.#ask(target)));
    else this.#run(() => this.#ask(target));
  }

  details(target: Target): void {
    this.#run(() => this.#account(target));
  }

  /** Finishes what an earlier visit left open: a return from the wallet, a reload in the midst of a payment. */
  resume(target: Target): void {
    this.#run(async () => {
      // Most often there is nothing, and it is known at once: no button shall flicker for that.
      const slow = setTimeout(() => this.#sign.show('checking'), 300);
      this.#open = target;
      const paid = await fateOf(this.#micro, target).finally(() => clearTimeout(slow));
      if (paid) return this.#settled(paid);
      this.#open = undefined;
      if (this.#face.state === 'checking') this.#sign.rest();
    });
  }

  /** Reads the price of an address that the page doesn't state. A failure waits for the tap. */
  async readPrice(target: Target): Promise<void> {
    const quote = await quoteSoon(this.#micro, target).catch(() => undefined);
    if (quote && !quote.response && this.#face.state === 'idle') this.#learn(quote);
  }

  fail(problem: Problem, wallet?: string): void {
    this.#dialogs.close();
    if (problem.moneyMoved === 'no') this.#open = undefined;
    this.#sign.refuse(problem, wallet);
  }

  /** Every way ends in a state with words. */
  #run(act: () => void | Promise<void>): void {
    Promise.resolve()
      .then(act)
      .catch((error: unknown) => this.fail(problemOf(error)));
  }

  #learn({ money, payee }: Quote): void {
    const session = this.#micro.$session.get();
    const playMoney = session?.payee === payee.url && session.env === 'test';
    this.#face.know({ price: money, ...(playMoney ? { playMoney } : {}) });
    this.#sign.show('ready');
  }

  /** What stands on the button is what is paid: a tap on no price only shows it, and a tap on another one pays nothing. */
  async #ask(target: Target): Promise<void> {
    const shown = this.#face.price;
    const quote = await quoteSoon(this.#micro, target);
    if (quote.response) {
      this.#sign.show('ready', { words: nothingToPay });
      return this.#deliver(target);
    }
    if (!isSame(target, targetOf(this.#face.element))) throw new Problem('price-mismatch');
    if (!shown) return this.#learn(quote);
    if (!isSamePrice(shown, quote.money)) return this.#refuseOtherPrice(quote.money);
    if (quote.owned) return this.#settle(quote);
    if (quote.ready)
      return this.#consent.isAllowed(quote) ? this.#settle(quote) : this.#sign.rest();
    const { obstacle = new Problem('not-connected') } = quote;
    if (obstacle.code !== 'cap-reached' && stateOf(obstacle) !== 'approve')
      return this.fail(obstacle, quote.payee.wallet);
    await this.#consent.ask(quote, obstacle, {
      settle: (wallet) => this.#run(() => this.#settle(quote, wallet)),
      back: () => this.resume(target),
      fail: (error) => this.fail(problemOf(error)),
    });
  }

  /** Where the page states no price, the new one stands on the button for the next tap. */
  #refuseOtherPrice(price: Money): void {
    if (this.#face.element.amount == null) this.#face.know({ price });
    this.fail(new Problem('price-mismatch'));
  }

  async #receipt(paid: Paid): Promise<void> {
    this.#sign.show('paid');
    const again = (): void => {
      this.#paid = undefined;
      this.#face.know({ price: undefined });
      this.#sign.rest();
    };
    await this.#dialogs.receipt(paid, 'to' in paid.target ? again : undefined);
  }

  /** Limits and receipts of the payee; an address is asked who that is. */
  async #account(target: Target): Promise<void> {
    if ('to' in target) return this.#dialogs.account(payeeFrom(target.to), this.#face.price);
    const quote = await quoteSoon(this.#micro, target);
    if (!quote.response) await this.#dialogs.account(quote.payee, quote.money);
  }

  async #settle(quote: Quote, wallet?: WalletWindow): Promise<void> {
    const deadline = new Deadline(wallet ? patience.confirm : patience.settle);
    const stopListening = wallet && this.#consent.wait(quote, deadline);
    if (!wallet) this.#sign.show('paying');
    this.#open = quote.target;
    this.#face.know({ price: quote.money });
    try {
      const paid = await settleBy(deadline, this.#micro, quote, wallet);
      if (paid !== Deadline.passed) return this.#settled(paid);
    } catch (error) {
      return this.fail(problemOf(error), quote.payee.wallet);
    } finally {
      stopListening?.();
    }
    await this.#check(quote.target, () => this.fail(new Problem('aborted')));
  }

  /** @param nothing what to do when it turns out that nothing was under way */
  async #check(target: Target, nothing: () => void | Promise<void>): Promise<void> {
    this.#dialogs.close();
    this.#open = target;
    this.#sign.show('checking');
    const paid = await fateOf(this.#micro, target);
    if (paid) return this.#settled(paid);
    this.#open = undefined;
    await nothing();
  }

  #settled(paid: Paid): void {
    const { receipt, text, target, response } = paid;
    this.#open = undefined;
    if (this.#paid?.text === text) return;
    this.#paid = paid;
    this.#dialogs.close();
    this.#face.know({
      price: { amount: receipt.amt, currency: receipt.cur },
      playMoney: receipt.env === 'test',
    });
    this.#sign.show('paid');
    const detail = { receipt, text, ...(response ? { response } : {}) };
    if (this.#face.emit('micro-pay-paid', detail)) this.#deliver(target);
  }

  /** A navigation can't carry a receipt: the site's own cookie opens the page now. */
  #deliver(target: Target): void {
    const { element } = this.#face;
    if (!('url' in target) || !element.isConnected) return;
    if (new URL(target.url).origin === location.origin) location.assign(target.url);
  }
}

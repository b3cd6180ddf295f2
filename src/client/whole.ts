/** The whole of the SDK but what a page can watch: a first payment's part, and the rest loaded on use. */
import { assertAccepted } from './accepted.ts';
import type { MicroPay, Paid, Quote } from './api.ts';
import type { Context } from './context.ts';
import { chargeOf, payer } from './payer.ts';

/** Until a payment is given back without the words about it. */
const patienceMs = 1_000;

export function microPayIn(context: Context): Omit<MicroPay, `$${string}`> {
  const first = payer(context);
  const underWay = new WeakMap<Quote, Promise<Paid>>();
  const pay = async (...[quote, how]: Parameters<MicroPay['settle']>): Promise<Paid> => {
    try {
      const paid = await first.settle(quote, how);
      const telling = context.later().then(({ tellPaid }) => tellPaid(context, chargeOf(quote)));
      // Whoever waits for the payment doesn't wait for words about it.
      await Promise.race([telling.catch(() => undefined), context.wait(patienceMs)]);
      return paid;
    } catch (problem) {
      underWay.delete(quote);
      throw problem;
    }
  };
  const micro: Omit<MicroPay, `$${string}`> = {
    ...first,
    quote: async (target, how) => {
      const quote = await first.quote(target, how);
      if (!quote.response) assertAccepted(context, quote.payee.wallet);
      return quote;
    },
    /**
     * As the button's, and whoever watches the session hears of it. The same quote, however often: one payment. After a
     * failure it may be asked again; a refusal of the wallet stays.
     */
    settle: (quote, how) => {
      const payment = underWay.get(quote) ?? pay(quote, how);
      underWay.set(quote, payment);
      return payment;
    },
    redirect: async (made, how) => (await context.later()).redirect(context, chargeOf(made), how),
    /** A fate that can't be asked for is unknown. */
    resume: async (target, how) =>
      (await context.later('answer-unknown')).resume({ ...context, ...how }, target),
    pay: async (target, how) => (await context.later()).pay(context, micro, target, how),
    fetch: async (url, init) => (await context.later()).payingFetch(micro, url, init),
    connect: async (payee, how) =>
      (await context.later()).connect({ ...context, signal: how?.signal }, micro, payee, how),
    disconnect: async (payee) => (await context.later()).disconnect(context, payee),
    undo: async (receipt) => (await context.later()).undo(context, receipt),
    meter: async (options, tell = () => undefined) =>
      (await context.later()).meter(context, micro, options, tell),
    close: async (payee) => (await context.later()).closeSession(context, payee),
    statement: async (payee) => (await context.later()).statementOf(context, payee),
    caps: {
      get: async (payee) => (await context.later()).capsFor(context, payee),
      set: async (payee, caps) => (await context.later()).changeCaps(context, payee, caps),
    },
    owned: async (payee, how) => (await context.later()).owned(context, payee, how),
    receipts: {
      list: async (filter) => (await context.later()).listReceipts(context, filter),
    },
  };
  return micro;
}

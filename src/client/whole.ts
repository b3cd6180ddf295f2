/** The whole of the SDK but what a page can watch: a first payment's part, and the rest loaded on use. */
import { accountOf } from './account.ts';
import type { MicroPay } from './api.ts';
import type { Context } from './context.ts';
import { chargeOf, payer } from './payer.ts';

export function microPayIn(context: Context): Omit<MicroPay, `$${string}`> {
  const first = payer(context);
  const micro: Omit<MicroPay, `$${string}`> = {
    ...first,
    /** As the button's; and whoever watches the session hears of it. */
    settle: async (quote, how) => {
      const paid = await first.settle(quote, how);
      const account = await accountOf(context, quote.payee.url);
      const telling = context.later().then(({ tellSession }) => tellSession(context, account));
      // Said beside the payment: unheard, it is paid all the same.
      await telling.catch(() => undefined);
      return paid;
    },
    redirect: async (made, how) => (await context.later()).redirect(context, chargeOf(made), how),
    resume: async (target, how) => (await context.later()).resume({ ...context, ...how }, target),
    pay: async (target, how) => (await context.later()).pay(context, micro, target, how),
    fetch: async (url, init) => (await context.later()).payingFetch(micro, url, init),
    connect: async (payee, how) =>
      (await context.later()).connect({ ...context, signal: how?.signal }, micro, payee, how),
    disconnect: async (payee) => (await context.later()).disconnect(context, payee),
    caps: {
      get: async (payee) => (await context.later()).capsFor(context, payee),
      set: async (payee, caps) => (await context.later()).changeCaps(context, payee, caps),
    },
    receipts: {
      list: async (filter) => (await context.later()).listReceipts(context, filter),
    },
  };
  return micro;
}

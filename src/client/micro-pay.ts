/** `createMicroPay`: the payer's side of one page, put together from its parts. */
import { startUrl } from '../protocol/doors.ts';
import type { MicroPay, Options, Paid, Quote, SettleOptions } from './api.ts';
import { chargeFor, type Charge } from './charge.ts';
import { newNonce } from './consent/question.ts';
import { contextFrom } from './context.ts';
import type { Ports } from './ports.ts';
import { quoteFrom, standingOf } from './quote.ts';
import { showReceipts } from './receipts.ts';
import { settle } from './settle.ts';
import { withWindow } from './window.ts';

/**
 * Makes the payer's side of a page: approval, limits, payments, receipts.
 * What a first payment by window needs is here; the rest is loaded on use.
 * @example
 * const micro = createMicroPay();
 * button.onclick = () => micro.pay({ to: 'https://wallet.example/~maya', amount: '0.02', currency: 'USD' });
 * @param ports for tests: windows, waiting and the lock between tabs
 */
export function createMicroPay(options: Options = {}, ports: Partial<Ports> = {}): MicroPay {
  const context = contextFrom(options, ports, () => import('./later/index.ts'));
  const charges = new WeakMap<Quote, Charge>();
  const settling = new WeakMap<Quote, Promise<Paid>>();

  const chargeOf = (made: Quote): Charge => {
    const charge = charges.get(made);
    if (!charge) throw new Error('Only what `quote` gave can be settled.');
    return charge;
  };

  /** Paid or not, the list shows what is kept: paid and not delivered has a receipt too. */
  const settled = async (charge: Charge, { wallet, signal }: SettleOptions): Promise<Paid> => {
    try {
      return await settle({ ...context, signal }, charge, wallet);
    } finally {
      await showReceipts(context);
    }
  };

  const micro: MicroPay = {
    quote: async (target, { signal } = {}) => {
      const asking = { ...context, signal };
      const charge = await chargeFor(asking, target);
      if ('response' in charge) return charge;
      const made = quoteFrom(target, charge, await standingOf(asking, charge));
      charges.set(made, charge);
      return made;
    },
    openWallet: ({ payee }) => {
      const nonce = newNonce(context);
      return { nonce, window: context.page?.open(startUrl(payee.wallet, nonce)) ?? null };
    },
    /** The same quote, however often: one payment. After a failure it may be tried again. */
    settle: (made, how = {}) => {
      const known = settling.get(made);
      if (known) return known;
      const paying = withWindow(how.wallet, settled(chargeOf(made), how));
      settling.set(made, paying);
      paying.catch(() => settling.delete(made));
      return paying;
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
    ...context.stores,
  };
  return micro;
}

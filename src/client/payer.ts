/** What a button asks of the SDK: a price, the wallet's window, a payment. The way of a first payment, and no more. */
import { startUrl } from '../protocol/doors.ts';
import type { Paid, Payer, Quote } from './api.ts';
import { chargeFor, type Charge } from './charge.ts';
import { newNonce } from './consent/question.ts';
import type { Context } from './context.ts';
import { quoteFrom, standingOf } from './quote.ts';
import { settle } from './settle.ts';
import { withWindow } from './window.ts';

const charges = new WeakMap<Quote, Charge>();
const settling = new WeakMap<Quote, Promise<Paid>>();

export function chargeOf(made: Quote): Charge {
  const charge = charges.get(made);
  if (!charge) throw new Error('Only what `quote` gave can be settled.');
  return charge;
}

export const payer = (context: Context): Payer => ({
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
    const paying = withWindow(
      how.wallet,
      settle({ ...context, ...how }, chargeOf(made), how.wallet),
    );
    settling.set(made, paying);
    paying.catch(() => settling.delete(made));
    return paying;
  },
});

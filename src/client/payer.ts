/** What a button asks of the SDK: a price, the wallet's window, a payment. The way of a first payment, and no more. */
import { startUrl } from '../protocol/doors.ts';
import type { Paid, Payer, Quote } from './api.ts';
import { chargeFor, type Charge } from './charge.ts';
import { newNonce } from './consent/question.ts';
import type { Context } from './context.ts';
import { quoteOf } from './quote.ts';
import { settle } from './settle.ts';

/** What stands behind a quote */
const made = new WeakMap<Quote, { charge: Charge; paying?: Promise<Paid> | undefined }>();

function behind(quote: Quote): { charge: Charge; paying?: Promise<Paid> | undefined } {
  const known = made.get(quote);
  if (!known) throw new Error('Only what `quote` gave can be settled.');
  return known;
}

export const chargeOf = (quote: Quote): Charge => behind(quote).charge;

export const payer = (context: Context): Payer => ({
  quote: async (target, { signal } = {}) => {
    const asking = { ...context, signal };
    const charge = await chargeFor(asking, target);
    if ('response' in charge) return charge;
    const quote = await quoteOf(asking, target, charge);
    made.set(quote, { charge });
    return quote;
  },
  openWallet: ({ payee }) => {
    const nonce = newNonce(context);
    return { nonce, window: context.page?.open(startUrl(payee.wallet, nonce)) ?? null };
  },
  /** The same quote, however often: one payment. After a failure it may be asked again; a refusal of the wallet stays. */
  settle: (quote, how = {}) => {
    const known = behind(quote);
    return (known.paying ??= settle({ ...context, ...how }, known.charge, how.wallet).catch(
      (problem: unknown) => {
        known.paying = undefined;
        throw problem;
      },
    ));
  },
});

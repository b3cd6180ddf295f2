/** What a button asks of the SDK: a price, the wallet's window, a payment. The way of a first payment, and no more. */
import { startUrl } from '../protocol/doors.ts';
import type { Payer, Quote } from './api.ts';
import { accountPrefix } from './account.ts';
import { askedCharge, tipCharge, type Charge } from './charge.ts';
import type { Context } from './context.ts';
import { newNonce } from './nonce.ts';
import { quoteOf } from './quote.ts';
import { settle } from './settle.ts';

/** What stands behind a quote */
const charges = new WeakMap<Quote, Charge>();

/** Who asks `whole.ts` is told where a quote is another's; the button has only its own. */
export const chargeOf = (quote: Quote): Charge => charges.get(quote) as Charge;

export const payer = (context: Context): Payer => ({
  quote: async (target, { signal } = {}) => {
    const asking = { ...context, signal };
    // Where nobody was paid before there is no session.
    const [known] = await context.storage.list(accountPrefix);
    const ask = known ? (await context.later()).tapOrCharge : askedCharge;
    const charge = 'to' in target ? tipCharge(asking, target) : await ask(asking, target);
    if ('response' in charge) return charge;
    const quote = await quoteOf(asking, target, charge);
    charges.set(quote, charge);
    return quote;
  },
  openWallet: ({ payee }) => {
    const nonce = newNonce(context);
    return { nonce, window: context.page?.open(startUrl(payee.wallet, nonce)) ?? null };
  },
  settle: async (quote, how = {}) => settle({ ...context, ...how }, chargeOf(quote), how.wallet),
});

/** What a button asks of the SDK: a price, the wallet's window, a payment. The way of a first payment, and no more. */
import { startUrl } from '../protocol/doors.ts';
import type { FreeAnswer, Payer, Quote } from './api.ts';
import { accountPrefix } from './account.ts';
import { askedCharge, tipCharge, type Address, type Charge } from './charge.ts';
import type { Context } from './context.ts';
import { newNonce } from './nonce.ts';
import { quoteOf } from './quote.ts';
import { settle } from './settle.ts';

/** What stands behind a quote */
const charges = new WeakMap<Quote, Charge>();

export function chargeOf(quote: Quote): Charge {
  const charge = charges.get(quote);
  if (!charge) throw new Error('Only what `quote` gave can be settled.');
  return charge;
}

/** Where nobody was paid before there is no session. */
const chargeAt = async (context: Context, target: Address): Promise<Charge | FreeAnswer> =>
  (await context.storage.list(accountPrefix))[0]
    ? (await context.later()).tapOrCharge(context, target)
    : askedCharge(context, target);

export const payer = (context: Context): Payer => ({
  quote: async (target, { signal } = {}) => {
    const asking = { ...context, signal };
    const charge = 'to' in target ? tipCharge(asking, target) : await chargeAt(asking, target);
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

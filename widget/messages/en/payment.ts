/** English words of a payment's way from the tap to the receipt. */
import type { Quote } from '../../../src/client/api.ts';

/** A stranger's words stand apart: they can't change the direction of ours. */
const to = ({ payee, reason }: Quote): string =>
  `${payee.name} at ${new URL(payee.wallet).host}${reason && `, for “\u2068${reason}\u2069”`}`;

export const payment = {
  /** Before the first window opens */
  explain: (price: string, quote: Quote): string =>
    `${price} to ${to(quote)}. Your wallet will ask you. First time? It takes about 30 seconds. Nothing is charged without your confirmation.`,
  goOn: 'Continue',
  notNow: 'Not now',
  confirming: 'Please answer in the wallet’s window.',
  stopWaiting: 'Stop waiting',
  paying: (price: string): string => `Paying ${price}.`,
  paid: (price: string): string => `Paid ${price}.`,
  /** Where more words can't be loaded */
  unknown:
    'No connection. You may have been charged. Tap to ask again; you will not be charged twice.',
};

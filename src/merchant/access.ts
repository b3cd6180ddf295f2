/** How the door was opened, and by whom: what the payee's code learns about a visitor. */
import type { Receipt } from '../protocol/receipt.ts';
import type { TapReceipt } from '../protocol/tap-receipt.ts';
import type { Payer } from './store.ts';

export interface Access {
  /**
   * `payment`: paid just now · `repeat`: the same credential again, because its answer may have got lost ·
   * `receipt`: owned, shown by receipt and key · `cookie`: owned, shown by the access cookie · `free`: not for sale ·
   * `tap`: paid just now, of a session · `owned`: owned, shown by a session, and the tap was not taken
   */
  by: 'payment' | 'repeat' | 'receipt' | 'cookie' | 'free' | 'tap' | 'owned';
  /** The payer, pairwise: no other payee knows them by this name. Absent when a repeat's cookie opened, or nothing was to pay. */
  payer?: Payer;
  /** What the wallet signed. `receipt.jti` is the key to be idempotent by where a request does more than read. */
  receipt?: Receipt;
  /** What we signed for a tap. `tap.tap` is the key to be idempotent by. */
  tap?: TapReceipt;
}

const known = new WeakMap<object, Access>();

/** Notes how the door was opened, for handlers that only see the framework's own request. */
export const noteAccess = (request: object, access: Access): void => {
  known.set(request, access);
};

/**
 * How this request was let in; undefined when no paywall saw it.
 * @param request the request that was handed to the adapter: `c.req.raw` in hono, `req` in Express
 */
export const accessOf = (request: object): Access | undefined => known.get(request);

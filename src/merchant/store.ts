/** What a paywall remembers, as a small interface: payments that were taken, and what their payers own. */

import type { SessionStore } from './sessions/session-store.ts';

/** A payer, as one wallet names them to this payee. */
export interface Payer {
  iss: string;
  sub: string;
}

export interface Purchase extends Payer {
  scope: string;
  /** Seconds since 1970 */
  until: number;
}

/** One payment or proof, to be taken once. */
export interface Payment {
  id: string;
  /** Hash of the credential's bytes: only the same bytes are answered again */
  credential: string;
  /** When it was taken, seconds since 1970 */
  at: number;
}

/** A wallet's published keys, as they were fetched. */
export interface KeptKeys {
  /** The text of its key set */
  jwks: string;
  /** When it was fetched, seconds since 1970 */
  at: number;
}

/** `taken` now; `repeat`: the same bytes were taken before; `used`: others were. */
export type Outcome = 'taken' | 'repeat' | 'used';

/** Bring your own database: `take` must be one transaction, and right when replicas race. */
export interface PaywallStore {
  find: (id: string) => Promise<Payment | undefined>;
  /** Takes a payment once and, when it is taken now, keeps what was bought. All or nothing, kept before it resolves. */
  take: (payment: Payment, purchase?: Purchase) => Promise<Outcome>;
  /** @param now seconds since 1970 */
  owns: (owner: Payer & { scope: string }, now: number) => Promise<boolean>;
  /** Without these two, a paywall that is started while its wallet is away can check no payment. */
  keysOf?: (wallet: string) => Promise<KeptKeys | undefined>;
  keepKeys?: (wallet: string, keys: KeptKeys) => Promise<void>;
  /** Needed where you sell by session */
  sessions?: SessionStore;
}

/** Taken payments may be forgotten after this many seconds: their challenges ended long before. */
export const forgetAfterSeconds = 86_400;

export const outcomeOf = (earlier: Payment, payment: Payment): Outcome =>
  earlier.credential === payment.credential ? 'repeat' : 'used';

/** What a paywall remembers of sessions: how much each payer has signed, what was taken of it, and for which taps. Amounts are in units of the ledger. */
import type { Payer } from '../store.ts';

export interface SessionKey {
  /** Origin of the wallet */
  iss: string;
  sid: string;
}

/** One session as the payee keeps it: `settled ≤ claimed ≤ spent − undone ≤ accepted ≤ deposit`. */
export interface Session extends SessionKey {
  /** Number of writes so far; 0: not written yet */
  version: number;
  /** URL of the payee */
  payee: string;
  /** The payer, pairwise */
  sub: string;
  /** As the wallet signed it, of the highest `seq` */
  grant: string;
  seq: number;
  deposit: bigint;
  /** Until then the wallet redeems its vouchers, seconds since 1970 */
  redeemBy: number;
  /** The one of the highest sum; empty before the first */
  voucher: string;
  /** What the payer signed for in all */
  accepted: bigint;
  /** How far an answer that runs may go by itself: as `accepted`, but what was signed for a tap that was given back is signed for no other */
  signed: bigint;
  /** What taps cost in all, and what of it was given back */
  spent: bigint;
  undone: bigint;
  /** What the wallet is, or was, asked for in all; it never falls */
  claimed: bigint;
  /** What the wallet said has moved in all */
  settled: bigint;
  /** `closing`: nothing more is taken, and the wallet is still to be told */
  state: 'open' | 'closing' | 'closed';
  /** Why the wallet refused to settle it; asked again only once there is a newer voucher */
  refused: string;
  /** There is something to tell the wallet */
  pending: boolean;
}

/** One tap, and what it bought: a row of its own, so that taking it back ends what it opened. */
export interface Tap extends SessionKey {
  tap: string;
  sub: string;
  /** Method, path and query it was for */
  res: string;
  /** What is owned by it until `until`, seconds since 1970; 0: nothing */
  scope: string;
  until: number;
  title: string;
  /** What it cost when it was taken; of a metered tap each event */
  price: bigint;
  /** A metered tap grows */
  amount: bigint;
  /** What of it the wallet is asked for, and what the payer's statement was told */
  claimed: bigint;
  told: bigint;
  /** When it was taken, seconds since 1970 */
  at: number;
  /** `undone` by the payer · `failed`: given back, because there was nothing to deliver */
  state: 'taken' | 'undone' | 'failed';
  reason: 'tapped' | 'metered';
  /** Hash of the voucher that came with it: the same bytes are answered again */
  voucher: string;
  /** The wallet is still to be told of it */
  pending: boolean;
}

/**
 * Bring your own database. `save` decides every race, also between instances that share it: it is one transaction, all
 * or nothing, and kept before it resolves.
 */
export interface SessionStore {
  find: (key: SessionKey, tap?: string) => Promise<{ session?: Session; tap?: Tap }>;
  /**
   * Writes a session and some of its taps, if the session that is kept has `session.version`, or there is none and that is 0.
   * The kept one has the next number then.
   * @returns false, and nothing is written, when somebody else was faster
   */
  save: (session: Session, taps: readonly Tap[]) => Promise<boolean>;
  /** Whether a tap that is `taken` gave this payer the scope, for longer than `now` */
  owns: (owner: Payer & { scope: string }, now: number) => Promise<boolean>;
  /** How many taps of this payer since then are `undone` */
  undone: (payer: Payer, since: number) => Promise<number>;
  /** Sessions of a payee that are `pending`, with ids behind `after`, in the order of their ids */
  pending: (payee: string, after: string, limit: number) => Promise<Session[]>;
  /** Taps of a session that are `pending`, the oldest first */
  untold: (key: SessionKey, limit: number) => Promise<Tap[]>;
  /** Drops what is neither pending nor of use any more: see `isForgotten` */
  forget: (now: number) => Promise<void>;
}

/** A tap is known this long, and as long as it is owned; a session, after its last voucher could be redeemed. */
export const keepSeconds = 8 * 86_400;

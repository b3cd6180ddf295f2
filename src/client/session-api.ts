/** What the SDK offers to a page about sessions, as types: whether one is used, meters, and what became of a session. */
import type { Problem } from '../protocol/problem.ts';
import type { Paid, Quote, SettleOptions, Target } from './api.ts';

/** Of what is set aside here, by one request to the payee's server; or by a charge, which the wallet is asked for. */
export type Way =
  | {
      by: 'session';
      /** `held`: what is set aside covers it. `to-be-held`: the wallet is asked first to set aside more; where it doesn't, it is a charge */
      because: 'held' | 'to-be-held';
    }
  | {
      by: 'charge';
      /**
       * `not-offered`: no server asked, or it doesn't sell by session. `ending`: what is set aside has ended, or does within an hour.
       * `key-in-memory`: the browser can't keep this page's key, and nothing is set aside for it.
       */
      because: 'not-offered' | 'ending' | 'key-in-memory';
    };

/** What a meter counts. */
export interface MeterOptions {
  /** `{n}` in the address, or after the reason of a payment without a server, is the number of the unit, from 1 */
  target: Target;
  /** Milliseconds of one unit; a minute by default. 0 where a unit is no time: each one is counted by `add` */
  unitMs?: number;
  /** The most units; no bound but the limits by default */
  most?: number;
  /** Asked before a unit is paid by itself; false is a pause, and a Problem it throws a refusal */
  allow?: (quote: Quote) => boolean;
}

export interface MeterState {
  /** `hidden`: it goes on by itself when the page is looked at again */
  is: 'idle' | 'running' | 'paused' | 'hidden' | 'stopped' | 'refused';
  /** Units paid */
  units: number;
  /** Milliseconds of the newest unit that are used */
  used: number;
  /** What all of them cost, in units of the ledger */
  cost: bigint;
  /** The ledger's unit, `usd-micro`; known once a unit was paid */
  currency?: string | undefined;
  /** What may still be paid here, when the newest unit was paid */
  left?: Left | undefined;
  /** The unit that is paid next */
  next: Target;
  /** Why it was refused: `nextStep` says the way on */
  problem?: Problem | undefined;
  /** The newest unit that was paid in this visit */
  paid?: Paid | undefined;
  /** What the newest unit's address answered; its body is unread */
  response?: Response | undefined;
}

/** What the tightest limit leaves, of this device and the wallet, in units of the ledger. */
export interface Left {
  amount: bigint;
  limit: bigint;
  /** The limit is for a day, or for all time */
  span: 'day' | 'total';
}

export interface Meter {
  /** Starts or goes on; call it in the click, where an approval may be needed. Resolves when it has come to a halt. */
  start: (options?: SettleOptions) => Promise<void>;
  /** Counts the unit `next` as paid, by `settle`. A receipt counts once. It starts nothing and tells nothing. */
  add: (paid: Paid) => Promise<void>;
  /** Halts it; the rest of a paid unit stays. */
  pause: () => Promise<void>;
  stop: () => Promise<void>;
  state: () => MeterState;
  /** As it is when other tabs have used it: a meter is one, wherever it stands open. */
  refresh: () => Promise<MeterState>;
}

/** What became of a session, in units of the ledger. */
export interface SessionStatement {
  sid: string;
  /** Reserved in all, taken by the payee, taken back at the wallet, given back */
  reserved: bigint;
  settled: bigint;
  undone: bigint;
  back: bigint;
  /** Nothing is reserved any more */
  ended: boolean;
  /** Every tap in it has a receipt here, or its answer is still awaited, and nothing more was taken than was got */
  fits: boolean;
}

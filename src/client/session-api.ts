/** What the SDK offers to a page about sessions, as types: meters, and what became of a session. */
import type { Problem } from '../protocol/problem.ts';
import type { SettleOptions, Target } from './api.ts';

/** What a meter counts. */
export interface MeterOptions {
  /** `{n}` in the address, or after the reason of a payment without a server, is the number of the unit, from 1 */
  target: Target;
  /** Milliseconds of one unit; a minute by default */
  unitMs?: number;
  /** The most units; no bound but the limits by default */
  most?: number;
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
  /** Why it was refused: `nextStep` says the way on */
  problem?: Problem | undefined;
  /** What the newest unit's address answered; its body is unread */
  response?: Response | undefined;
}

export interface Meter {
  /** Starts or goes on; call it in the click, where an approval may be needed. Resolves when it has come to a halt. */
  start: (options?: SettleOptions) => Promise<void>;
  /** Halts it; the rest of a paid unit stays. */
  pause: () => Promise<void>;
  stop: () => Promise<void>;
  state: () => MeterState;
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
  /** Every tap in it has a receipt here, and nothing more was taken than was signed for */
  fits: boolean;
}

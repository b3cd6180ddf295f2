/** A payee's sessions and taps as it keeps them, and the sums of one. In units of the ledger. */
import type { Grant } from '../src/protocol/index.ts';

/** What a request asks for, as its server sees it. */
export interface Wanted {
  /** Id of the challenge that it answers; the server has found it its own, of this price class, and not over */
  cid: string;
  /** Method, path and query */
  res: string;
  /** The price */
  amount: bigint;
  currency: string;
  /** The site whose page asks */
  origin: string;
}

export interface Tap {
  sid: string;
  tap: string;
  res: string;
  amount: bigint;
  /** JWS, as it came */
  voucher: string;
  /** JWS, as it was answered */
  receipt: string;
  at: number;
  state: 'taken' | 'undone' | 'failed';
  /** The wallet was asked for it: it can't be undone here any more */
  claimed: boolean;
}

export interface Session {
  /** The one with the highest `seq` */
  grant: Grant;
  /** What was signed for; what was taken, and of it given back; what the wallet moved */
  accepted: bigint;
  spent: bigint;
  undone: bigint;
  settled: bigint;
  /** JWS, the highest */
  voucher: string;
  state: 'open' | 'closing' | 'closed';
  taps: Map<string, Tap>;
}

export const newSession = (grant: Grant): Session => ({
  grant,
  accepted: 0n,
  spent: 0n,
  undone: 0n,
  settled: 0n,
  voucher: '',
  state: 'open',
  taps: new Map(),
});

export const earned = ({ spent, undone }: Session): bigint => spent - undone;

export function accept(session: Session, sum: bigint, voucher: string): void {
  if (sum <= session.accepted && session.voucher) return;
  session.accepted = sum > session.accepted ? sum : session.accepted;
  session.voucher = voucher;
}

export function giveBack(session: Session, tap: Tap, state: 'undone' | 'failed'): void {
  tap.state = state;
  session.undone += tap.amount;
}

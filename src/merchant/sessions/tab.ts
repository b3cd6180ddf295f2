/** The sums of one session, and what may become of them: pure, and the only place where they change. */
import type { Session, Tap } from './session-store.ts';

/** What the payee has earned: taken and not given back. */
export const earned = ({ spent, undone }: Pick<Session, 'spent' | 'undone'>): bigint =>
  spent - undone;

/** What was signed for and nothing was taken for yet. */
export const room = (session: Session): bigint => session.accepted - earned(session);

const max = (a: bigint, b: bigint): bigint => (a > b ? a : b);
const min = (a: bigint, b: bigint): bigint => (a < b ? a : b);

/** What an answer that runs may take by itself. */
export const signedAhead = (session: Session): bigint => max(session.signed - earned(session), 0n);

/** The wallet hears of money that is not settled, of a session that ends, and of nothing twice that it refused. */
function sessionWith(session: Session, changes: Partial<Session>): Session {
  const after = { ...session, ...changes };
  after.pending = !after.refused && (after.state === 'closing' || earned(after) > after.settled);
  return after;
}

function tapWith(tap: Tap, changes: Partial<Tap>): Tap {
  const after = { ...tap, ...changes };
  after.pending = after.state === 'taken' && after.told < after.amount;
  return after;
}

/** A voucher raises what is accepted, and never lowers it. */
export function accepting(session: Session, sum: bigint, voucher: string): Session {
  const signed = max(sum, session.signed);
  if (sum > session.accepted || !session.voucher)
    return sessionWith(session, {
      accepted: max(sum, session.accepted),
      signed,
      voucher,
      refused: '',
    });
  return signed > session.signed ? { ...session, signed } : session;
}

/** A grant of a higher number brings a larger deposit and a later end; one of a lower number brings nothing. */
export const regranted = (
  session: Session,
  { grant, seq, deposit, redeemBy }: Pick<Session, 'grant' | 'seq' | 'deposit' | 'redeemBy'>,
): Session =>
  seq > session.seq || session.version === 0
    ? { ...session, grant, seq, deposit: max(deposit, session.deposit), redeemBy }
    : session;

/** Takes a new tap, or more for one that runs. */
export const taking = (session: Session, tap: Tap, amount: bigint): [Session, Tap] => [
  sessionWith(session, { spent: session.spent + amount }),
  tapWith(tap, { amount: tap.amount + amount }),
];

/** Nothing is taken for it, and it makes nothing anyone's own: a store forgets it as soon as any tap. */
export const free = (tap: Tap): Tap => tapWith(tap, { state: 'failed', until: 0 });

/** Gives a tap back, all of it. Only one that the wallet wasn't asked for. */
export const givingBack = (
  session: Session,
  tap: Tap,
  state: 'undone' | 'failed',
): [Session, Tap] => [
  sessionWith(session, {
    undone: session.undone + tap.amount,
    signed: min(session.signed, earned(session) - tap.amount),
  }),
  tapWith(tap, { state }),
];

/** Before the wallet is asked: what it is asked for can't be undone here any more. */
export function claiming(session: Session, taps: readonly Tap[]): [Session, Tap[]] {
  const more = taps.reduce((sum, tap) => sum + tap.amount - tap.claimed, 0n);
  return [
    { ...session, claimed: session.claimed + more },
    taps.map((tap) => tapWith(tap, { claimed: tap.amount })),
  ];
}

/** What the wallet said has moved, and which taps it heard of, each with its sum. */
export function telling(
  session: Session,
  settled: bigint,
  taps: readonly Tap[],
  told: ReadonlyMap<string, bigint>,
): [Session, Tap[]] {
  const heard = taps.filter(({ tap }) => told.has(tap));
  return [
    sessionWith(session, { settled: max(session.settled, settled) }),
    heard.map((tap) => tapWith(tap, { told: max(tap.told, told.get(tap.tap) ?? 0n) })),
  ];
}

export const refusing = (session: Session, code: string): Session =>
  sessionWith(session, { refused: code });

/** Nothing more is taken. A session that is closed is never opened again. */
export const ending = (session: Session, state: 'closing' | 'closed'): Session =>
  sessionWith(session, { state: session.state === 'closed' ? 'closed' : state });

/** One session as its payer sees it: what was taken, for which taps, what came back, and what is still held. */
import type { Context } from './context.ts';
import { questionAbout, type QuestionRow } from './question-rows.ts';
import { findSession, heldIn, type SessionRow } from './session-rows.ts';
import type { Tx } from './store/store.ts';
import { undoEnd } from './undo-rules.ts';

export interface SessionReceipt {
  id: string;
  payee: string;
  display: string;
  /** Site the taps were made on */
  origin: string;
  /** When something was taken first, in seconds; of one that nothing was taken of yet, when it began */
  at: number;
  /** Taken, and not undone since; in millionths */
  paid: bigint;
  undone: bigint;
  /** Still reserved, and until when, in seconds */
  held: bigint;
  until: number;
  /** Taps the payee told of, and the newest of them */
  taps: number;
  shown: Tap[];
  /** The payer's newest question about it */
  question?: Pick<QuestionRow, 'id' | 'state'>;
}

export interface Tap {
  id: string;
  at: number;
  amount: bigint;
  /** The payee's own word for what was bought */
  title?: string;
  /** It came back: the person took it back, or its payee gave it back */
  back?: 'undo' | 'payee';
  /** Until when the person can take it back, in seconds */
  undoUntil?: number;
}

/** Taps on one page. */
const maxShown = 100n;

type TapRow = {
  tap: string;
  at: bigint;
  amount: bigint;
  title: string | null;
  back: 'undo' | 'payee' | null;
};

/** @returns undefined for an id that is none of this person's, and for a session nothing was taken of */
export async function sessionReceiptOf(
  context: Context,
  person: string,
  id: string,
): Promise<SessionReceipt | undefined> {
  return context.store.read(async (tx) => {
    const session = await findSession(tx, id);
    if (session?.person !== person || session.settled_at === null) return undefined;
    return sessionSeen(tx, context, session);
  });
}

/** The same without a look at whose it is: the caller has done that. */
export async function sessionSeen(
  tx: Tx,
  context: Context,
  session: SessionRow,
): Promise<SessionReceipt> {
  const { id, payee, origin, settled, undone, rby } = session;
  const shown = await tapsOf(tx, id);
  const question = await questionAbout(tx, session.person, id);
  return {
    ...(question ? { question } : {}),
    id,
    payee,
    display: await displayOf(tx, payee),
    origin,
    at: Number(session.settled_at ?? session.created_at),
    paid: settled - undone,
    undone,
    held: session.closed_at === null ? heldIn(session) : 0n,
    until: Number(rby),
    taps: await countOf(tx, id),
    shown: await Promise.all(shown.map((row) => tapFrom(tx, context, session, row))),
  };
}

async function tapFrom(
  tx: Tx,
  context: Context,
  { person, payee }: SessionRow,
  { tap, at, amount, title, back }: TapRow,
): Promise<Tap> {
  const undo = !back && !(await undoEnd(tx, context, { person, payee, at }));
  return {
    id: tap,
    at: Number(at),
    amount,
    ...(title === null ? {} : { title }),
    ...(back ? { back } : {}),
    ...(undo ? { undoUntil: Number(at) + context.policy.seconds.undo } : {}),
  };
}

const tapsOf = (tx: Tx, id: string): Promise<TapRow[]> =>
  tx.all<TapRow>(
    `select i.tap, i.at, i.amount, i.title, u.by as back
     from settlement_items i left join session_undos u on u.session = i.session and u.tap = i.tap
     where i.session = $1 order by i.at desc, i.tap limit $2`,
    id,
    maxShown,
  );

async function countOf(tx: Tx, id: string): Promise<number> {
  const row = await tx.get<{ count: bigint }>(
    'select count(*) as count from settlement_items where session = $1',
    id,
  );
  return Number(row?.count ?? 0n);
}

async function displayOf(tx: Tx, name: string): Promise<string> {
  const row = await tx.get<{ display: string }>('select display from payees where name = $1', name);
  return row?.display ?? name;
}

/** The taps behind a settlement, as the payee told them: kept for the payer's statement, history and undo. The first word for a tap stays. */
import { amountFrom, printable, type ReasonCode, type SettlementItem } from 'micro-pay/protocol';
import { timeNow } from './clock.ts';
import type { Context } from './context.ts';
import { findSession, type SessionRow } from './session-rows.ts';
import type { Tx } from './store/store.ts';

/** Taps kept of one session. */
const maxItems = 10_000n;

/** Characters of a title. */
const maxTitle = 80;

export type ItemRow = {
  tap: string;
  amount: bigint;
  reason: ReasonCode;
  title: string | null;
  at: bigint;
};

export const itemsOf = (tx: Tx, session: string): Promise<ItemRow[]> =>
  tx.all<ItemRow>(
    'select tap, amount, reason, title, at from settlement_items where session = $1 order by at, tap',
    session,
  );

export const findItem = (tx: Tx, session: string, tap: string): Promise<ItemRow | undefined> =>
  tx.get<ItemRow>(
    'select tap, amount, reason, title, at from settlement_items where session = $1 and tap = $2',
    session,
    tap,
  );

/** Keeps those of this payee's sessions, as far as they are behind what was taken. */
export async function keepItems(
  tx: Tx,
  context: Context,
  payee: string,
  items: readonly SettlementItem[],
): Promise<void> {
  const books = new Map<string, Book | undefined>();
  for (const item of items) {
    if (!books.has(item.sid)) books.set(item.sid, await bookOf(tx, payee, item.sid));
    const book = books.get(item.sid);
    const amount = amountFrom(item.amount);
    if (!book || amount === 0n || book.count >= maxItems) continue;
    // What was not taken is nobody's to be told of, or to be undone.
    if (book.told + amount > book.session.settled) continue;
    if (!(await insert(tx, context, book.session, item))) continue;
    book.told += amount;
    book.count += 1n;
  }
}

interface Book {
  session: SessionRow;
  /** Sum and number of the taps known by now */
  told: bigint;
  count: bigint;
}

async function bookOf(tx: Tx, payee: string, sid: string): Promise<Book | undefined> {
  const session = await findSession(tx, sid);
  if (session?.payee !== payee) return undefined;
  const known = await tx.get<{ told: bigint; count: bigint }>(
    `select coalesce(sum(amount), 0) as told, count(*) as count from settlement_items
     where session = $1`,
    sid,
  );
  return { session, told: known?.told ?? 0n, count: known?.count ?? 0n };
}

async function insert(
  tx: Tx,
  context: Context,
  session: SessionRow,
  { tap, amount, reason, title, at }: SettlementItem,
): Promise<boolean> {
  const added = await tx.run(
    `insert into settlement_items (session, tap, amount, reason, title, at)
     values ($1, $2, $3, $4, $5, $6) on conflict (session, tap) do nothing`,
    session.id,
    tap,
    amountFrom(amount),
    reason,
    printable(title ?? '', maxTitle) || null,
    within(BigInt(at), session.created_at, timeNow(context)),
  );
  return added === 1;
}

/** The payee's clock may be off; by ours a tap is not before its session, and not after now. */
function within(at: bigint, from: bigint, to: bigint): bigint {
  if (at < from) return from;
  return at > to ? to : at;
}

/** A tap that was settled goes back: its payer takes it back in time, or its payee gives it back. The payee's account pays. */
import { Problem, shaped, undoSchema, type UndoAnswer } from 'micro-pay/protocol';
import { takeCall } from './calls.ts';
import { secondsNow, timeNow } from './clock.ts';
import type { Context } from './context.ts';
import { findGrant } from './grants.ts';
import { payeeAccount, personAccount, post } from './ledger.ts';
import { giveBack } from './releases.ts';
import { verifiedCall, type SentCall } from './session-calls.ts';
import { sessionOf, type SessionRow } from './session-rows.ts';
import { findItem, type ItemRow } from './settlement-items.ts';
import { allowanceView, limitsInForce, standingOf } from './standing.ts';
import type { Tx } from './store/store.ts';
import { assertPayeeHas, assertRefundable, undoEnd } from './undo-rules.ts';

/**
 * `POST /sessions/{sid}/undo`.
 * @returns the answer as it is kept: asked again, the same bytes, and nothing more moves
 * @throws Problem `not-found` for a tap that isn't settled here, `undo-ended`, `insufficient-funds` of the payee
 */
export async function undoTap(context: Context, sent: SentCall, sid: string): Promise<string> {
  const { tap } = shaped(undoSchema, sent.json, 'malformed-request');
  const holder = await context.store.read((tx) => sessionOf(tx, sid));
  const call = await verifiedCall(context, sent, holder);
  context.limits.take('holdPerGrant', holder.grant_id);
  return context.store.write(async (tx) => {
    await takeCall(tx, context, call);
    return takeBack(tx, context, await sessionOf(tx, sid), tap);
  });
}

/** The same by the person, on the wallet's own page. @throws Problem as `undoTap` */
export async function undoOwnTap(
  context: Context,
  { person, session: sid, tap }: { person: string; session: string; tap: string },
): Promise<void> {
  await context.store.write(async (tx) => {
    const session = await sessionOf(tx, sid);
    if (session.person !== person) throw new Problem('not-found');
    await takeBack(tx, context, session, tap);
  });
}

/**
 * The payee gives one tap back, all of it. Asked again, nothing more moves.
 * @throws Problem `not-found`, `refund-ended`, `insufficient-funds` of the payee, `rate-limited`
 */
export async function refundTap(
  context: Context,
  { payee, session: sid, tap }: { payee: string; session: string; tap: string },
): Promise<void> {
  context.limits.take('refundsPerPayee', payee);
  await context.store.write(async (tx) => {
    const session = await sessionOf(tx, sid);
    const item = session.payee === payee ? await findItem(tx, sid, tap) : undefined;
    if (!item) throw new Problem('not-found');
    if ((await knownUndo(tx, sid, tap)) !== undefined) return;
    assertRefundable(context, item);
    await payBack(tx, context, session, { ...item, by: 'payee' });
  });
}

async function takeBack(tx: Tx, context: Context, session: SessionRow, tap: string) {
  const known = await knownUndo(tx, session.id, tap);
  if (known !== undefined) return known;
  const item = await findItem(tx, session.id, tap);
  if (!item) throw new Problem('not-found');
  const ended = await undoEnd(tx, context, { ...session, at: item.at });
  if (ended) throw ended;
  return payBack(tx, context, session, { ...item, by: 'undo' });
}

async function knownUndo(tx: Tx, sid: string, tap: string): Promise<string | undefined> {
  const row = await tx.get<{ answer: string }>(
    'select answer from session_undos where session = $1 and tap = $2',
    sid,
    tap,
  );
  return row?.answer;
}

async function payBack(
  tx: Tx,
  context: Context,
  session: SessionRow,
  { tap, amount, by }: ItemRow & { by: 'payee' | 'undo' },
): Promise<string> {
  const { id, person, payee, currency } = session;
  const [debit, credit, at] = [payeeAccount(payee), personAccount(person), timeNow(context)];
  await assertPayeeHas(tx, payee, amount);
  const name = `undo:${id}:${tap}`;
  await post(tx, context, [{ id: name, debit, credit, amount, currency, code: 'undo', at }]);
  await giveBack(tx, session, amount);
  await tx.run('update sessions set undone = undone + $1 where id = $2', amount, id);
  const answer = await answerOf(tx, context, session, { tap, amount: String(amount) });
  await tx.run(
    `insert into session_undos (session, tap, person, payee, amount, answer, at, by)
     values ($1, $2, $3, $4, $5, $6, $7, $8)`,
    id,
    tap,
    person,
    payee,
    amount,
    answer,
    at,
    by,
  );
  return answer;
}

async function answerOf(
  tx: Tx,
  context: Context,
  session: SessionRow,
  undone: { tap: string; amount: string },
): Promise<string> {
  const standing = await standingOf(tx, context, session);
  const grant = await findGrant(tx, session.grant_id);
  const allowance = allowanceView(standing, limitsInForce(standing.allowance, grant));
  const answer: UndoAnswer = { ...undone, allowance, now: secondsNow(context) };
  return JSON.stringify(answer);
}

/** `POST /sessions/{sid}/undo`: a tap that was settled is taken back, and the payee's account pays it back. */
import { Problem, shaped, undoSchema, type UndoAnswer } from 'micro-pay/protocol';
import { takeCall } from './calls.ts';
import { secondsNow, timeNow } from './clock.ts';
import type { Context } from './context.ts';
import { findGrant } from './grants.ts';
import { giveBack } from './releases.ts';
import { balance, payeeAccount, personAccount, post } from './ledger.ts';
import { verifiedCall, type SentCall } from './session-calls.ts';
import { sessionOf, type SessionRow } from './session-rows.ts';
import { findItem, type ItemRow } from './settlement-items.ts';
import { allowanceView, limitsInForce, standingOf } from './standing.ts';
import type { Tx } from './store/store.ts';

/**
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
    const session = await sessionOf(tx, sid);
    const known = await knownUndo(tx, sid, tap);
    if (known !== undefined) return known;
    const item = await findItem(tx, sid, tap);
    if (!item) throw new Problem('not-found');
    await assertInTime(tx, context, session, item);
    return payBack(tx, context, session, item);
  });
}

async function knownUndo(tx: Tx, sid: string, tap: string): Promise<string | undefined> {
  const row = await tx.get<{ answer: string }>(
    'select answer from session_undos where session = $1 and tap = $2',
    sid,
    tap,
  );
  return row?.answer;
}

/** A few minutes after the tap, a few times in a week; later a person writes to who was paid. */
async function assertInTime(
  tx: Tx,
  context: Context,
  { person, payee }: SessionRow,
  item: ItemRow,
): Promise<void> {
  const [now, { policy }] = [timeNow(context), context];
  if (item.at + BigInt(policy.seconds.undo) <= now) throw new Problem('undo-ended');
  const since = now - BigInt(policy.undo.seconds);
  const row = await tx.get<{ count: bigint }>(
    'select count(*) as count from session_undos where person = $1 and payee = $2 and at > $3',
    person,
    payee,
    since,
  );
  if ((row?.count ?? 0n) >= BigInt(policy.undo.count)) throw new Problem('undo-ended');
}

async function payBack(
  tx: Tx,
  context: Context,
  session: SessionRow,
  { tap, amount }: ItemRow,
): Promise<string> {
  const { id, person, payee, currency } = session;
  const [debit, credit, at] = [payeeAccount(payee), personAccount(person), timeNow(context)];
  if ((await balance(tx, debit)) < amount)
    throw new Problem('insufficient-funds', {
      detail: 'It is the account of who was paid.',
      nextStep: 'contact',
    });
  const name = `undo:${id}:${tap}`;
  await post(tx, context, [{ id: name, debit, credit, amount, currency, code: 'undo', at }]);
  await giveBack(tx, session, amount);
  await tx.run('update sessions set undone = undone + $1 where id = $2', amount, id);
  const answer = await answerOf(tx, context, session, { tap, amount: String(amount) });
  await tx.run(
    `insert into session_undos (session, tap, person, payee, amount, answer, at)
     values ($1, $2, $3, $4, $5, $6, $7)`,
    id,
    tap,
    person,
    payee,
    amount,
    answer,
    at,
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

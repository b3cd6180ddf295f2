/** The rows of payments: the record that makes an answer final, and what was bought with it. */
import { Problem, problemDetails } from 'micro-pay/protocol';
import { timeNow } from './clock.ts';
import type { Context } from './context.ts';
import type { Tx } from './store/store.ts';
import type { Wish } from './wish.ts';

/** An answer as it is kept: the same bytes each time. */
export interface Answer {
  status: number;
  body: string;
}

export const answerOf = (problem: Problem): Answer => ({
  status: problem.status,
  body: JSON.stringify(problemDetails(problem)),
});

type PaymentRow = { req: string; rlm: string; answer_status: bigint; answer: string };

/** The same payment asked again has the answer it had, however late; another payment under its id has none. */
export async function knownAnswer(tx: Tx, wish: Wish): Promise<Answer | undefined> {
  const known = await tx.get<PaymentRow>(
    `select req, rlm, answer_status, answer from payments
     where person = $1 and payee = $2 and cid = $3`,
    wish.person,
    wish.payee,
    wish.cid,
  );
  if (!known) return undefined;
  if (known.req !== wish.req || known.rlm !== wish.rlm) return answerOf(new Problem('id-reused'));
  return { status: Number(known.answer_status), body: known.answer };
}

/** @returns the receipt by which the person owns already what this would buy */
export async function ownedReceipt(
  tx: Tx,
  context: Pick<Context, 'now'>,
  wish: Pick<Wish, 'person' | 'payee' | 'owns'>,
): Promise<string | undefined> {
  if (!wish.owns) return undefined;
  const owned = await tx.get<{ receipt: string }>(
    `select p.receipt from entitlements e join payments p on p.id = e.payment
     where e.person = $1 and e.payee = $2 and e.scope = $3 and e.until > $4`,
    wish.person,
    wish.payee,
    wish.owns.scope,
    timeNow(context),
  );
  return owned?.receipt;
}

interface Outcome {
  id: string;
  status: 'paid' | 'refused';
  answer: Answer;
  receipt: string | null;
}

/** The record that makes an answer final: it is never edited, and never expires. */
export async function record(
  tx: Tx,
  context: Context,
  wish: Wish,
  outcome: Outcome,
): Promise<Answer> {
  const { id, status, answer, receipt } = outcome;
  await tx.run(
    `insert into payments (id, person, payee, cid, rlm, req, grant_id, status, answer_status, answer,
       receipt, amount, currency, at) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)`,
    id,
    wish.person,
    wish.payee,
    wish.cid,
    wish.rlm,
    wish.req,
    wish.grant?.id ?? null,
    status,
    BigInt(answer.status),
    answer.body,
    receipt,
    wish.amount,
    wish.currency,
    timeNow(context),
  );
  return answer;
}

/** What is bought again lasts as long as the later purchase says. */
export async function entitle(
  tx: Tx,
  { person, payee }: Wish,
  own: { payment: string; scope: string; until: number },
): Promise<void> {
  await tx.run(
    `insert into entitlements (person, payee, scope, payment, until) values ($1, $2, $3, $4, $5)
     on conflict (person, payee, scope) do update set payment = excluded.payment, until = excluded.until`,
    person,
    payee,
    own.scope,
    own.payment,
    BigInt(own.until),
  );
}

/** As `entitle`, but what is owned already stays as it was bought: a part of a list is then not the list's to take back. */
export async function entitleMissing(
  tx: Tx,
  context: Context,
  { person, payee }: Wish,
  own: { payment: string; scope: string; until: number },
): Promise<void> {
  await tx.run(
    `insert into entitlements (person, payee, scope, payment, until) values ($1, $2, $3, $4, $5)
     on conflict (person, payee, scope) do update set payment = excluded.payment, until = excluded.until
     where entitlements.until <= $6`,
    person,
    payee,
    own.scope,
    own.payment,
    BigInt(own.until),
    timeNow(context),
  );
}

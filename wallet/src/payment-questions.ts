/** Questions about a payment, from its payer to its payee, and what is answered. They know each other by the pairwise id alone. */
import { id as idSchema, payeeUrl, Problem, shaped } from 'micro-pay/protocol';
import { timeNow } from './clock.ts';
import type { Context } from './context.ts';
import { payerId } from './payer-id.ts';
import {
  paymentAsked,
  questionAbout,
  questionBy,
  wordsOf,
  type QuestionRow,
  type Side,
  type Word,
} from './question-rows.ts';
import type { Tx } from './store/store.ts';
import { written } from './words.ts';

/** A question with all that was said. */
export interface Thread extends QuestionRow {
  words: Word[];
  /** The payer as the payee knows them */
  sub: string;
  /** How the payee is shown */
  display: string;
}

/** Characters of one text, and texts of one question. */
export const maxWords = 1_000;
const maxTexts = 40n;

/**
 * Asks whoever was paid, or was to be paid. While a question about a payment isn't closed, more is said to that one.
 * @param asked `id` is the form's, `que_…`: sent twice it is one question
 * @returns the id of the question
 * @throws Problem `not-found` for a payment that isn't theirs, `malformed-request` without words, `rate-limited`
 */
export async function askAbout(
  context: Context,
  asked: { id: string; person: string; payment: string; text: string },
): Promise<string> {
  const { person, payment } = asked;
  const id = shaped(idSchema, asked.id, 'malformed-request');
  const text = wordsFrom(asked.text);
  if (!id.startsWith('que_')) throw new Problem('malformed-request');
  context.limits.take('questionsPerPerson', person);
  return context.store.write(async (tx) => {
    const about = await paymentAsked(tx, person, payment);
    if (!about) throw new Problem('not-found');
    const known = await questionAbout(tx, person, payment);
    if (known && known.state !== 'closed') {
      await add(tx, context, known, { by: 'payer', text });
      return known.id;
    }
    const at = timeNow(context);
    const added = await tx.run(
      `insert into questions (id, person, payee, payment, state, created_at, changed_at)
       values ($1, $2, $3, $4, 'open', $5, $5) on conflict (id) do nothing`,
      id,
      person,
      about.payee,
      payment,
      at,
    );
    if (added === 0) throw new Problem('id-reused');
    await add(tx, context, await questionBy(tx, id, { person }), { by: 'payer', text });
    return id;
  });
}

/**
 * Says more. The payer's words open it again, the payee's answer it.
 * @throws Problem `not-found` for somebody else's, `malformed-request` without words or when it is closed or full, `rate-limited`
 */
export async function sayMore(context: Context, id: string, side: Side, said: string) {
  const text = wordsFrom(said);
  if ('person' in side) context.limits.take('questionsPerPerson', side.person);
  else context.limits.take('answersPerPayee', side.payee);
  await context.store.write(async (tx) => {
    const question = await questionBy(tx, id, side);
    await add(tx, context, question, { by: 'person' in side ? 'payer' : 'payee', text });
  });
}

/**
 * Money that went back because of it, with words, answers it: nobody waits for more. One that is closed, or full, stays as it is:
 * the money has moved, and no problem may say otherwise.
 */
export async function answerByRefund(
  context: Context,
  id: string,
  { payee, reason }: { payee: string; reason: string },
): Promise<void> {
  const text = written(reason, maxWords);
  if (!text) return;
  await context.store.write(async (tx) => {
    const question = await questionBy(tx, id, { payee });
    const hasRoom = BigInt((await wordsOf(tx, id)).length) < maxTexts;
    if (question.state !== 'closed' && hasRoom)
      await add(tx, context, question, { by: 'payee', text });
  });
}

/** Ends it, from either side; one that is closed stays so. @throws Problem `not-found` */
export async function closeQuestion(context: Context, id: string, side: Side): Promise<void> {
  await context.store.write(async (tx) => {
    await questionBy(tx, id, side);
    await tx.run(
      `update questions set state = 'closed', changed_at = $1 where id = $2 and state <> 'closed'`,
      timeNow(context),
      id,
    );
  });
}

/** @throws Problem `not-found` for somebody else's */
export async function threadOf(context: Context, id: string, side: Side): Promise<Thread> {
  return context.store.read(async (tx) => {
    const question = await questionBy(tx, id, side);
    const words = await wordsOf(tx, id);
    const payee = await tx.get<{ display: string }>(
      'select display from payees where name = $1',
      question.payee,
    );
    const url = payeeUrl(context.issuer, question.payee);
    const sub = payerId(context.keys, question.person, url);
    return { ...question, words, sub, display: payee?.display ?? question.payee };
  });
}

function wordsFrom(text: string): string {
  const words = written(text, maxWords);
  if (!words) throw new Problem('malformed-request', { detail: 'Please write a few words.' });
  return words;
}

async function add(
  tx: Tx,
  context: Context,
  { id, state }: QuestionRow,
  { by, text }: Omit<Word, 'at'>,
): Promise<void> {
  if (state === 'closed')
    throw new Problem('malformed-request', { detail: 'This question is closed.' });
  const words = await wordsOf(tx, id);
  const last = words.at(-1);
  // The same form sent again, because its answer got lost.
  if (last?.by === by && last.text === text) return;
  const number = BigInt(words.length);
  if (number >= maxTexts)
    throw new Problem('malformed-request', { detail: 'There is no more room in this question.' });
  const at = timeNow(context);
  await tx.run(
    'insert into question_words (question, at, number, by, text) values ($1, $2, $3, $4, $5)',
    id,
    at,
    number,
    by,
    text,
  );
  await tx.run(
    'update questions set state = $1, changed_at = $2 where id = $3',
    by === 'payer' ? 'open' : 'answered',
    at,
    id,
  );
}

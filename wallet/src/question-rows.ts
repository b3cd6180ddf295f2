/** The rows of questions about payments: whose they are, what was said, and the lists that each side looks at. */
import { Problem } from 'micro-pay/protocol';
import type { Context } from './context.ts';
import type { Tx } from './store/store.ts';

/** `open` waits for the payee, `answered` for nobody, `closed` is over. */
export type QuestionState = 'open' | 'answered' | 'closed';

export type QuestionRow = {
  /** `que_…` */
  id: string;
  person: string;
  payee: string;
  /** `pay_…` or `ses_…`; a refused payment has a number too */
  payment: string;
  state: QuestionState;
  created_at: bigint;
  changed_at: bigint;
};

export type Word = { by: 'payer' | 'payee'; at: bigint; text: string };

/** Who looks or speaks: the person who asked, or the payee who was asked. */
export type Side = { person: string } | { payee: string };

/** @throws Problem `not-found` for somebody else's */
export async function questionBy(tx: Tx, id: string, side: Side): Promise<QuestionRow> {
  const found = await tx.get<QuestionRow>('select * from questions where id = $1', id);
  const isTheirs = 'person' in side ? found?.person === side.person : found?.payee === side.payee;
  if (!found || !isTheirs) throw new Problem('not-found');
  return found;
}

export const wordsOf = (tx: Tx, question: string): Promise<Word[]> =>
  tx.all<Word>(
    'select by, at, text from question_words where question = $1 order by number',
    question,
  );

/** @returns the newest question of a person about one payment */
export const questionAbout = (
  tx: Tx,
  person: string,
  payment: string,
): Promise<QuestionRow | undefined> =>
  tx.get<QuestionRow>(
    `select * from questions where person = $1 and payment = $2
     order by created_at desc, id desc limit 1`,
    person,
    payment,
  );

/** What a person asked, what changed last first. @param before id of the last one of the page before */
export const questionsOf = (
  { store }: Pick<Context, 'store'>,
  person: string,
  page: { limit: number; before?: string },
): Promise<QuestionRow[]> => store.read((tx) => listed(tx, 'person = $1', person, page));

/** What waits for a payee's answer, the longest first; it is never more than one screen behind. */
export const waitingFor = (
  { store }: Pick<Context, 'store'>,
  payee: string,
  limit: number,
): Promise<QuestionRow[]> =>
  store.read((tx) =>
    tx.all<QuestionRow>(
      `select * from questions where payee = $1 and state = 'open' order by changed_at, id limit $2`,
      payee,
      BigInt(limit),
    ),
  );

/** What a payee answered or what is over, what changed last first. */
export const answeredBy = (
  { store }: Pick<Context, 'store'>,
  payee: string,
  page: { limit: number; before?: string },
): Promise<QuestionRow[]> =>
  store.read((tx) => listed(tx, `payee = $1 and state <> 'open'`, payee, page));

export async function waitingCount(
  { store }: Pick<Context, 'store'>,
  payee: string,
): Promise<number> {
  const row = await store.read((tx) =>
    tx.get<{ count: bigint }>(
      `select count(*) as count from questions where payee = $1 and state = 'open'`,
      payee,
    ),
  );
  return Number(row?.count ?? 0n);
}

function listed(
  tx: Tx,
  where: string,
  whose: string,
  { limit, before }: { limit: number; before?: string },
): Promise<QuestionRow[]> {
  const order = 'order by changed_at desc, id desc limit $2';
  const told = [whose, BigInt(limit)] as const;
  if (before === undefined)
    return tx.all<QuestionRow>(`select * from questions where ${where} ${order}`, ...told);
  return tx.all<QuestionRow>(
    `select * from questions where ${where}
     and (changed_at, id) < (select changed_at, id from questions where id = $3) ${order}`,
    ...told,
    before,
  );
}

/** @returns who was paid by it (a session when something was taken of it), or was to be; undefined for a number that is none of this person's */
export async function payeeOfPayment(
  tx: Tx,
  person: string,
  payment: string,
): Promise<string | undefined> {
  const row = await tx.get<{ payee: string }>(
    `select payee from payments where id = $1 and person = $2
     union all select payee from sessions where id = $1 and person = $2 and settled_at is not null`,
    payment,
    person,
  );
  return row?.payee;
}

/** The rows of questions about payments: whose they are, what was said, and the lists that each side looks at. */
import { Problem } from 'micro-pay/protocol';
import type { Context } from './context.ts';
import type { Tx } from './store/store.ts';

/** `open` waits for the payee, `answered` for nobody, `closed` is over. */
export type QuestionState = 'open' | 'answered' | 'closed';

/** What a question calls its payment by: it was made, or refused, or is the taps of a session. */
export type AboutPayment = {
  /** Paid, asked for or settled, in millionths */
  amount: bigint;
  paid_at: bigint;
  kind: 'paid' | 'refused' | 'taps';
};

export type QuestionRow = AboutPayment & {
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

const questions = `select q.*, coalesce(p.amount, s.settled) as amount,
    coalesce(p.at, s.created_at) as paid_at, coalesce(p.status, 'taps') as kind
  from questions q left join payments p on p.id = q.payment left join sessions s on s.id = q.payment`;

export type Word = { by: 'payer' | 'payee'; at: bigint; text: string };

/** Who looks or speaks: the person who asked, or the payee who was asked. */
export type Side = { person: string } | { payee: string };

/** @throws Problem `not-found` for somebody else's */
export async function questionBy(tx: Tx, id: string, side: Side): Promise<QuestionRow> {
  const found = await tx.get<QuestionRow>(`${questions} where q.id = $1`, id);
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
    `${questions} where q.person = $1 and q.payment = $2
     order by q.created_at desc, q.id desc limit 1`,
    person,
    payment,
  );

/** What a person asked, what changed last first. @param before id of the last one of the page before */
export const questionsOf = (
  { store }: Pick<Context, 'store'>,
  person: string,
  page: { limit: number; before?: string },
): Promise<QuestionRow[]> => store.read((tx) => listed(tx, 'q.person = $1', person, page));

/** What waits for a payee's answer, the longest first; it is never more than one screen behind. */
export const waitingFor = (
  { store }: Pick<Context, 'store'>,
  payee: string,
  limit: number,
): Promise<QuestionRow[]> =>
  store.read((tx) =>
    tx.all<QuestionRow>(
      `${questions} where q.payee = $1 and q.state = 'open' order by q.changed_at, q.id limit $2`,
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
  store.read((tx) => listed(tx, `q.payee = $1 and q.state <> 'open'`, payee, page));

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
  const order = 'order by q.changed_at desc, q.id desc limit $2';
  const told = [whose, BigInt(limit)] as const;
  if (before === undefined)
    return tx.all<QuestionRow>(`${questions} where ${where} ${order}`, ...told);
  return tx.all<QuestionRow>(
    `${questions} where ${where}
     and (q.changed_at, q.id) < (select changed_at, id from questions where id = $3) ${order}`,
    ...told,
    before,
  );
}

/** @returns who was paid by it (a session when something was taken of it), or was to be; undefined for a number that is none of this person's */
export const paymentAsked = (
  tx: Tx,
  person: string,
  payment: string,
): Promise<(AboutPayment & { payee: string }) | undefined> =>
  tx.get(
    `select payee, amount, at as paid_at, status as kind from payments where id = $1 and person = $2
     union all select payee, settled, created_at, 'taps' from sessions
     where id = $1 and person = $2 and settled_at is not null`,
    payment,
    person,
  );

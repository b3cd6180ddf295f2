/** What a person sees of one payment, by its id. */
import {
  chargeRequestFrom,
  parseJson,
  parseReceipt,
  printable,
  shaped,
  type Money,
} from 'micro-pay/protocol';
import * as v from 'valibot';
import { chargeUndoEnd } from './charge-undo.ts';
import { timeNow } from './clock.ts';
import { deliveryAgreedAt } from './consents.ts';
import type { Context } from './context.ts';
import { questionAbout, type QuestionRow } from './question-rows.ts';
import { findPaid, refundsOf } from './refund-rows.ts';

export interface Item {
  id: string;
  /** Seconds since 1970 */
  at: number;
  payee: string;
  display: string;
  /** Site it was paid on; this wallet for payments made on its own pages */
  origin: string;
  /** In the unit that was asked for */
  money: Money;
  /** The page's own words, made printable */
  reason?: string;
  status: 'paid' | 'refused';
  /** What of it came back, in millionths */
  back: bigint;
  /** Of a session: so many taps, as far as its payee told them */
  taps?: number;
}

/** The same with the wallet's signed word, and with what a page says of one payment. */
export interface ItemWithReceipt extends Item {
  /** A refused payment has none */
  receipt?: string;
  /** Why it was refused, in the words it was answered with */
  refusal?: string;
  /** Until when what was bought opens again, in seconds */
  opensUntil?: number;
  /** When immediate delivery was agreed to, in seconds */
  deliveryAgreedAt?: number;
  /** Until when the person can take it back, in seconds; absent when they can't, or not any more */
  undoUntil?: number;
  /** Why they can't, though it was paid a few minutes ago */
  undoRefused?: string;
  refunds: Refunded[];
  /** The newest question about it */
  question?: Pick<QuestionRow, 'id' | 'state'>;
}

/** What came back at once, and how. */
export interface Refunded {
  at: number;
  /** In millionths */
  amount: bigint;
  by: 'payee' | 'undo';
  /** The payee's words, where there are some */
  reason: string;
}

export type ItemRow = {
  id: string;
  at: bigint;
  payee: string;
  display: string;
  origin: string | null;
  req: string;
  status: 'paid' | 'refused';
  receipt: string | null;
  answer: string;
  back: bigint;
};

/** What is read of each payment, and from where. */
export const columns = `p.id, p.at, p.payee, y.display, g.origin, p.req, p.status, p.receipt, p.answer,
  (select coalesce(sum(r.amount), 0) from refunds r where r.payment = p.id) as back`;
export const from = `from payments p
  join payees y on y.name = p.payee left join grants g on g.id = p.grant_id`;
export function itemFrom(context: Context, row: ItemRow): Item {
  const { amount, currency, description } = chargeRequestFrom(row.req, 'internal-error');
  const reason = printable(description ?? '');
  return {
    ...who(context, row),
    money: { amount, currency },
    status: row.status,
    back: row.back,
    ...(reason ? { reason } : {}),
  };
}

export const who = (
  context: Context,
  { id, at, payee, display, origin }: Omit<ItemRow, 'req' | 'back'>,
) => ({
  id,
  at: Number(at),
  payee,
  display,
  origin: origin ?? context.issuer,
});

/** @returns undefined for an id that is not one of this person's */
export async function receiptOf(
  context: Context,
  person: string,
  id: string,
): Promise<ItemWithReceipt | undefined> {
  return context.store.read(async (tx) => {
    const row = await tx.get<ItemRow>(
      `select ${columns} ${from} where p.person = $1 and p.id = $2`,
      person,
      id,
    );
    if (!row) return undefined;
    const item = itemFrom(context, row);
    const question = await questionAbout(tx, person, id);
    const asked = question ? { question } : {};
    if (!row.receipt) return { ...item, refusal: refusalOf(row), refunds: [], ...asked };
    const { own } = parseReceipt(row.receipt, 'internal-error').receipt;
    const { payee, origin, at } = item;
    const agreed = own && (await deliveryAgreedAt(tx, { person, payee, origin }, at));
    const paid = await findPaid(tx, id);
    const refunds = await refundsOf(tx, id);
    const undoEnd = paid && (await chargeUndoEnd(tx, context, paid, refunds));
    const undoUntil = at + context.policy.seconds.undo;
    const isEarly = timeNow(context) < BigInt(undoUntil);
    return {
      ...item,
      ...asked,
      receipt: row.receipt,
      refunds: refunds.map((one) => ({ ...one, at: Number(one.at) })),
      ...(paid && !undoEnd ? { undoUntil } : {}),
      ...(isEarly && undoEnd?.detail ? { undoRefused: undoEnd.detail } : {}),
      ...(own ? { opensUntil: own.until } : {}),
      ...(agreed === undefined ? {} : { deliveryAgreedAt: agreed }),
    };
  });
}

const answerSchema = v.object({ title: v.string(), detail: v.optional(v.string()) });

function refusalOf({ answer }: ItemRow): string {
  const kept = parseJson(answer, 'internal-error');
  const { title, detail } = shaped(answerSchema, kept, 'internal-error');
  return [title, detail].filter(Boolean).join(' ');
}

/** Payments as their payee sees them: what became of each, and never who paid beyond the pairwise id. */
import { payeeUrl } from 'micro-pay/protocol';
import { secondsNow } from './clock.ts';
import type { Context } from './context.ts';
import { payerId } from './payer-id.ts';
import { titleOf } from './payee-sales.ts';
import { findPaid, leftOf, refundsOf, type RefundRow } from './refund-rows.ts';
import { sessionSeen, type SessionReceipt } from './session-receipts.ts';
import { findSession } from './session-rows.ts';
import type { Tx } from './store/store.ts';

/** What became of it, as far as one word says it. A refused payment is none: why it was refused is its payer's affair. */
export type Fate =
  'charged' | 'held' | 'settled' | 'undone' | 'refunded' | 'refunded in part' | 'not used';

export interface PayeeLine {
  /** `pay_…` or `ses_…` */
  id: string;
  /** When it was paid, or reserved first; in seconds */
  at: number;
  fate: Fate;
  /** Origin; this wallet's own for what was paid on its pages */
  site: string;
  title: string;
  /** Paid or settled, in millionths; and of that, what came back */
  amount: bigint;
  back: bigint;
  /** Reserved, and not taken yet */
  held: bigint;
  /** Of a session: so many taps, as far as they were told */
  taps: number;
}

type LineRow = {
  id: string;
  at: bigint;
  origin: string | null;
  req: string | null;
  amount: bigint;
  back: bigint;
  undone: bigint;
  held: bigint;
  taps: bigint;
  closed: bigint;
};

/** A session stands where it began, so that it never wanders while someone leafs through. */
const lines = (before: string): string =>
  `select p.id, p.at, g.origin, p.req, p.amount,
     (select coalesce(sum(r.amount), 0) from refunds r where r.payment = p.id) as back,
     (select count(*) from refunds r where r.payment = p.id and r.by = 'undo') as undone,
     0 as held, 0 as taps, 0 as closed
   from payments p left join grants g on g.id = p.grant_id
   where p.payee = $1 and p.status = 'paid' ${before.replace('AT, ID', 'p.at, p.id')}
   union all
   select s.id, s.created_at, s.origin, null, s.settled, s.undone, 0,
     case when s.closed_at is null then s.deposit - s.settled - s.released else 0 end,
     (select count(*) from settlement_items i where i.session = s.id),
     case when s.closed_at is null then 0 else 1 end
   from sessions s where s.payee = $1 ${before.replace('AT, ID', 's.created_at, s.id')}
   order by 2 desc, 1 desc limit $2`;

const newest = lines('');
const older = lines(`and (AT, ID) < (select at, id from payments where id = $3 and payee = $1
  union all select created_at, id from sessions where id = $3 and payee = $1)`);

/** @param page `before` is the id of the last line of the page before */
export async function payeeLines(
  context: Context,
  payee: string,
  page: { limit: number; before?: string },
): Promise<PayeeLine[]> {
  const { limit, before } = page;
  const rows = await context.store.read((tx) =>
    before === undefined
      ? tx.all<LineRow>(newest, payee, BigInt(limit))
      : tx.all<LineRow>(older, payee, BigInt(limit), before),
  );
  return rows.map(({ id, at, origin, req, taps, ...row }) => ({
    id,
    at: Number(at),
    fate: fateOf({ ...row, req }),
    site: origin ?? context.issuer,
    title: req === null ? '' : titleOf(req),
    amount: row.amount,
    back: row.back,
    held: row.held,
    taps: Number(taps),
  }));
}

function fateOf(row: Pick<LineRow, 'req' | 'amount' | 'back' | 'undone' | 'closed'>): Fate {
  const { req, amount, back, undone, closed } = row;
  if (amount === 0n) return closed ? 'not used' : 'held';
  if (req === null) return back === amount ? 'undone' : 'settled';
  if (back === 0n) return 'charged';
  if (back < amount) return 'refunded in part';
  return undone ? 'undone' : 'refunded';
}

/** One payment, by its number. */
export interface PayeePayment {
  id: string;
  at: number;
  site: string;
  title: string;
  /** The payer, pairwise for this payee: the same name as in receipts and grants */
  sub: string;
  amount: bigint;
  left: bigint;
  /** Until when it can be given back, in seconds; absent when it can't, or not any more */
  refundUntil?: number;
  refunds: Pick<RefundRow, 'id' | 'at' | 'amount' | 'by' | 'reason'>[];
  /** Where it is a session: the rest of it */
  session?: SessionReceipt;
}

/** @returns undefined for an id that is none of this payee's, and for a payment that was refused */
export async function payeePaymentOf(
  context: Context,
  payee: string,
  id: string,
): Promise<PayeePayment | undefined> {
  return context.store.read(async (tx) =>
    id.startsWith('ses_')
      ? sessionPayment(tx, context, payee, id)
      : chargePayment(tx, context, payee, id),
  );
}

async function chargePayment(
  tx: Tx,
  context: Context,
  payee: string,
  id: string,
): Promise<PayeePayment | undefined> {
  const paid = await findPaid(tx, id);
  if (paid?.payee !== payee) return undefined;
  const row = await tx.get<{ origin: string | null; req: string }>(
    'select g.origin, p.req from payments p left join grants g on g.id = p.grant_id where p.id = $1',
    id,
  );
  const refunds = await refundsOf(tx, id);
  const left = leftOf(paid, refunds);
  const until = Number(paid.at) + context.policy.seconds.refund;
  return {
    id,
    at: Number(paid.at),
    site: row?.origin ?? context.issuer,
    title: titleOf(row?.req ?? ''),
    sub: subOf(context, payee, paid.person),
    amount: paid.amount,
    left,
    ...(left > 0n && until > secondsNow(context) ? { refundUntil: until } : {}),
    refunds,
  };
}

async function sessionPayment(
  tx: Tx,
  context: Context,
  payee: string,
  id: string,
): Promise<PayeePayment | undefined> {
  const row = await findSession(tx, id);
  if (row?.payee !== payee) return undefined;
  return {
    id,
    at: Number(row.created_at),
    site: row.origin,
    title: '',
    sub: subOf(context, payee, row.person),
    amount: row.settled,
    left: row.settled - row.undone,
    refunds: [],
    session: await sessionSeen(tx, context, row),
  };
}

const subOf = (context: Context, payee: string, person: string): string =>
  payerId(context.keys, person, payeeUrl(context.issuer, payee));

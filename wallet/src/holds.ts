/** Holds: money reserved for a payee, in parts. Each is decided and counted like a payment of that sum. */
import { Problem, type Policy } from 'micro-pay/protocol';
import { timeNow } from './clock.ts';
import type { Context } from './context.ts';
import type { GrantRow } from './grants.ts';
import { newId } from './ids.ts';
import { holdAccount, openAccount, personAccount, post } from './ledger.ts';
import { liveKeys, type PayeeKey } from './payee-keys.ts';
import { approvalEnd, over, siteCap, walletRefusal } from './refusals.ts';
import { signSession } from './session-grants.ts';
import { insertSession, type SessionRow } from './session-rows.ts';
import { countSpent, limitsInForce, type Standing } from './standing.ts';
import type { Tx } from './store/store.ts';

/** A part of a session that is wanted: its first, or one on top. */
export interface HoldWish {
  grant: GrantRow;
  /** The session that grows; a new one without it */
  session?: SessionRow | undefined;
  amount: bigint;
  standing: Standing;
  /** The person approves something in this very moment */
  attended?: boolean;
}

/** The most that one hold reserves: a share of the day's limit. */
export function largestHold(
  { policy }: Pick<Context, 'policy'>,
  { grant, standing }: Pick<HoldWish, 'grant' | 'standing'>,
): bigint {
  const { perDay } = limitsInForce(standing.allowance, grant);
  return (perDay * policy.hold.dayShareBps) / 10_000n;
}

/**
 * What the first payment reserves, and what the consent page says of it: so many times its price, at most a share of the day's limit.
 * @returns 0 where not even one tap would fit
 */
export function usualHold(
  { hold: { times, dayShareBps } }: Policy,
  { price, perDay }: { price: bigint; perDay: bigint },
): bigint {
  const [usual, most] = [price * times, (perDay * dayShareBps) / 10_000n];
  const amount = usual < most ? usual : most;
  return amount < price ? 0n : amount;
}

/** What of a wish is decided before anything is written. */
interface Decided {
  keys: PayeeKey[];
  further: boolean;
}

/** @returns why nothing can be held, or what is needed to hold it; whatever it is, nothing was written */
export async function decideHold(
  tx: Tx,
  context: Context,
  wish: HoldWish,
): Promise<Problem | Decided> {
  const { grant, amount, standing } = wish;
  const ended = approvalEnd(context, grant, standing);
  if (ended) return ended;
  const keys = await liveKeys(tx, grant.payee);
  if (keys.length === 0) return new Problem('payee-key-missing');
  const further = await isFurther(tx, context, wish);
  const asksAgain = further && (await furtherBefore(tx, context, grant));
  if (asksAgain) return new Problem('payment-action-required');
  if (amount > largestHold(context, wish)) return over('the limit for what is held here at once');
  const cap = siteCap(amount, grant, standing);
  if (cap) return over(cap);
  const { person, payee } = grant;
  const refused = await walletRefusal(tx, context, { person, payee, amount }, standing);
  return refused ?? { keys, further };
}

const topUpWindow = (context: Context): bigint =>
  timeNow(context) - BigInt(context.policy.seconds.topUp);

/** A top-up, or a session that follows another one soon. */
async function isFurther(tx: Tx, context: Context, wish: HoldWish): Promise<boolean> {
  if (wish.attended) return false;
  if (wish.session) return true;
  return holdSince(tx, context, wish.grant, 0n);
}

/** One of those in ten minutes needs nobody present: a page that drains what it holds doesn't get the whole day's limit. */
const furtherBefore = (tx: Tx, context: Context, grant: GrantRow): Promise<boolean> =>
  holdSince(tx, context, grant, 1n);

async function holdSince(
  tx: Tx,
  context: Context,
  grant: GrantRow,
  further: bigint,
): Promise<boolean> {
  const found = await tx.get(
    `select h.seq from holds h join sessions s on s.id = h.session
     where s.grant_id = $1 and h.at > $2 and h.further >= $3 limit 1`,
    grant.id,
    topUpWindow(context),
    further,
  );
  return found !== undefined;
}

/** Reserves it: transfer, part, counters and signed grant. Nothing here refuses any more. */
export async function hold(
  tx: Tx,
  context: Context,
  wish: HoldWish & Decided,
): Promise<{ session: SessionRow; signed: string }> {
  const { grant, amount, standing } = wish;
  const at = timeNow(context);
  const session = grown(context, wish, at);
  const { id, seq, person, payee, currency } = session;
  await (wish.session ? updateGrown(tx, session) : insertSession(tx, session));
  const account = holdAccount(id);
  await openAccount(tx, { id: account, kind: 'hold', currency, at });
  const debit = personAccount(person);
  const name = `hold:${id}:${seq}`;
  await post(tx, context, [
    { id: name, debit, credit: account, amount, currency, code: 'hold', at },
  ]);
  await tx.run(
    'insert into holds (session, seq, amount, day, at, further) values ($1, $2, $3, $4, $5, $6)',
    id,
    seq,
    amount,
    standing.day,
    at,
    wish.further ? 1n : 0n,
  );
  await countSpent(tx, { person, payee, day: standing.day, amount, byTap: true });
  const signed = await signSession(tx, context, { session, grant, keys: wish.keys });
  return { session, signed };
}

/** The session as it will be. */
function grown(context: Context, { grant, session, amount }: HoldWish, at: bigint): SessionRow {
  const rby = at + BigInt(context.policy.seconds.hold);
  if (session) return { ...session, deposit: session.deposit + amount, seq: session.seq + 1n, rby };
  const { person, payee, origin, jkt, jwk, currency } = grant;
  const fresh = { settled: 0n, undone: 0n, released: 0n, fee_charged: 0n, seq: 0n };
  return {
    id: newId(context, 'ses'),
    grant_id: grant.id,
    person,
    payee,
    origin,
    jkt,
    jwk,
    currency,
    ...fresh,
    deposit: amount,
    rby,
    created_at: at,
    settled_at: null,
    closed_at: null,
  };
}

const updateGrown = (tx: Tx, { id, deposit, seq, rby }: SessionRow): Promise<number> =>
  tx.run(
    'update sessions set deposit = $1, seq = $2, rby = $3 where id = $4',
    deposit,
    seq,
    rby,
    id,
  );

/** The standing of a person at a payee: what was used and what may be. Every payment is measured by it, in its own transaction. */
import type { Allowance } from 'micro-pay/protocol';
import { findAllowance, type AllowanceRow, type ChosenLimits } from './allowances.ts';
import { dayOf, nextDayAt, secondsNow } from './clock.ts';
import type { Context } from './context.ts';
import { ledgerCurrency } from './ledger.ts';
import type { Tx } from './store/store.ts';
import { zoneOf } from './zones.ts';

/** The row of days that counts all payees together. */
const everyone = '*';

/** How much was used, and how much may be: what every payment is measured by. */
export interface Standing {
  allowance: AllowanceRow | undefined;
  /** The day it is for the person */
  day: string;
  /** When the next day begins there, in seconds */
  resets: number;
  usedToday: bigint;
  allToday: bigint;
  allMonth: bigint;
}

async function usedOn(tx: Tx, person: string, payee: string, days: string): Promise<bigint> {
  const rows = await tx.all<{ used: bigint }>(
    'select used from days where person = $1 and payee = $2 and day like $3',
    person,
    payee,
    days,
  );
  return rows.reduce((sum, { used }) => sum + used, 0n);
}

export async function standingOf(
  tx: Tx,
  context: Context,
  who: { person: string; payee: string },
): Promise<Standing> {
  const { person, payee } = who;
  const [now, zone] = [secondsNow(context), await zoneOf(tx, person)];
  const day = dayOf(now, zone);
  return {
    allowance: await findAllowance(tx, person, payee),
    day,
    resets: nextDayAt(now, zone),
    usedToday: await usedOn(tx, person, payee, day),
    allToday: await usedOn(tx, person, everyone, day),
    allMonth: await usedOn(tx, person, everyone, `${day.slice(0, 7)}-%`),
  };
}

async function countDay(tx: Tx, row: Counted): Promise<void> {
  await tx.run(
    `insert into days (person, payee, day, used) values ($1, $2, $3, $4)
     on conflict (person, payee, day) do update set used = days.used + excluded.used`,
    row.person,
    row.payee,
    row.day,
    row.amount,
  );
}

interface Counted {
  person: string;
  payee: string;
  day: string;
  amount: bigint;
}

/** Counts a tap or a hold against the payee's allowance, and everything against the limits for all and the next passkey. */
export async function countSpent(tx: Tx, spent: Counted & { byTap: boolean }): Promise<void> {
  await countDay(tx, { ...spent, payee: everyone });
  await tx.run(
    'update persons set spent_since_strong_auth = spent_since_strong_auth + $1 where id = $2',
    spent.amount,
    spent.person,
  );
  if (spent.byTap) await countHere(tx, spent);
}

/**
 * Takes back what was counted, on the day it was counted and where it was counted.
 * @param spent `at` is when: since a later passkey it counts no more, so there is nothing to take back
 */
export async function countBack(
  tx: Tx,
  spent: Counted & { byTap: boolean; at: bigint },
): Promise<void> {
  const back = { ...spent, amount: -spent.amount };
  await countDay(tx, { ...back, payee: everyone });
  if (spent.byTap) await countHere(tx, back);
  await tx.run(
    `update persons set spent_since_strong_auth = spent_since_strong_auth - $1
     where id = $2 and strong_auth_at < $3 and spent_since_strong_auth >= $1`,
    spent.amount,
    spent.person,
    spent.at,
  );
}

async function countHere(tx: Tx, spent: Counted): Promise<void> {
  await countDay(tx, spent);
  await tx.run(
    'update allowances set used = used + $1 where person = $2 and payee = $3',
    spent.amount,
    spent.person,
    spent.payee,
  );
}

const lesser = (a: bigint, b: bigint): bigint => (a < b ? a : b);

/** The limits in force: the allowance, narrowed by the grant. Without an allowance nothing may be tapped. */
export function limitsInForce(
  allowance: AllowanceRow | undefined,
  grant: { per_payment: bigint; per_day: bigint; total: bigint } | undefined,
): ChosenLimits {
  if (!allowance) return { perPayment: 0n, perDay: 0n, total: 0n };
  const { per_payment, per_day, total } = allowance;
  return {
    perPayment: lesser(per_payment, grant?.per_payment ?? per_payment),
    perDay: lesser(per_day, grant?.per_day ?? per_day),
    total: lesser(total, grant?.total ?? total),
  };
}

/** What a page is told: its own limits and what of them is used, never the balance. */
export function allowanceView(
  { allowance, usedToday, resets }: Standing,
  limits: ChosenLimits,
): Allowance {
  return {
    currency: allowance?.currency ?? ledgerCurrency,
    tap: String(limits.perPayment),
    day: { limit: String(limits.perDay), used: String(usedToday), resets },
    total: { limit: String(limits.total), used: String(allowance?.used ?? 0n) },
  };
}

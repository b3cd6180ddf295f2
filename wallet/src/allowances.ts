/** Allowances: what a person lets a payee charge by taps, over all their devices; and the limits for all sites together. */
import { payeeUrl, Problem } from 'micro-pay/protocol';
import { dayOf, secondsNow, timeNow } from './clock.ts';
import type { Context } from './context.ts';
import { ledgerCurrency } from './ledger.ts';
import type { Tx } from './store/store.ts';
import { zoneOf } from './zones.ts';

export type AllowanceRow = {
  person: string;
  payee: string;
  currency: string;
  per_payment: bigint;
  per_day: bigint;
  total: bigint;
  used: bigint;
  /** The highest price agreed to on a consent page */
  agreed_price: bigint;
  blocked_at: bigint | null;
};

/** Limits a person chose, in millionths. */
export interface ChosenLimits {
  perPayment: bigint;
  perDay: bigint;
  total: bigint;
}

export const findAllowance = (
  tx: Tx,
  person: string,
  payee: string,
): Promise<AllowanceRow | undefined> =>
  tx.get<AllowanceRow>('select * from allowances where person = $1 and payee = $2', person, payee);

export const allowanceOf = (
  context: Context,
  person: string,
  payee: string,
): Promise<AllowanceRow | undefined> =>
  context.store.read((tx) => findAllowance(tx, person, payee));

/**
 * Writes what was agreed to on a consent page. What was used stays used: a new approval is no new purse.
 * @param agreed the price shown there; without one, the limit for one payment is what was agreed to
 */
export async function allow(
  tx: Tx,
  who: { person: string; payee: string },
  limits: ChosenLimits,
  agreed: bigint | undefined,
): Promise<void> {
  const old = await findAllowance(tx, who.person, who.payee);
  const price = agreed ?? limits.perPayment;
  const highest = old && old.agreed_price > price ? old.agreed_price : price;
  await tx.run(
    `insert into allowances (person, payee, currency, per_payment, per_day, total, agreed_price)
     values ($1, $2, $3, $4, $5, $6, $7)
     on conflict (person, payee) do update set per_payment = excluded.per_payment,
       per_day = excluded.per_day, total = excluded.total, agreed_price = excluded.agreed_price, blocked_at = null`,
    who.person,
    who.payee,
    ledgerCurrency,
    limits.perPayment,
    limits.perDay,
    limits.total,
    highest,
  );
}

/** @throws Problem `malformed-request` beyond what the policy lets anyone choose */
export function assertChoosable(
  { policy }: Pick<Context, 'policy'>,
  { perPayment, perDay, total }: ChosenLimits,
): void {
  const sound =
    perPayment > 0n &&
    perPayment <= policy.balance.singleMax &&
    perDay > 0n &&
    perDay <= policy.caps.allSitesDay &&
    total > 0n &&
    total <= policy.caps.allSitesMonth;
  if (!sound) throw new Problem('malformed-request', { detail: 'The limits are out of range.' });
}

/**
 * Changes the limits of one payee, on all devices at once. Whoever calls it has asked for a passkey before raising them.
 * @throws Problem `grant-unknown` when there is no allowance, `malformed-request` for limits out of range
 */
export async function setLimits(
  context: Context,
  change: { person: string; payee: string; perDay: bigint; total: bigint },
): Promise<void> {
  const { person, payee, perDay, total } = change;
  await context.store.write(async (tx) => {
    const old = await findAllowance(tx, person, payee);
    if (!old) throw new Problem('grant-unknown');
    assertChoosable(context, { perPayment: old.per_payment, perDay, total });
    // Grants only narrow an allowance; a change of mind is meant for all of them.
    for (const table of ['allowances', 'grants'])
      await tx.run(
        `update ${table} set per_day = $1, total = $2 where person = $3 and payee = $4`,
        perDay,
        total,
        person,
        payee,
      );
  });
}

/** Takes an approval back on all devices at once, also one that was given and not yet fetched. */
export async function revokeSite(context: Context, person: string, payee: string): Promise<void> {
  const at = timeNow(context);
  await context.store.write(async (tx) => {
    await tx.run(
      'update allowances set blocked_at = $1 where person = $2 and payee = $3',
      at,
      person,
      payee,
    );
    await tx.run(
      'update grants set revoked_at = $1 where person = $2 and payee = $3 and revoked_at is null',
      at,
      person,
      payee,
    );
    await tx.run(
      `update connects set status = 'denied' where person = $1 and payee = $2 and status = 'approved'`,
      person,
      payee,
    );
  });
}

export interface Site {
  payee: string;
  /** The payee's URL */
  url: string;
  display: string;
  /** Sites that hold a live grant */
  origins: string[];
  per_payment: bigint;
  per_day: bigint;
  total: bigint;
  used: bigint;
  usedToday: bigint;
  revoked: boolean;
}

/** Every payee a person ever allowed, by name. */
export async function sites(context: Context, person: string): Promise<Site[]> {
  return context.store.read(async (tx) => {
    const day = dayOf(secondsNow(context), await zoneOf(tx, person));
    const rows = await tx.all<AllowanceRow & { display: string; used_today: bigint }>(
      `select a.*, p.display, coalesce(d.used, 0) as used_today from allowances a
       join payees p on p.name = a.payee
       left join days d on d.person = a.person and d.payee = a.payee and d.day = $2
       where a.person = $1 order by p.display, a.payee`,
      person,
      day,
    );
    const live = await tx.all<{ payee: string; origin: string }>(
      `select distinct payee, origin from grants
       where person = $1 and revoked_at is null and expires_at > $2 order by origin`,
      person,
      timeNow(context),
    );
    return rows.map(({ payee, display, used_today, blocked_at, ...row }) => ({
      payee,
      url: payeeUrl(context.issuer, payee),
      display,
      origins: live.filter((grant) => grant.payee === payee).map(({ origin }) => origin),
      per_payment: row.per_payment,
      per_day: row.per_day,
      total: row.total,
      used: row.used,
      usedToday: used_today,
      revoked: blocked_at !== null,
    }));
  });
}

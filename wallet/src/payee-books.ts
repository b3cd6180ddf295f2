/** A payee's books: what it took and gave back in a time, from the transfers of its account alone. */
import { dayOf, secondsNow } from './clock.ts';
import type { Context } from './context.ts';
import { balance, payeeAccount } from './ledger.ts';
import { dayPeriod, daysOf, monthOf, monthPeriod, type Period } from './periods.ts';
import { sales, sites, type Sale, type SiteSum } from './payee-sales.ts';
import type { Tx } from './store/store.ts';

/** In millionths. */
export interface Takings {
  /** Single payments */
  charged: bigint;
  /** Taps of sessions, when they were settled */
  settled: bigint;
  fees: bigint;
  /** Taken back by payers, or given back */
  back: bigint;
  /** What the account grew by */
  net: bigint;
}

/** @returns what moved at one payee's account in that time */
export async function takings(tx: Tx, payee: string, { from, to }: Period): Promise<Takings> {
  const rows = await tx.all<{ code: string; sum: bigint }>(
    `select code, sum(amount) as sum from (
       select code, amount from transfers where credit = $1 and at >= $2 and at < $3
       union all select code, amount from transfers where debit = $1 and at >= $2 and at < $3
     ) as moved group by code`,
    payeeAccount(payee),
    BigInt(from),
    BigInt(to),
  );
  const of = (code: string): bigint => rows.find((row) => row.code === code)?.sum ?? 0n;
  const [charged, settled, fees] = [of('charge'), of('settle'), of('fee')];
  const back = of('undo') + of('refund');
  return { charged, settled, fees, back, net: charged + settled - fees - back };
}

/** What readers have reserved at this payee and it didn't take yet. */
async function heldAt(tx: Tx, payee: string): Promise<bigint> {
  const row = await tx.get<{ held: bigint }>(
    `select coalesce(sum(deposit - settled - released), 0) as held from sessions
     where payee = $1 and closed_at is null`,
    payee,
  );
  return row?.held ?? 0n;
}

export interface Books {
  balance: bigint;
  held: bigint;
  today: Takings;
  month: Takings;
  /** The last seven days of 24 hours */
  week: Takings;
  /** Of this month: what was bought most, and where it was paid */
  sales: Sale[];
  sites: SiteSum[];
}

const weekSeconds = 7 * 86_400;

/** @param zone of its owner: days and months begin there */
export async function booksOf(context: Context, payee: string, zone: string): Promise<Books> {
  const now = secondsNow(context);
  const [today, month] = [dayPeriod(dayOf(now, zone), zone), monthPeriod(monthOf(now, zone), zone)];
  return context.store.read(async (tx) => ({
    balance: await balance(tx, payeeAccount(payee)),
    held: await heldAt(tx, payee),
    today: await takings(tx, payee, today),
    month: await takings(tx, payee, month),
    week: await takings(tx, payee, { from: now + 1 - weekSeconds, to: now + 1 }),
    sales: await sales(tx, context, payee, month),
    sites: await sites(tx, context, payee, month),
  }));
}

export interface MonthBooks {
  month: string;
  /** Of the account, when the month began and when it ended; of a month that goes on, now */
  opening: bigint;
  closing: bigint;
  takings: Takings;
  /** Days on which anything moved */
  days: { day: string; takings: Takings }[];
  sites: SiteSum[];
}

/** @param month `2026-11` */
export async function monthBooksOf(
  context: Context,
  payee: string,
  month: string,
  zone: string,
): Promise<MonthBooks> {
  const period = monthPeriod(month, zone);
  return context.store.read(async (tx) => {
    const opening = (await takings(tx, payee, { from: 0, to: period.from })).net;
    const all = await takings(tx, payee, period);
    const days: MonthBooks['days'] = [];
    for (const day of daysOf(month)) {
      const one = await takings(tx, payee, dayPeriod(day, zone));
      if (Object.values(one).some((sum) => sum !== 0n)) days.push({ day, takings: one });
    }
    return {
      month,
      opening,
      closing: opening + all.net,
      takings: all,
      days,
      sites: await sites(tx, context, payee, period),
    };
  });
}

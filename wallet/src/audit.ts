/** The audit of the books: every balance is rebuilt from the transfers, and every receipt is held against its debit. */
import { refunded, refundRules } from './refund-audit.ts';
import { sessionRules, type Rule } from './session-audit.ts';
import type { Tx } from './store/store.ts';

export interface Audit {
  accounts: number;
  transfers: number;
  charges: number;
  sessions: number;
  /** Sum of all balances, by currency: zero, or money was made or lost */
  sums: Record<string, bigint>;
  /** What is wrong, in words; nothing when the books are good */
  faults: string[];
}

type AccountRow = {
  id: string;
  kind: string;
  currency: string;
  debits: bigint;
  credits: bigint;
  overdraft: bigint;
};
type TransferRow = {
  id: string;
  debit: string;
  credit: string;
  amount: bigint;
  currency: string;
  code: string;
};

/** Invariants I1, I2, I5, I6, I7, I9, I11, I13 and I17, each from the rows themselves. */
export async function audit(tx: Tx): Promise<Audit> {
  const accounts = await tx.all<AccountRow>('select * from accounts order by id');
  const transfers = await tx.all<TransferRow>('select * from transfers order by id');
  const sums: Record<string, bigint> = {};
  for (const { currency, credits, debits } of accounts)
    sums[currency] = (sums[currency] ?? 0n) + credits - debits;
  const faults = [
    ...Object.entries(sums).flatMap(([currency, sum]) =>
      sum === 0n ? [] : [`the sum of all ${currency} accounts is ${sum}, not 0`],
    ),
    ...rebuilt(accounts, transfers),
    ...(await pairs(tx)),
  ];
  const charges = transfers.filter(({ code }) => code === 'charge').length;
  const [counted] = await tx.all<{ count: bigint }>('select count(*) as count from sessions');
  return {
    accounts: accounts.length,
    transfers: transfers.length,
    charges,
    sessions: Number(counted?.count ?? 0n),
    sums,
    faults,
  };
}

function rebuilt(accounts: AccountRow[], transfers: TransferRow[]): string[] {
  const books = new Map(
    accounts.map(({ id, currency }) => [id, { debits: 0n, credits: 0n, currency }]),
  );
  const faults: string[] = [];
  for (const { id, debit, credit, amount, currency } of transfers) {
    const [from, to] = [books.get(debit), books.get(credit)];
    if (!from || !to) faults.push(`transfer ${id} names an account that is not there`);
    else if (from.currency !== currency || to.currency !== currency)
      faults.push(`transfer ${id} is in another currency than its accounts`);
    if (from) from.debits += amount;
    if (to) to.credits += amount;
  }
  for (const { id, kind, debits, credits, overdraft } of accounts) {
    const book = books.get(id);
    if (book?.debits !== debits || book.credits !== credits)
      faults.push(`account ${id} differs from its transfers`);
    if (overdraft !== 0n && kind !== 'play-money') faults.push(`account ${id} may fall below zero`);
    if (overdraft === 0n && debits > credits) faults.push(`account ${id} is below zero`);
  }
  return faults;
}

/** What was used of an allowance: what was charged and didn't come back, and what sessions hold or took and nobody gave back. */
const chargedTo = (where: string): string =>
  `(select coalesce(sum(p.amount - ${refunded}), 0) from payments p where p.status = 'paid' and ${where})`;
const heldBy = (where: string): string =>
  `(select coalesce(sum(h.amount - h.back), 0) from holds h join sessions s on s.id = h.session where ${where})`;

/** Each asks for rows that must not exist; what it finds is named. */
const mustBeEmpty: readonly Rule[] = [
  {
    sql: `select p.id from payments p left join transfers t on t.id = p.id and t.code = 'charge'
          and t.debit = 'person:' || p.person and t.credit = 'payee:' || p.payee and t.amount = p.amount
          where p.status = 'paid' and (t.id is null or p.receipt is null)`,
    says: (id) => `payment ${id} has a receipt and no debit, or a debit and no receipt`,
  },
  {
    sql: `select t.id from transfers t left join payments p on p.id = t.id and p.status = 'paid'
          where t.code = 'charge' and p.id is null`,
    says: (id) => `charge ${id} has no payment`,
  },
  {
    sql: `select id from transfers where code not in ('charge', 'hold', 'settle', 'release', 'undo', 'refund', 'fee') and not
          (code = 'sign-up' and debit = 'play-money' and credit = 'person:' || substr(id, 9))`,
    says: (id) => `transfer ${id} is neither a charge, a refund nor a sign-up, nor of a session`,
  },
  {
    sql: `select a.person || ' at ' || a.payee as id from allowances a where a.used <>
          ${chargedTo('p.person = a.person and p.payee = a.payee and p.grant_id is not null')}
          + ${heldBy('s.person = a.person and s.payee = a.payee')}`,
    says: (id) => `the allowance of ${id} differs from its payments and holds`,
  },
  {
    sql: `select p.person || ' at ' || p.payee as id from payments p
          where p.status = 'paid' and p.grant_id is not null and not exists
          (select 1 from allowances a where a.person = p.person and a.payee = p.payee)`,
    says: (id) => `the payments of ${id} have no allowance`,
  },
  {
    sql: `select a.person || ' at ' || a.payee as id from allowances a where a.used <>
          (select coalesce(sum(d.used), 0) from days d where d.person = a.person and d.payee = a.payee)`,
    says: (id) => `the days of ${id} differ from its allowance`,
  },
  {
    sql: `select who.id from persons who where
          (select coalesce(sum(d.used), 0) from days d where d.person = who.id and d.payee = '*') <>
          ${chargedTo('p.person = who.id')} + ${heldBy('s.person = who.id')}`,
    says: (id) => `the days of ${id} differ from all that was paid`,
  },
  {
    sql: `select e.scope as id from entitlements e join payments p on p.id = e.payment
          where p.status <> 'paid' or p.person <> e.person or p.payee <> e.payee`,
    says: (id) => `the entitlement to ${id} was not paid for`,
  },
];

async function pairs(tx: Tx): Promise<string[]> {
  const faults: string[] = [];
  for (const { sql, says } of [...mustBeEmpty, ...sessionRules, ...refundRules])
    for (const { id } of await tx.all<{ id: string }>(sql)) faults.push(says(id));
  return faults;
}

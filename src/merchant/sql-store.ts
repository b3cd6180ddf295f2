/** A paywall's memory in any database that speaks PostgreSQL: each change is one statement, so a pool of connections will do. */
import { sqlSessions } from './sessions/sql-sessions.ts';
import type { PaywallStore } from './store.ts';
import { forgetAfterSeconds } from './store.ts';

/**
 * Runs one statement with `$1`, `$2` … and answers its rows.
 * @example sqlStore((sql, values) => pool.query(sql, [...values]))
 */
export type SqlQuery = (
  sql: string,
  values: readonly (string | number)[],
) => Promise<{ rows: readonly unknown[] } | readonly unknown[]>;

/** The first row's columns, whatever they are. */
export type Columns = Partial<Record<string, unknown>>;

/** The tables: run this once, as you run your own migrations. Running it again changes nothing. */
export const sqlTables = `
create table if not exists micropay_payments (
  id text primary key,
  credential text not null,
  at bigint not null
);
create index if not exists micropay_payments_at on micropay_payments (at);
create table if not exists micropay_purchases (
  iss text not null,
  sub text not null,
  scope text not null,
  until bigint not null,
  primary key (iss, sub, scope)
);
create table if not exists micropay_wallet_keys (
  wallet text primary key,
  jwks text not null,
  at bigint not null
);
create table if not exists micropay_sessions (
  iss text not null,
  sid text collate "C" not null,
  version bigint not null,
  payee text not null,
  pending boolean not null,
  redeem_by bigint not null,
  data text not null,
  primary key (iss, sid)
);
create index if not exists micropay_sessions_pending on micropay_sessions (payee, sid) where pending;
create table if not exists micropay_taps (
  iss text not null,
  sid text not null,
  tap text not null,
  sub text not null,
  scope text not null,
  until bigint not null,
  at bigint not null,
  state text not null,
  pending boolean not null,
  data text not null,
  primary key (iss, sid, tap)
);
create index if not exists micropay_taps_owned on micropay_taps (iss, sub, scope);
create index if not exists micropay_taps_untold on micropay_taps (iss, sid, at) where pending;
`;

/** @param query one statement at a time; the tables are made by `sqlTables` */
export function sqlStore(query: SqlQuery): PaywallStore {
  const rows = rowsOf(query);
  const first = async (sql: string, ...values: (string | number)[]) =>
    (await rows(sql, ...values))[0];
  const find: PaywallStore['find'] = async (id) => {
    const row = await first('select id, credential, at from micropay_payments where id = $1', id);
    return row && { id, credential: String(row['credential']), at: Number(row['at']) };
  };
  return {
    find,
    take: async (payment, purchase) => {
      const { id, credential, at } = payment;
      const { iss = '', sub = '', scope = '', until = 0 } = purchase ?? {};
      const values = [id, credential, at, iss, sub, scope, until, at - forgetAfterSeconds];
      if (await first(purchase ? takeWithPurchase : takeAlone, ...values)) return 'taken';
      // Nobody takes a payment back, so the row that was in the way is there to be read.
      return (await find(id))?.credential === credential ? 'repeat' : 'used';
    },
    owns: async ({ iss, sub, scope }, now) =>
      Boolean(
        await first(
          'select 1 from micropay_purchases where iss = $1 and sub = $2 and scope = $3 and until > $4::bigint',
          iss,
          sub,
          scope,
          now,
        ),
      ),
    keysOf: async (wallet) => {
      const row = await first(
        'select jwks, at from micropay_wallet_keys where wallet = $1',
        wallet,
      );
      return row && { jwks: String(row['jwks']), at: Number(row['at']) };
    },
    keepKeys: async (wallet, { jwks, at }) =>
      void (await rows(
        `insert into micropay_wallet_keys (wallet, jwks, at) values ($1, $2, $3::bigint)
         on conflict (wallet) do update set jwks = excluded.jwks, at = excluded.at`,
        wallet,
        jwks,
        at,
      )),
    sessions: sqlSessions(rows),
  };
}

export type Rows = (sql: string, ...values: (string | number)[]) => Promise<readonly Columns[]>;

/** Drivers answer with a list, or with an object that has one. */
const rowsOf =
  (query: SqlQuery): Rows =>
  async (sql, ...values) => {
    const answer = await query(sql, values);
    const list: readonly unknown[] = 'rows' in answer ? answer.rows : answer;
    return list.map((row): Columns => (typeof row === 'object' && row !== null ? { ...row } : {}));
  };

const taking = `with taken as (
    insert into micropay_payments (id, credential, at) values ($1, $2, $3::bigint)
    on conflict (id) do nothing returning id
  ), forgotten as (delete from micropay_payments where at < $8::bigint)`;
const takeAlone = `${taking}, unused as (select $4::text, $5::text, $6::text, $7::bigint) select id from taken`;
const takeWithPurchase = `${taking}, bought as (
    insert into micropay_purchases (iss, sub, scope, until)
    select $4::text, $5::text, $6::text, $7::bigint from taken
    on conflict (iss, sub, scope) do update set until = greatest(micropay_purchases.until, excluded.until)
  ) select id from taken`;

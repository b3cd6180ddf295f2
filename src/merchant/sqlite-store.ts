/** A paywall's memory in an SQLite file, by Node's own `node:sqlite`: survives a restart, and may be shared by processes. */
import { sqliteSessions } from './sessions/sqlite-sessions.ts';
import { inTransaction } from './sqlite-transaction.ts';
import type { KeptKeys, Outcome, PaywallStore, Payment, Purchase } from './store.ts';
import { forgetAfterSeconds, outcomeOf } from './store.ts';

/** The part of `DatabaseSync` that is used here. */
export interface SqliteDatabase {
  exec(sql: string): void;
  prepare(sql: string): {
    get(...values: (string | number)[]): unknown;
    run(...values: (string | number)[]): unknown;
  };
}

/** WAL with FULL: what was answered as paid is still there after a power cut. */
const schema = `
  pragma journal_mode = wal;
  pragma synchronous = full;
  pragma busy_timeout = 5000;
  create table if not exists payments (
    id text primary key,
    credential text not null,
    at integer not null
  );
  create index if not exists payments_at on payments (at);
  create table if not exists purchases (
    iss text not null,
    sub text not null,
    scope text not null,
    until integer not null,
    primary key (iss, sub, scope)
  );
  create table if not exists wallet_keys (wallet text primary key, jwks text not null, at integer not null);
`;

/** @param database a path, or an open `DatabaseSync`; the tables are made where they are missing */
export function sqliteStore(database: string | SqliteDatabase): PaywallStore {
  const db = typeof database === 'string' ? openDatabase(database) : database;
  db.exec(schema);
  const payment = db.prepare('select id, credential, at from payments where id = ?');
  const insert = db.prepare('insert into payments (id, credential, at) values (?, ?, ?)');
  const forget = db.prepare('delete from payments where at < ?');
  const remember = db.prepare(
    'insert into purchases (iss, sub, scope, until) values (?, ?, ?, ?) ' +
      'on conflict (iss, sub, scope) do update set until = max(until, excluded.until)',
  );
  const purchase = db.prepare(
    'select 1 from purchases where iss = ? and sub = ? and scope = ? and until > ?',
  );
  const keys = db.prepare('select jwks, at from wallet_keys where wallet = ?');
  const keep = db.prepare(
    'insert into wallet_keys (wallet, jwks, at) values (?, ?, ?) ' +
      'on conflict (wallet) do update set jwks = excluded.jwks, at = excluded.at',
  );
  const take = (taking: Payment, bought?: Purchase): Outcome => {
    const earlier = paymentFrom(payment.get(taking.id));
    if (earlier) return outcomeOf(earlier, taking);
    insert.run(taking.id, taking.credential, taking.at);
    forget.run(taking.at - forgetAfterSeconds);
    if (bought) remember.run(bought.iss, bought.sub, bought.scope, bought.until);
    return 'taken';
  };
  return {
    find: async (id) => paymentFrom(payment.get(id)),
    take: async (taking, bought) => inTransaction(db, () => take(taking, bought)),
    owns: async ({ iss, sub, scope }, now) => Boolean(purchase.get(iss, sub, scope, now)),
    keysOf: async (wallet) => keysFrom(keys.get(wallet)),
    keepKeys: async (wallet, { jwks, at }) => void keep.run(wallet, jwks, at),
    sessions: sqliteSessions(db),
  };
}

/** Asked for at run time, so that a bundle for browsers or edge workers holds no Node module. */
function openDatabase(path: string): SqliteDatabase {
  const sqlite = globalThis.process?.getBuiltinModule?.('node:sqlite');
  if (!sqlite) throw new Error('sqliteStore: this runtime has no node:sqlite; hand in a database.');
  return new sqlite.DatabaseSync(path);
}

function paymentFrom(row: unknown): Payment | undefined {
  if (typeof row !== 'object' || row === null) return undefined;
  const { id, credential, at } = row as Record<keyof Payment, unknown>;
  return { id: String(id), credential: String(credential), at: Number(at) };
}

function keysFrom(row: unknown): KeptKeys | undefined {
  if (typeof row !== 'object' || row === null) return undefined;
  const { jwks, at } = row as Record<keyof KeptKeys, unknown>;
  return { jwks: String(jwks), at: Number(at) };
}

/** The store on SQLite: WAL with `synchronous=FULL`, one connection that writes and one that reads. */
import { DatabaseSync, type StatementSync } from 'node:sqlite';
import { migrate } from './migrate.ts';
import { WriteQueue } from './queue.ts';
import type { Row, Store, Tx } from './store.ts';

/** Another program of the same file, such as `payee add`, may hold the pen for a moment. */
const busyTimeoutMs = 5_000;

export function connectSqlite(path: string, readOnly = false): DatabaseSync {
  const db = new DatabaseSync(path, { readOnly, timeout: busyTimeoutMs, readBigInts: true });
  // NORMAL would lose acknowledged payments in a power cut.
  if (!readOnly) db.exec('pragma journal_mode = wal; pragma synchronous = full');
  // Without recursive triggers a row that is replaced is deleted past the trigger that says: never deleted.
  db.exec('pragma foreign_keys = on; pragma recursive_triggers = on');
  return db;
}

/** Statements are texts of ours, a few dozen, so that keeping them all is bounded. */
export function txOn(db: DatabaseSync): Tx {
  const prepared = new Map<string, StatementSync>();
  const statement = (sql: string): StatementSync => {
    // `$2` is a name to SQLite, numbered in order of appearance; `?2` is the second value wherever it stands.
    const found = prepared.get(sql) ?? db.prepare(sql.replace(/\$(\d)/g, '?$1'));
    prepared.set(sql, found);
    return found;
  };
  return {
    all: async <R extends Row>(sql: string, ...values: Row[string][]) =>
      statement(sql).all(...values) as R[],
    get: async <R extends Row>(sql: string, ...values: Row[string][]) =>
      statement(sql).get(...values) as R | undefined,
    run: async (sql, ...values) => Number(statement(sql).run(...values).changes),
  };
}

/**
 * Takes the pen from any earlier process: the number grows, and whoever holds an older one may not write any more.
 * The lock beside it keeps two processes from serving; this holds even where a file system's locks lie.
 */
function takeEpoch(db: DatabaseSync): () => void {
  const read = db.prepare(`select value from meta where name = 'epoch'`);
  db.exec(`
    insert into meta (name, value) values ('epoch', '1')
    on conflict (name) do update set value = cast(cast(meta.value as integer) + 1 as text)`);
  const ours = read.get()?.['value'];
  return () => {
    if (read.get()?.['value'] !== ours) throw new Error('Another process took over this data.');
  };
}

export interface SqliteOptions {
  path: string;
  /** The process that serves takes the pen; a short command writes its row beside it */
  serves: boolean;
}

export function openSqlite({ path, serves }: SqliteOptions): Store {
  const writer = connectSqlite(path);
  migrate(writer);
  const reader = connectSqlite(path, true);
  const queue = new WriteQueue(writer, txOn(writer), serves ? takeEpoch(writer) : () => {});
  return {
    write: (work) => queue.add(work),
    read: reads(reader),
    close: async () => {
      await queue.idle();
      reader.close();
      writer.close();
    },
  };
}

/** Opens the file for looking only; nothing is created, migrated or locked. */
export function openReadOnly(path: string): Store {
  const reader = connectSqlite(path, true);
  return {
    write: () => Promise.reject(new Error('This store was opened for reading only.')),
    read: reads(reader),
    close: async () => reader.close(),
  };
}

/** Reads take turns on their one connection, each in a transaction of its own. */
function reads(db: DatabaseSync): Store['read'] {
  const tx = txOn(db);
  let last: Promise<unknown> = Promise.resolve();
  return (work) => {
    const turn = last.then(async () => {
      db.exec('begin');
      try {
        return await work(tx);
      } finally {
        db.exec('commit');
      }
    });
    last = turn.catch(() => {});
    return turn;
  };
}

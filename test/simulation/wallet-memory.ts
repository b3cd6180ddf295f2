/** The wallet's SQLite in memory, made once for all stories: each is one long transaction that is taken back at its end. */
import { DatabaseSync } from 'node:sqlite';
import { migrate } from '../../wallet/src/store/migrate.ts';
import { txOn } from '../../wallet/src/store/sqlite.ts';

const db = new DatabaseSync(':memory:', { readBigInts: true });
db.exec('pragma foreign_keys = on; pragma recursive_triggers = on');
migrate(db);

/** What the writers' queue calls a transaction is a savepoint inside. */
const spelled: Readonly<Record<string, string>> = {
  'begin immediate': 'savepoint story',
  commit: 'release story',
  rollback: 'rollback to story; release story',
};
let isTransaction = false;

/** The database as a writers' queue sees it; a program that has died commits nothing. */
const queuedBy = (isAlive: () => boolean): DatabaseSync =>
  new Proxy(db, {
    get: (target, name) => {
      if (name === 'isTransaction') return isTransaction;
      if (name !== 'exec') throw new Error(`The queue asks for ${String(name)}.`);
      return (sql: string) => {
        if (sql === 'commit' && !isAlive()) throw new Error('It died before it could commit.');
        target.exec(spelled[sql] ?? sql);
        if (spelled[sql]) isTransaction = sql === 'begin immediate';
      };
    },
  });

export const memory = {
  db,
  tx: txOn(db),
  queuedBy,
  /** As it was when it was new. */
  begin: (): void => {
    if (db.isTransaction) db.exec('rollback');
    db.exec('begin');
    isTransaction = false;
  },
};

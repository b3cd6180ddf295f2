// The wallet's write queue, against a bare loop of the same transactions on a file of the same kind.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { openSqlite } from '../wallet/src/store/sqlite.ts';
import { race, ratio, typical } from './measure.mjs';

const perRound = 200;
const folder = mkdtempSync(join(tmpdir(), 'micro-pay-bench-'));
const table = 'create table bench (id integer primary key, sum bigint not null)';
const insert = 'insert into bench (sum) values ($1)';
const update = 'update bench set sum = sum + $1 where id = 1';

const store = openSqlite({ path: join(folder, 'queue.sqlite'), serves: true });
await store.write((tx) => tx.run(table));

const db = new DatabaseSync(join(folder, 'bare.sqlite'));
db.exec(`pragma journal_mode = wal; pragma synchronous = full; ${table}`);
const [inserting, updating] = [insert, update].map((sql) => db.prepare(sql.replace('$1', '?')));

const micros = await race({
  bare: async () => {
    for (let i = 0; i < perRound; i++) {
      db.exec('begin immediate');
      inserting.run(1n);
      updating.run(1n);
      db.exec('commit');
    }
    return perRound;
  },
  queue: async () => {
    for (let i = 0; i < perRound; i++)
      await store.write(async (tx) => {
        await tx.run(insert, 1n);
        await tx.run(update, 1n);
      });
    return perRound;
  },
});

await store.close();
db.close();
rmSync(folder, { recursive: true });

export const lines = [
  [
    'P8 wallet: SQLite FULL through the queue ÷ bare loop of the same transactions (aim 0.90)',
    ratio(micros, 'queue', 'bare'),
    typical(micros, 'queue'),
  ],
];

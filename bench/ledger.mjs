// P8: the wallet's write queue, against a bare loop of the same transactions on a file of the same kind.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { openSqlite } from '../wallet/src/store/sqlite.ts';
import { here, race, ratio, typical } from './measure.mjs';

const table = 'create table bench (id integer primary key, sum bigint not null)';
const insert = 'insert into bench (sum) values ($1)';
const update = 'update bench set sum = sum + $1 where id = 1';

export async function measure() {
  const folder = mkdtempSync(join(tmpdir(), 'micro-pay-bench-'));

  const store = openSqlite({ path: join(folder, 'queue.sqlite'), serves: true });
  await store.write((tx) => tx.run(table));

  const db = new DatabaseSync(join(folder, 'bare.sqlite'));
  db.exec(`pragma journal_mode = wal; pragma synchronous = full; ${table}`);
  const [inserting, updating] = [insert, update].map((sql) => db.prepare(sql.replace('$1', '?')));

  const micros = await race(here({
    bare: {
      work: () => {
        db.exec('begin immediate');
        inserting.run(1n);
        updating.run(1n);
        db.exec('commit');
      },
    },
    queue: {
      work: () =>
        store.write(async (tx) => {
          await tx.run(insert, 1n);
          await tx.run(update, 1n);
        }),
    },
  }));

  await store.close();
  db.close();
  rmSync(folder, { recursive: true });
  return [
    {
      goal: 'P8',
      what: 'SQLite FULL through the queue',
      ratio: ratio(micros, 'queue', 'bare'),
      micros: typical(micros, 'queue'),
    },
  ];
}

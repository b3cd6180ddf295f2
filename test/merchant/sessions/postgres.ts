/** A schema of its own in this machine's PostgreSQL, dropped afterwards; undefined where there is none. */
import { Client, Pool } from 'pg';
import { sqlTables, type SqlQuery } from '../../../src/merchant/index.ts';

const place = { host: '127.0.0.1', port: 5432, user: 'postgres', database: 'test' };

export interface Postgres {
  /** As one instance of a shop has it: connections of its own */
  instance: () => SqlQuery;
  run: (sql: string) => Promise<unknown[]>;
  close: () => Promise<void>;
}

/** Names the reason where there is none, so that nothing is skipped in silence. */
export const noPostgres = 'skipped: no PostgreSQL';

/** @param file names the schema, with this process: two checkouts can be tested side by side */
export async function postgres(file: string): Promise<Postgres | undefined> {
  const name = `${file}_${process.pid}`;
  const client = new Client({ ...place, connectionTimeoutMillis: 2_000 });
  client.on('error', () => undefined);
  try {
    await client.connect();
  } catch {
    return undefined;
  }
  await client.query(
    `drop schema if exists ${name} cascade; create schema ${name}; set search_path to ${name}`,
  );
  await client.query(sqlTables);
  const pools: Pool[] = [];
  return {
    instance: () => {
      const pool = new Pool({ ...place, max: 4, options: `-c search_path=${name}` });
      pools.push(pool);
      return (sql, values) => pool.query(sql, [...values]);
    },
    run: async (sql) => (await client.query(sql)).rows as unknown[],
    close: async () => {
      await Promise.all(pools.map((pool) => pool.end()));
      await client.query(`drop schema ${name} cascade`);
      await client.end();
    },
  };
}

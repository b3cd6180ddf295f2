/** The narrow door to the database: SQLite today, PostgreSQL when it grows. SQL is written so that both read it ($1 parameters). */

export type Value = string | bigint | null | Uint8Array;
export type Row = Record<string, Value>;

/** One transaction. Integers come and go as bigint. */
export interface Tx {
  all: <R extends Row>(sql: string, ...values: Value[]) => Promise<R[]>;
  /** The first row, if there is one */
  get: <R extends Row>(sql: string, ...values: Value[]) => Promise<R | undefined>;
  /** @returns the number of rows changed */
  run: (sql: string, ...values: Value[]) => Promise<number>;
}

export interface Store {
  /**
   * Runs one business event: all of it is kept, durably, before the promise resolves; or, when `work` throws, none of it.
   * Transactions run one after another.
   */
  write: <T>(work: (tx: Tx) => Promise<T>) => Promise<T>;
  /** Reads a consistent state; never waits for a writer. */
  read: <T>(work: (tx: Tx) => Promise<T>) => Promise<T>;
  close: () => Promise<void>;
}

/** One transaction of an SQLite database, and the one column it answers with. */
import type { SqliteDatabase } from './sqlite-store.ts';

/** Immediate: two processes that take one payment wait for each other before either reads. */
export function inTransaction<T>(db: SqliteDatabase, work: () => T): T {
  db.exec('begin immediate');
  try {
    const result = work();
    db.exec('commit');
    return result;
  } catch (error) {
    db.exec('rollback');
    throw error;
  }
}

/** Of a row, its column `row` as text; undefined for no row. */
export function textOf(row: unknown): string | undefined {
  if (typeof row !== 'object' || row === null || !('row' in row)) return undefined;
  return String(row.row);
}

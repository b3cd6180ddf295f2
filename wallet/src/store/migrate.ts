/** Brings a file to the schema of this program, step by step, each step once. */
import type { DatabaseSync } from 'node:sqlite';
import { migrations } from './migrations.ts';

/** @throws Error when a newer program wrote the file: guessing at its tables could lose money */
export function migrate(db: DatabaseSync): void {
  db.exec('begin immediate');
  try {
    const version = Number(db.prepare('pragma user_version').get()?.['user_version']);
    if (version > migrations.length)
      throw new Error('This data was written by a newer version of the wallet.');
    for (const step of migrations.slice(version)) db.exec(step);
    db.exec(`pragma user_version = ${migrations.length}`);
    db.exec('commit');
  } catch (error) {
    db.exec('rollback');
    throw error;
  }
}

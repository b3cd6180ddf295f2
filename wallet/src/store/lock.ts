/** One process serves a data folder: a lock of the operating system, which ends with the process however that ends. */
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';

/**
 * Takes the lock, and holds it until it is let go or the process dies.
 * @returns the way to let go
 * @throws Error that names the holder
 */
export function lockFolder(folder: string): () => void {
  const holder = join(folder, 'serving.pid');
  const lock = new DatabaseSync(join(folder, 'lock.sqlite'), { timeout: 0 });
  try {
    // An open exclusive transaction is a lock on the file; a kill -9 leaves nothing behind that could be stale.
    lock.exec('begin exclusive');
  } catch (cause) {
    lock.close();
    throw new Error(`Another wallet${pidFrom(holder)} serves this data already.`, { cause });
  }
  writeFileSync(holder, String(process.pid));
  return () => {
    rmSync(holder, { force: true });
    lock.close();
  };
}

/** For the message only: the lock itself decides. */
function pidFrom(path: string): string {
  try {
    const pid = readFileSync(path, 'utf8');
    return /^\d{1,10}$/.test(pid) ? ` (process ${pid})` : '';
  } catch {
    return '';
  }
}

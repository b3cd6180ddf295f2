/** Where the client keeps things: the browser's IndexedDB. */
import { Problem } from '../protocol/problem-table.ts';
import type { Storage } from './api.ts';

const database = 'micro-pay';
const table = 'records';

/** @throws Problem `storage-unavailable` at each call where there is none, or the browser keeps a page from storing */
export function indexedDbStorage(): Storage {
  let opened: Promise<IDBDatabase> | undefined;
  const run = async <T>(
    mode: IDBTransactionMode,
    work: (store: IDBObjectStore) => IDBRequest<T>,
  ): Promise<T> => {
    try {
      const db = await (opened ??= open(() => (opened = undefined)));
      const transaction = db.transaction(table, mode, { durability: 'strict' });
      const request = work(transaction.objectStore(table));
      // A write counts when its transaction is complete: only then is it kept.
      await new Promise((resolve, reject) => {
        transaction.oncomplete = resolve;
        transaction.onabort = reject;
      });
      return request.result;
    } catch (cause) {
      opened = undefined;
      throw new Problem('storage-unavailable', { cause });
    }
  };
  return {
    get: (key) => run('readonly', (store): IDBRequest<unknown> => store.get(key)),
    set: (key, value) => run('readwrite', (store) => store.put(value, key)),
    list: (prefix) =>
      run('readonly', (store): IDBRequest<unknown[]> =>
        store.getAll(IDBKeyRange.bound(prefix, `${prefix}\uffff`)),
      ),
  };
}

function open(onClose: () => void): Promise<IDBDatabase> {
  const request = indexedDB.open(database, 1);
  request.onupgradeneeded = () => request.result.createObjectStore(table);
  return new Promise((resolve, reject) => {
    request.onerror = reject;
    request.onsuccess = () => {
      const db = request.result;
      // Another tab may need to upgrade; this one opens again when it next asks.
      db.onversionchange = () => {
        db.close();
        onClose();
      };
      db.onclose = onClose;
      resolve(db);
    };
  });
}

/** Where the client keeps things without IndexedDB: it forgets them with the program. */
import type { Storage } from './api.ts';

/** Values are copied, as IndexedDB does. */
export function memoryStorage(): Storage {
  const values = new Map<string, unknown>();
  return {
    get: (key) => Promise.resolve(structuredClone(values.get(key))),
    set: (key, value) => Promise.resolve(void values.set(key, structuredClone(value))),
    list: (prefix) =>
      Promise.resolve(
        [...values.keys()]
          .filter((key) => key.startsWith(prefix))
          .sort()
          .map((key) => structuredClone(values.get(key))),
      ),
  };
}

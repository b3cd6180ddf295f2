/** One after the other, by name: within a process, writers of one session wait for each other instead of racing. */

export type Turns = <T>(name: string, work: () => Promise<T>) => Promise<T>;

export function turns(): Turns {
  /** Of each name, the last in its queue */
  const last = new Map<string, Promise<unknown>>();
  return async (name, work) => {
    const before = last.get(name);
    const own = before ? before.then(work, work) : work();
    last.set(name, own);
    try {
      return await own;
    } finally {
      if (last.get(name) === own) last.delete(name);
    }
  };
}

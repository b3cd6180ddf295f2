/** A lock for old browsers and for Node: one after another within this tab. */
import type { Lock } from './ports.ts';

export function lockOfThisTab(): Lock {
  const last = new Map<string, Promise<unknown>>();
  return (name, work) => {
    const turn = (last.get(name) ?? Promise.resolve()).then(work);
    const done = turn.catch(() => undefined);
    last.set(name, done);
    void done.then(() => last.get(name) === done && last.delete(name));
    return turn;
  };
}

/** The one all clients of this tab share. */
export const lockInTab = lockOfThisTab();

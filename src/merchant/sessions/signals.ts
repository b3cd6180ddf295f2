/** Whoever waits for a session's next voucher in this process hears of it at once. */

export interface Signals {
  /** @returns a way to stop waiting */
  once: (name: string, heard: () => void) => () => void;
  tell: (name: string) => void;
}

export function signals(): Signals {
  const waiting = new Map<string, Set<() => void>>();
  return {
    once: (name, heard) => {
      const all = waiting.get(name) ?? new Set();
      waiting.set(name, all.add(heard));
      return () => {
        all.delete(heard);
        if (all.size === 0 && waiting.get(name) === all) waiting.delete(name);
      };
    },
    tell: (name) => {
      const all = waiting.get(name);
      if (!all) return;
      waiting.delete(name);
      for (const heard of all) heard();
    },
  };
}

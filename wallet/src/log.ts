/** The wallet's log: one line of JSON for each event. What it can be given holds no secret, so none can slip into it. */

/** Facts are numbers, yes or no, and short words of our own; a stranger's text, a cookie, a credential or an address is none of them. */
export type Log = (event: string, facts?: Record<string, string | number | boolean>) => void;

/** A word of ours: a code, a name of an error class, a path of a route. Anything else is left out. */
const plain = /^[A-Za-z0-9 _./:*~-]{1,64}$/;

const safe = (fact: string | number | boolean): string | number | boolean =>
  typeof fact !== 'string' || plain.test(fact) ? fact : '[left out]';

/** @param write takes one line, without its end */
export function jsonLog(write: (line: string) => void, now: () => number): Log {
  return (event, facts = {}) => {
    const kept = Object.entries(facts).map(([name, fact]) => [name, safe(fact)]);
    write(
      JSON.stringify({ at: new Date(now()).toISOString(), event, ...Object.fromEntries(kept) }),
    );
  };
}

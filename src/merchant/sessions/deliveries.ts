/**
 * Copies of a tap wait until its first delivery went well or was given back: else one could come by a copy and be given back.
 * What goes on in this process is known at once; of other processes it is known by the time that passed.
 */
import { Problem } from '../../protocol/problem.ts';
import type { Tap } from './session-store.ts';

/** Seconds in which a tap can be given back. A delivery that fails later is asked for again, and not charged again. */
const giveBackSeconds = 5;
/** Seconds until a copy of it is delivered that another process may have taken; more, for clocks that differ. */
const copySeconds = 10;
/** Deliveries that are remembered at least; twice as many at most. */
const maxKept = 10_000;

export interface Deliveries {
  /** This process delivered it well. */
  done: (tap: Tap) => void;
  /** @param now seconds since 1970 @throws Problem `unavailable` while it may still be given back */
  assertOver: (tap: Tap, now: number) => void;
}

const nameOf = ({ iss, sid, tap }: Tap): string => `${iss} ${sid} ${tap}`;

export const mayGiveBack = ({ at }: Tap, now: number): boolean => now <= at + giveBackSeconds;

export function deliveries(): Deliveries {
  let done = new Set<string>();
  let before = done;
  return {
    done: (tap) => {
      done.add(nameOf(tap));
      if (done.size >= maxKept) [before, done] = [done, new Set()];
    },
    assertOver: (tap, now) => {
      const name = nameOf(tap);
      if (now <= tap.at + copySeconds && !done.has(name) && !before.has(name))
        throw new Problem('unavailable');
    },
  };
}

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

export const mayGiveBack = ({ at }: Tap, now: number): boolean => now <= at + giveBackSeconds;

export function deliveries(): Deliveries {
  /** By the hash of what was signed for it, in which session and tap stand */
  let done = new Set<string>();
  let before = done;
  return {
    done: (tap) => {
      done.add(tap.voucher);
      if (done.size >= maxKept) [before, done] = [done, new Set()];
    },
    assertOver: (tap, now) => {
      const isDone = done.has(tap.voucher) || before.has(tap.voucher);
      if (now <= tap.at + copySeconds && !isDone) throw new Problem('unavailable');
    },
  };
}

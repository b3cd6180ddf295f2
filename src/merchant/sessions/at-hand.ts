/** What of an iterable is at hand: the next value is waited for, and those that come with it are taken along. */

/** What an iterator that has its next value ready takes to hand it out. */
const promiseTurns = 8;

export interface AtHand<T> {
  /** Waits for one, and for no further one. @param most how many, at least one @returns none at the end */
  ready: (most: number) => Promise<T[]>;
  /** No more is wanted. */
  end: () => Promise<void>;
}

export function atHand<T>(values: AsyncIterable<T>): AtHand<T> {
  const all = values[Symbol.asyncIterator]();
  let coming: Promise<IteratorResult<T>> | undefined;
  let isOver = false;
  return {
    ready: async (most) => {
      const found: T[] = [];
      while (!isOver && found.length < Math.max(most, 1)) {
        coming ??= all.next();
        const next = found.length === 0 ? await coming : await soon(coming);
        if (!next) break;
        coming = undefined;
        if (next.done) isOver = true;
        else found.push(next.value);
      }
      return found;
    },
    end: async () => {
      if (!isOver) await all.return?.();
      isOver = true;
    },
  };
}

/** @returns undefined for what isn't there by now */
async function soon<T>(promise: Promise<T>): Promise<T | undefined> {
  let found: T | undefined;
  // Whoever waits for it later hears of a failure.
  void promise.then(
    (value) => (found = value),
    () => undefined,
  );
  for (let turn = 0; turn < promiseTurns && found === undefined; turn++) await Promise.resolve();
  return found;
}

/** What the paywall takes from outside: network, clock, timer, randomness, and someone to tell of failures. Nothing else here asks for them. */

export interface Ports {
  fetch: typeof fetch;
  /** Milliseconds since 1970 */
  now: () => number;
  /** @returns `size` random bytes */
  random: (size: number) => Uint8Array<ArrayBuffer>;
  /** Does something later, once. @returns a way to have it not done */
  timer: (run: () => void, ms: number) => () => void;
  /** Hears of errors that a visitor only learns as a 500 or 503 */
  onError: (error: unknown) => void;
}

export const platformPorts: Ports = {
  fetch: (input, init) => fetch(input, init),
  now: () => Date.now(),
  random: (size) => crypto.getRandomValues(new Uint8Array(size)),
  timer: (run, ms) => {
    const timer: unknown = setTimeout(run, ms);
    // Node would stay up for it.
    if (typeof timer === 'object' && timer && 'unref' in timer && typeof timer.unref === 'function')
      timer.unref();
    return () => clearTimeout(timer as number);
  },
  onError: (error) => console.error(error),
};

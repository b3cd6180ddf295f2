/** What the paywall takes from outside: network, clock, randomness, and someone to tell of failures. Nothing else here asks for them. */

export interface Ports {
  fetch: typeof fetch;
  /** Milliseconds since 1970 */
  now: () => number;
  /** @returns `size` random bytes */
  random: (size: number) => Uint8Array<ArrayBuffer>;
  /** Hears of errors that a visitor only learns as a 500 or 503 */
  onError: (error: unknown) => void;
}

export const platformPorts: Ports = {
  fetch: (input, init) => fetch(input, init),
  now: () => Date.now(),
  random: (size) => crypto.getRandomValues(new Uint8Array(size)),
  onError: (error) => console.error(error),
};

/** Everything the client takes from outside: network, clock, chance, waiting, and the lock between tabs. The only file that touches them. */
import { browserPage, type Page } from './page.ts';

/** Runs `work` alone among all tabs of this site that ask for the same name. */
export type Lock = <T>(name: string, work: () => Promise<T>) => Promise<T>;

export interface Ports {
  fetch: typeof fetch;
  /** Milliseconds since 1970; the device's own clock, never signed by itself */
  now: () => number;
  random: (size: number) => Uint8Array<ArrayBuffer>;
  /** Resolves after so many milliseconds */
  wait: (ms: number) => Promise<void>;
  /** A signal that aborts after so many milliseconds */
  timeout: (ms: number) => AbortSignal;
  lock: Lock;
  /** undefined where there is no page: on a server, in a worker */
  page: Page | undefined;
  /** Tells the page's developer; `console.warn` where it is absent */
  warn?: (sentence: string) => void;
}

export const browserPorts = (): Ports => ({
  fetch: (...request) => fetch(...request),
  now: () => Date.now(),
  random: (size) => crypto.getRandomValues(new Uint8Array(size)),
  wait: (ms) => new Promise((resolve) => setTimeout(resolve, ms)),
  timeout: (ms) => AbortSignal.timeout(ms),
  lock: (name, work) => navigator.locks.request(name, work),
  page: browserPage(),
});

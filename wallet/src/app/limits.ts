/** Rate limits: token buckets in bounded memory, by grant or account first and by address last. */
import { Problem, type Policy } from 'micro-pay/protocol';

export type Rate = keyof Policy['rates'];

interface Bucket {
  tokens: number;
  /** Milliseconds since 1970 */
  at: number;
}

/** Buckets kept; the one used longest ago makes room. */
const maxBuckets = 20_000;

export class Limits {
  readonly #buckets = new Map<string, Bucket>();
  readonly #rates: Policy['rates'];
  readonly #now: () => number;

  constructor(rates: Policy['rates'], now: () => number) {
    this.#rates = rates;
    this.#now = now;
  }

  /** Takes one. @throws Problem `rate-limited` with `retryAfter` in seconds */
  take(rate: Rate, key: string): void {
    const bucket = this.#refilled(rate, key);
    const [count, seconds] = this.#rates[rate];
    const retryAfter = Math.ceil(((1 - bucket.tokens) * seconds) / count);
    if (bucket.tokens < 1) throw new Problem('rate-limited', { extra: { retryAfter } });
    bucket.tokens -= 1;
  }

  /** Gives one back that was taken: for what costs only when it fails. */
  giveBack(rate: Rate, key: string): void {
    const bucket = this.#refilled(rate, key);
    bucket.tokens = Math.min(this.#rates[rate][0], bucket.tokens + 1);
  }

  #refilled(rate: Rate, key: string): Bucket {
    const [count, seconds] = this.#rates[rate];
    const name = `${rate} ${key}`;
    const at = this.#now();
    const old = this.#buckets.get(name) ?? { tokens: count, at };
    const earned = (Math.max(0, at - old.at) * count) / (seconds * 1000);
    const bucket = { tokens: Math.min(count, old.tokens + earned), at };
    this.#buckets.delete(name);
    this.#buckets.set(name, bucket);
    const [oldest] = this.#buckets.keys();
    if (this.#buckets.size > maxBuckets && oldest) this.#buckets.delete(oldest);
    return bucket;
  }
}

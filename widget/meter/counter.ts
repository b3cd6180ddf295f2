/** The SDK's meter that an element's attributes mean: another one when they change. */
import type { Quote, Target } from '../../src/client/api.ts';
import type { Meter, MeterState } from '../../src/client/session-api.ts';
import { Problem } from '../../src/protocol/problem-table.ts';
import type { Sdk } from '../sdk.ts';
import type { Terms } from './attributes.ts';

/** What is asked, by the attributes; undefined where they can't be read. */
interface Meant {
  key: string;
  target: Target | undefined;
  terms: Terms | undefined;
}

type Hears = (state: MeterState) => void;
type Allows = (quote: Quote) => boolean;

export class Counter {
  /** Of one unit, as they were read */
  terms: Terms = { unitMs: 0, most: Infinity };
  readonly #sdk: Sdk;
  readonly #hears: Hears;
  readonly #allows: Allows;
  #meant: Meant | undefined;
  #made: Promise<Meter> | undefined;

  /** @param hears only of the one that is meant @param allows each unit that is paid by itself */
  constructor(sdk: Sdk, hears: Hears, allows: Allows) {
    [this.#sdk, this.#hears, this.#allows] = [sdk, hears, allows];
  }

  means(key: string): boolean {
    return this.#meant?.key === key;
  }

  mean(meant: Meant): void {
    this.#meant = meant;
    this.#made = undefined;
    if (meant.terms) this.terms = meant.terms;
  }

  /** Made at the first use. What couldn't be made is tried anew at the next. */
  meter(): Promise<Meter> {
    const made = (this.#made ??= this.#make());
    made.catch(() => {
      if (this.#made === made) this.#made = undefined;
    });
    return made;
  }

  async #make(): Promise<Meter> {
    const meant = this.#meant;
    if (!meant?.target || !meant.terms) throw new Problem('malformed-request');
    const micro = await this.#sdk.whole();
    const options = { target: meant.target, ...meant.terms, allow: this.#allows };
    return micro.meter(options, (state) => {
      if (this.#meant === meant) this.#hears(state);
    });
  }
}

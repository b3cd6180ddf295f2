/** The writers' queue: one transaction at a time, and whatever waits meanwhile is committed together, because each commit costs an fsync. */
import type { DatabaseSync } from 'node:sqlite';
import { Problem } from 'micro-pay/protocol';
import type { Tx } from './store.ts';

/** Events that may wait; a wallet this far behind says so at once. */
const maxWaiting = 5_000;
/** Events of one commit. */
const maxBatch = 64;

interface Waiting {
  /** Runs the event inside its savepoint; what it returns tells the outcome, and is called after the commit */
  run: () => Promise<() => void>;
  fail: (error: unknown) => void;
}

export class WriteQueue {
  readonly #db: DatabaseSync;
  readonly #tx: Tx;
  /** Called first in each transaction; throws when this process may no longer write */
  readonly #assertOurs: () => void;
  readonly #waiting: Waiting[] = [];
  #draining: Promise<void> | undefined;

  constructor(db: DatabaseSync, tx: Tx, assertOurs: () => void) {
    this.#db = db;
    this.#tx = tx;
    this.#assertOurs = assertOurs;
  }

  /** @throws Problem `unavailable`, nothing done, when too much waits already */
  add<T>(work: (tx: Tx) => Promise<T>): Promise<T> {
    if (this.#waiting.length >= maxWaiting)
      return Promise.reject(new Problem('unavailable', { moneyMoved: 'no' }));
    return new Promise((resolve, reject) => {
      this.#waiting.push({ run: () => this.#event(work, resolve, reject), fail: reject });
      this.#draining ??= this.#drain();
    });
  }

  /** Resolves when nothing waits any more. */
  async idle(): Promise<void> {
    await this.#draining;
  }

  async #drain(): Promise<void> {
    while (this.#waiting.length > 0) await this.#commit(this.#waiting.splice(0, maxBatch));
    this.#draining = undefined;
  }

  async #commit(batch: Waiting[]): Promise<void> {
    const outcomes: (() => void)[] = [];
    try {
      this.#db.exec('begin immediate');
      this.#assertOurs();
      for (const event of batch) outcomes.push(await event.run());
      this.#db.exec('commit');
    } catch (error) {
      if (this.#db.isTransaction) this.#db.exec('rollback');
      for (const event of batch) event.fail(error);
      return;
    }
    // Nobody hears of an event before it is on the disk.
    for (const tell of outcomes) tell();
  }

  async #event<T>(
    work: (tx: Tx) => Promise<T>,
    resolve: (value: T) => void,
    reject: (error: unknown) => void,
  ): Promise<() => void> {
    this.#db.exec('savepoint event');
    try {
      const value = await work(this.#tx);
      this.#db.exec('release event');
      return () => resolve(value);
    } catch (error) {
      this.#db.exec('rollback to event');
      this.#db.exec('release event');
      return () => reject(error);
    }
  }
}

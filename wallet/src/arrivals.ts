/** Who waits for a question that is still on its way: the consent page opens in the click, `POST /connect` runs beside it. */

/** Pages that wait at once; beyond it a page is told at once that nothing came. */
const maxWaiting = 1_000;

export class Arrivals {
  readonly #waiting = new Map<string, Set<() => void>>();
  #count = 0;

  /** Wakes everyone who waits for this name. */
  tell(name: string): void {
    for (const wake of this.#waiting.get(name) ?? []) wake();
  }

  /**
   * Waits until the name is told, at most `timeoutMs`. Ask the store only after calling this, or what arrives between is missed.
   * Memory only: what arrived is read from the store, and a page that is asked again reads it there.
   */
  wait(name: string, timeoutMs: number): Promise<void> {
    if (this.#count >= maxWaiting) return Promise.resolve();
    this.#count += 1;
    return new Promise((resolve) => {
      const waiting = this.#waiting.get(name) ?? new Set();
      this.#waiting.set(name, waiting);
      const wake = (): void => {
        clearTimeout(timer);
        if (!waiting.delete(wake)) return;
        if (waiting.size === 0) this.#waiting.delete(name);
        this.#count -= 1;
        resolve();
      };
      const timer = setTimeout(wake, timeoutMs);
      waiting.add(wake);
    });
  }
}

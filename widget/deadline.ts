/** An end to waiting: no payment stays under way for ever, even when what is waited for doesn't heed its signal. */

export class Deadline {
  /** Nothing is known about what was waited for, except that it took too long or was called off */
  static readonly passed = Symbol('passed');
  readonly #stop = new AbortController();
  #timer: ReturnType<typeof setTimeout> | undefined;

  /** @param ms until it passes */
  constructor(ms: number) {
    this.set(ms);
  }

  /** Starts again. */
  set(ms: number): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.pass(), ms);
  }

  readonly pass = (): void => this.#stop.abort();

  /** @returns what `act` gives, or `Deadline.passed` */
  async hold<T>(act: (signal: AbortSignal) => Promise<T>): Promise<T | typeof Deadline.passed> {
    const { signal } = this.#stop;
    const passed = new Promise<typeof Deadline.passed>((resolve) => {
      signal.addEventListener('abort', () => resolve(Deadline.passed), { once: true });
    });
    const acted = act(signal);
    // What comes after the end is found again by `resume`.
    acted.catch(() => undefined);
    try {
      return await Promise.race([acted, passed]);
    } finally {
      clearTimeout(this.#timer);
    }
  }
}

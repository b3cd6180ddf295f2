/** An end to waiting: no payment stays under way for ever, even when what is waited for doesn't heed its signal. */

export class Deadline extends AbortController {
  #timer: ReturnType<typeof setTimeout> | undefined;

  /** Starts, or starts again. @param ms until it passes */
  set(ms: number): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.abort(), ms);
  }

  /**
   * What comes after the end is found again by `resume`.
   * @param ms until it passes
   * @returns what `act` gives; undefined when it took too long or was called off
   */
  hold<T>(ms: number, act: (signal: AbortSignal) => Promise<T>): Promise<T | undefined> {
    const { signal } = this;
    this.set(ms);
    const passed = new Promise<undefined>((resolve) => {
      signal.onabort = () => resolve(undefined);
    });
    return Promise.race([act(signal), passed]).finally(() => clearTimeout(this.#timer));
  }
}

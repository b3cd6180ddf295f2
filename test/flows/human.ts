/** How long a person would need: each act of a flow is counted in seconds of someone who does it for the first time. */
import type { Locator, Page } from '@playwright/test';

/**
 * After the keystroke-level model (Card, Moran, Newell 1980): an average non-secretary needs 0.28 s a key, 1.1 s to point and
 * 1.35 s to make up their mind. Read is at 200 words a minute, everything that is seen for the first time.
 */
const seconds = { key: 0.28, point: 1.1, decide: 1.35, word: 60 / 200 } as const;
/** A passkey dialog: read, and a finger on the sensor. */
const passkey = 10;
/** To one's own site and its editor, to the right place in the page, paste, save, and look at the page. */
const paste = 90;

export class Human {
  /** What was done, and for how long */
  readonly acts: [what: string, seconds: number][] = [];
  readonly #read = new Set<string>();

  get total(): number {
    return this.acts.reduce((sum, [, length]) => sum + length, 0);
  }

  #did(what: string, length: number): void {
    this.acts.push([what, Math.round(length * 10) / 10]);
  }

  /** Every line of the page that wasn't read before. */
  async reads(page: Page): Promise<void> {
    const lines = (await page.locator('body').innerText()).split('\n');
    const fresh = lines.filter((line) => !this.#read.has(line));
    for (const line of fresh) this.#read.add(line);
    const words = fresh.join(' ').split(/\s+/).filter(Boolean).length;
    this.#did(`reads ${words} words`, words * seconds.word);
  }

  async presses(locator: Locator): Promise<void> {
    const name = await locator.textContent();
    await locator.click();
    this.pressed(name ?? '');
  }

  /** By other hands, such as those that wake a button first. */
  pressed(name: string): void {
    this.#did(`presses ${name.trim().replace(/\s+/g, ' ')}`, seconds.decide + seconds.point);
  }

  async chooses(locator: Locator): Promise<void> {
    await locator.check();
    this.#did('chooses', seconds.decide + seconds.point);
  }

  /** Letter by letter, as the page hears it. */
  async types(locator: Locator, text: string): Promise<void> {
    await locator.click();
    await locator.fill('');
    await locator.pressSequentially(text);
    this.#did(`types ${text}`, seconds.decide + seconds.point + text.length * seconds.key);
  }

  usedPasskey(): void {
    this.#did('uses the passkey', passkey);
  }

  pasted(): void {
    this.#did('pastes it into the page', paste);
  }
}

/** How long a person would need: each act of a flow is counted in seconds of someone who does it for the first time. */
import { test, type Locator, type Page } from '@playwright/test';
import { drawScreen } from './screens.ts';

/**
 * After the keystroke-level model (Card, Moran, Newell 1980): an average non-secretary needs 0.28 s a key, 1.1 s to point and
 * 1.35 s to make up their mind. Read is at 200 words a minute, everything that is seen for the first time.
 */
const seconds = { key: 0.28, point: 1.1, decide: 1.35, word: 60 / 200 } as const;
/** A passkey dialog: read, and a finger on the sensor. */
const passkey = 10;
/** For so long the wallet takes it for granted that it is still the same person. */
const presence = 300;
/** To one's own site and its editor, to the right place in the page, paste, save, and look at the page. */
const paste = 90;
/** A dialog for files: read it, find the folder, point at the file, point at the button. */
const file = 15;
/** To one's own site, put the file where another one is, and look at the page. */
const upload = 60;

const plain = (text: string): string => text.replace(/\s+/g, ' ').trim();

/** Words on a page: those of a button too, which stand in its shadow, and of a list that is closed only the chosen one. */
function seenWords(): string {
  const buttons = [...document.querySelectorAll('micro-pay')]
    .flatMap(({ shadowRoot }) => [...(shadowRoot?.children ?? [])])
    .filter((element) => element instanceof HTMLElement);
  const lists = [...document.querySelectorAll('select')];
  const words = [document.body, ...buttons].map(({ innerText }) => innerText).join('\n');
  return lists.reduce(
    (all, list) => all.replace(list.innerText, () => list.selectedOptions[0]?.text ?? ''),
    words,
  );
}

export class Human {
  /** What was done, and for how long */
  readonly acts: [what: string, seconds: number][] = [];
  readonly #read = new Set<string>();
  readonly #story: string | undefined;
  readonly #who: string;
  #own = '';
  #lastPasskey = -presence;

  /** @param story whose contact sheet shows what they read; without one it isn't drawn */
  constructor(story?: string, who = story ?? '') {
    this.#story = story;
    this.#who = who;
  }

  get total(): number {
    return this.acts.reduce((sum, [, length]) => sum + length, 0);
  }

  /** Notes the pace with the test that runs; a contact sheet says it too. */
  tells(): void {
    const description = `${this.acts.length} acts, ${Math.round(this.total)} s`;
    test.info().annotations.push({ type: `pace of the ${this.#who}`, description });
    if (process.env['CONTACT_SHEET']) console.log(`${this.#who}: ${description}`);
  }

  #did(what: string, length: number): void {
    this.acts.push([what, Math.round(length * 10) / 10]);
  }

  /** Every line of the page that wasn't read before. A contact sheet shows each page that is read. */
  async reads(page: Page): Promise<void> {
    if (this.#story) await drawScreen(page, this.#story, this.#who);
    const lines = (await page.evaluate(seenWords)).split('\n');
    const fresh = lines.filter((line) => !this.#read.has(line));
    for (const line of fresh) this.#read.add(line);
    const own = fresh.filter((line) => this.#isOwn(line));
    const words = fresh
      .filter((line) => !own.includes(line))
      .flatMap((line) => line.split(/\s+/).filter(Boolean)).length;
    this.#did(`reads ${words} words`, words * seconds.word + own.length * seconds.decide);
  }

  /** What they wrote themselves is no news: they see which lines it is, and go on. */
  wrote(html: string): void {
    this.#own = plain(html.replace(/<[^>]*>/g, ' '));
  }

  #isOwn(line: string): boolean {
    const words = plain(line.replace(/^… | …$/g, ''));
    return words !== '' && this.#own.includes(words);
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
    this.#lastPasskey = this.total;
  }

  /** Where the wallet wants to know that it is them: at this pace the passkey is asked for sooner than while the test runs. */
  provesPresence(): void {
    if (this.total - this.#lastPasskey > presence) this.usedPasskey();
  }

  async picksFile(locator: Locator, name: string, text: string): Promise<void> {
    await locator.setInputFiles({ name, mimeType: 'text/html', buffer: Buffer.from(text) });
    this.#did(`picks ${name}`, seconds.decide + seconds.point + file);
  }

  savedFile(): void {
    this.#did('saves the file', file);
  }

  uploaded(): void {
    this.#did('puts the file on the site', upload);
  }

  pasted(): void {
    this.#did('pastes it into the page', paste);
  }
}

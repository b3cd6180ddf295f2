/** The locked text of one item in a page: the data block, and the text beside it once it is open. */
import { lockedAttribute, lockedFrom, openText, type Locked } from '../../src/lock/locked.ts';
import type { SafeNode } from '../../src/lock/tree.ts';
import { built } from './build.ts';

export class LockedText {
  readonly #block: Element;
  readonly #item: string;
  readonly #payee: string;

  private constructor(block: Element, item: string, payee: string) {
    [this.#block, this.#item, this.#payee] = [block, item, payee];
  }

  /**
   * What stands beside the button is meant, whatever it is: another item's text there is a fault of the page.
   * @returns undefined where the page has no text of this item: it sells something else
   */
  static of({ item, to }: { item: string; to: string }, element: Element): LockedText | undefined {
    const name = `script[${lockedAttribute}`;
    const block =
      element.ownerDocument.querySelector(`${name}="${CSS.escape(item)}"]`) ??
      element.parentElement?.querySelector(`:scope > ${name}]`);
    return block ? new LockedText(block, item, to) : undefined;
  }

  /** It can be opened by its key, as far as anyone can tell who has none. */
  get isWhole(): boolean {
    return this.#locked !== undefined;
  }

  get #locked(): Locked | undefined {
    return lockedFrom(this.#block.textContent, { item: this.#item, payee: this.#payee });
  }

  /** @returns the text; undefined for another key, or a text that was changed */
  async read(key: unknown): Promise<SafeNode[] | undefined> {
    const locked = this.#locked;
    if (!locked || typeof key !== 'string') return undefined;
    return openText(locked, key).catch(() => undefined);
  }

  /** Shows it in its place. What stands above stays where it is. */
  show(text: readonly SafeNode[]): void {
    const name = 'micropay-opened';
    const next = this.#block.nextElementSibling;
    const place = next?.className === name ? next : document.createElement('div');
    place.className = name;
    place.replaceChildren(built(text));
    if (place !== next) this.#block.after(place);
  }
}

/** Slots: what a cookie alone must not show. A page holds names of slots; their words come only to the browser with the login's key. */
import { html } from 'hono/html';
import type { Context } from '../context.ts';
import type { Html } from './layout.ts';

/** Words by the name of their slot. */
export type Details = Record<string, string>;

/** A place for words that come later. */
export const slot = (name: string): Html => html`<bdi data-slot="${name}">hidden</bdi>`;

/**
 * Fills the slots of a page, for someone who has nothing but the cookie.
 * @param page as it would be without
 */
export async function filled(page: Html, details: Details): Promise<string> {
  const pieces = String(await page).split(/<bdi data-slot="([^"]+)">hidden<\/bdi>/);
  const isName = (_piece: string, i: number): boolean => i % 2 === 1;
  const words = await Promise.all(
    pieces.map(async (piece, i) =>
      isName(piece, i) ? String(await html`<bdi>${details[piece] ?? ''}</bdi>`) : piece,
    ),
  );
  return words.join('');
}

/** The notice that stays where the words don't come, and the way to get them. @param from where the page's script asks */
export const detailsNotice = (from: string): Html =>
  html`<div class="card" data-details="${from}" hidden>
    <p>This browser shows no names of sites and payments until you confirm that it is you.</p>
    <p><button type="button" data-passkey="confirm">Confirm with your passkey</button></p>
  </div>`;

/** A slot's name for something that has no number: it stays with it, whatever comes between the page and its words. */
export const handleOf = ({ keys }: Pick<Context, 'keys'>, ...words: string[]): string =>
  keys.mac('form', ['slot', ...words].join('\n')).slice(0, 16);

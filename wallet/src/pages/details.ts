/** Slots: what a cookie alone must not show. A page holds names of slots; their words come only to the browser with the login's key. */
import { html } from 'hono/html';
import type { Html } from './layout.ts';

/** Words by the name of their slot. */
export type Details = Record<string, string>;

/** A place for words that come later. */
export const slot = (name: string): Html => html`<bdi data-slot="${name}">hidden</bdi>`;

/** The notice that stays where the words don't come, and the way to get them. @param from where the page's script asks */
export const detailsNotice = (from: string): Html =>
  html`<div class="card" data-details="${from}" hidden>
    <p>This browser shows no names of sites and payments until you confirm that it is you.</p>
    <p><button type="button" data-passkey="confirm">Confirm with your passkey</button></p>
  </div>`;

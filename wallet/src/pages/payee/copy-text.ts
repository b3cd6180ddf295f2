/** Text to be copied: readable, selectable by hand, and copied by a button where the page's script runs. */
import { html } from 'hono/html';
import type { Html } from '../layout.ts';

export interface Copied {
  id: string;
  label: string;
  text: string;
  rows: number;
}

export const copyText = ({ id, label, text, rows }: Copied): Html =>
  html`<div class="copied">
    <label for="${id}">${label}</label>
    <textarea id="${id}" rows="${rows}" readonly spellcheck="false">${text}</textarea>
    <p>
      <button type="button" data-copy="${id}" hidden aria-label="Copy: ${label}">Copy</button>
      <span class="note" role="status"></span>
    </p>
  </div>`;

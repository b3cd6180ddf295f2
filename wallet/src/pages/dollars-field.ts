/** Where people write a sum, in dollars. */
import { html } from 'hono/html';
import type { Html } from './layout.ts';

/** @param like how one looks, such as `0.02` @param value what stands in it already @param refused id of where its form says why not */
export const dollarsField = (label: string, like: string, value = '', refused = ''): Html =>
  html`<label
      >${label}
      <input
        name="amount"
        required
        inputmode="decimal"
        pattern="[0-9]{1,7}([.][0-9]{1,6})?"
        maxlength="14"
        title="Digits, and a point for cents: ${like}"
        autocomplete="off"
        value="${value}"
        ${refused ? html`aria-describedby="${refused}"` : ''} /></label
    >${refused ? html`<p class="said" role="alert" id="${refused}" data-said></p>` : ''}`;

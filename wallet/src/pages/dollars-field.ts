/** Where people write a sum, in dollars. */
import { html } from 'hono/html';
import type { Html } from './layout.ts';

/** @param like how one looks, such as `0.02` @param value what stands in it already */
export const dollarsField = (label: string, like: string, value = ''): Html =>
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
  /></label>`;

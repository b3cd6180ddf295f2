/** Which file the snippet's page loads: the wallet's newest, or one version that is held to its hash. */
import { html } from 'hono/html';
import { loads, type Wanted } from '../../snippet.ts';
import type { Html } from '../layout.ts';

const words: Record<Wanted['load'], string> = {
  newest:
    'Always the newest: small, and repairs come by themselves. Whoever runs this wallet decides what runs in your page.',
  pinned:
    'This version only, checked in each reader’s browser: nobody can change what runs in your page. It is larger, and repairs come when you copy it anew.',
};

export const loadChoice = (wanted: Wanted): Html =>
  html`<fieldset>
    <legend>Which button does your page load?</legend>
    ${loads.map(
      (load) =>
        html`<label class="tick"
          ><input
            type="radio"
            name="load"
            value="${load}"
            ${load === wanted.load ? ' checked' : ''}
          /><span>${words[load]}</span></label
        >`,
    )}
  </fieldset>`;

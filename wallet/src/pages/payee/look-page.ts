/** Where a payee says how its page looks. */
import { html } from 'hono/html';
import type { Context } from '../../context.ts';
import { amountsText, maxAbout, type Look } from '../../payee-pages.ts';
import { hidden, type Html } from '../layout.ts';
import { pictureUrl } from '../payee-page.ts';
import { payeePage } from './frame.ts';
import { actToken, type Own } from './own.ts';

export const lookPage = (
  context: Context,
  own: Own,
  { look, saved }: { look: Look; saved: boolean },
): Html =>
  payeePage(context, {
    payee: own.payee,
    room: '/page',
    title: 'Your page',
    main: html`<p>
        This is what people see at <a href="/~${own.payee.name}">~${own.payee.name}</a>, also those
        who come by a link, a QR code, or without JavaScript.
      </p>
      ${saved ? html`<p class="good" role="status">Saved.</p>` : ''}
      <section class="card" aria-labelledby="picture">
        <h2 id="picture">Picture</h2>
        ${look.picture ? html`<img class="portrait" src="${pictureUrl(own.payee.name, look.picture)}" alt="Your picture" width="96" height="96" />` : html`<p class="note">None yet.</p>`}
        <form method="post" action="/payee/${own.payee.name}/page/picture" data-picture>
          <label
            >A picture from this device. It is cut to a square and made small right here.
            <input
              type="file"
              accept="image/png,image/jpeg,image/webp,image/gif,image/avif"
              required
          /></label>
          <p><button>Use this picture</button></p>
          ${actToken(context, own, 'picture')}
        </form>
        ${
          look.picture
            ? html`<form method="post" action="/payee/${own.payee.name}/page/picture" data-send>
                <button class="danger">Remove the picture</button>
                ${actToken(context, own, 'picture')}${hidden('picture', '')}
              </form>`
            : ''
        }
      </section>
      <form method="post" action="/payee/${own.payee.name}/page" data-send class="card">
        <label
          >A few words about what you do
          <textarea name="about" rows="6" maxlength="${maxAbout}">${look.about}</textarea>
        </label>
        <label
          >Sums to choose from, in dollars
          <input
            name="amounts"
            maxlength="80"
            value="${amountsText(look)}"
            autocomplete="off"
            aria-describedby="sums"
        /></label>
        <p class="note" id="sums">
          At most six, like 0.05, 0.10, 0.25. People can write another sum of their own.
        </p>
        <button class="main">Save</button>
        ${actToken(context, own, 'look')}
      </form>`,
  });

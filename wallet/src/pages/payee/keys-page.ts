/** Keys of a payee: for whoever sells from a server; one without a server needs none. */
import { html } from 'hono/html';
import type { Context } from '../../context.ts';
import { maxLiveKeys, type PayeeKey } from '../../payee-keys.ts';
import { hidden, type Html } from '../layout.ts';
import { payeePage, roomUrl } from './frame.ts';
import { actToken, type Own } from './own.ts';

export const keysPage = (context: Context, own: Own, keys: PayeeKey[]): Html =>
  payeePage(context, {
    payee: own.payee,
    room: '/keys',
    title: 'Keys',
    main: html`<section class="card">
        <p>
          <strong>Without a server of your own you need no key.</strong> Tip buttons, links and what
          is sold by the wallet work without one.
        </p>
        <p>
          A server that sells by itself, such as a paywall, signs with a key. Whoever has it can
          collect what readers signed for you, to your account here, can say “paid” in your name,
          and can read, rename and lock anew the texts that you sell here. It can’t pay, change a
          price or a site, or reach your wallet. Remove a stolen one at once.
        </p>
      </section>
      ${keys.map((key) => keyCard(context, own, key))} ${addForm(context, own, keys)}`,
  });

const keyCard = (context: Context, own: Own, { kid, x }: PayeeKey): Html =>
  html`<article class="card">
    <h2 class="name">Key ${kid.slice(0, 8)}…</h2>
    <p class="address">${x}</p>
    <form method="post" action="${roomUrl(own.payee.name, '/keys')}/remove" data-send>
      <button class="danger" aria-label="Remove key ${kid.slice(0, 8)}">Remove</button>
      ${hidden('x', x)}${actToken(context, own, 'remove key')}
    </form>
  </article>`;

const addForm = (context: Context, own: Own, keys: PayeeKey[]): Html =>
  html`<form
    method="post"
    action="${roomUrl(own.payee.name, '/keys')}/add"
    data-send
    class="card"
    aria-labelledby="add-key"
  >
    <h2 id="add-key">Add a key</h2>
    ${keys.length >= maxLiveKeys ? html`<p>Two keys are good at a time: another one takes the older’s place.</p>` : ''}
    <label
      >Its public half, “x”, as your server says it
      <input
        name="x"
        required
        minlength="43"
        maxlength="43"
        pattern="[A-Za-z0-9_\\-]{43}"
        title="43 letters, digits, - and _"
        autocomplete="off"
        autocapitalize="none"
        spellcheck="false"
    /></label>
    <p data-make-key hidden>
      <button type="button">Make a key here</button>
      <span class="note" role="status"></span>
    </p>
    <p class="note">
      A key made here is saved as the file payee-key.json, which your server reads; only its public
      half is sent to this wallet.
    </p>
    <button class="main">Add this key</button>
    ${actToken(context, own, 'add key')}
  </form>`;

/** The snippet maker: a button put together by choice, seen as it will be, copied, and watched until its first tap. */
import { html } from 'hono/html';
import { secondsNow } from '../../clock.ts';
import type { Context } from '../../context.ts';
import {
  currency,
  fallbackWords,
  kinds,
  linkOf,
  notesOf,
  snippetOf,
  type Kind,
  type Standing,
  type Wanted,
} from '../../snippet.ts';
import { mostListed, type Sold } from '../../snippet-items.ts';
import { elementUrl, pinned } from '../element-files.ts';
import type { Html } from '../layout.ts';
import { copyText } from './copy-text.ts';
import { payeePage, roomUrl } from './frame.ts';
import { loadChoice } from './load-choice.ts';
import type { Own } from './own.ts';

export interface Maker {
  own: Own;
  wanted: Wanted;
  standing: Standing;
  sold: Sold;
  /** Whether there is an element to look at */
  shown: boolean;
}

export const snippetsPage = (context: Context, maker: Maker): Html => {
  const { own, wanted, standing, shown } = maker;
  const { name } = own.payee;
  const payable = { issuer: context.issuer, name, test: context.env === 'test' };
  const link = linkOf(payable, wanted);
  const snippet = snippetOf(payable, wanted, pinned);
  return payeePage(context, {
    payee: own.payee,
    room: '/snippets',
    title: 'Make a button',
    main: html`${choices(context, maker)}
      <section class="card" aria-labelledby="look">
        <h2 id="look">How it looks</h2>
        ${shown ? html`<p class="preview" data-preview></p>` : html`<p class="note">This wallet has no button to show: it was started without a build.</p>`}
        <p class="note" role="status" data-preview-said></p>
        <ul class="plain notes" data-notes>
          ${notesOf(wanted, standing).map(({ words, look }) => html`<li class="${look}">${words}</li>`)}
        </ul>
      </section>
      <section class="card" aria-labelledby="paste">
        <h2 id="paste">Paste this into your page</h2>
        ${copyText({ id: 'snippet', label: 'HTML', text: snippet ?? '', rows: 10 })}
        <p class="note">
          Where the button should be, on a line of its own. Of several on one page only the first
          needs the lines with “script” and “style”. If your site sends a Content-Security-Policy,
          let its script-src and connect-src have ${context.issuer}, and put what is in “style” into
          your own style sheet.
        </p>
      </section>
      <section class="card" data-link-part aria-labelledby="link" ${link ? '' : ' hidden'}>
        <h2 id="link">Where no script runs</h2>
        <p class="note">In a newsletter, a README, a video’s description, or on paper.</p>
        ${copyText({ id: 'plain-link', label: 'Plain link', text: link ?? '', rows: 2 })}
        <p class="centre">
          <img
            class="code"
            data-code
            alt="QR code of the plain link"
            width="220"
            height="220"
            src="${codeUrl(name, wanted)}"
          />
        </p>
        <p class="centre">
          <a class="button" data-code-file download="${name}.svg" href="${codeUrl(name, wanted)}"
            >Save the QR code</a
          >
        </p>
      </section>
      ${watch(context, name)}
      ${shown ? html`<script type="module" src="${elementUrl}"></script>` : ''}`,
  });
};

/** The same choices as an address: of the QR code, and of this page where no script runs. */
const codeUrl = (name: string, { kind, amount, reason, item }: Wanted): string =>
  `/payee/${name}/qr.svg?${new URLSearchParams({ kind, amount, reason, item })}`;

const kindNames: Record<Kind, string> = {
  tip: 'A tip',
  article: 'An article',
  meter: 'By the minute',
  item: 'Something I sell here',
};

/** Only what a kind needs is shown: wallet.css has the rule, so that it holds without script too. */
const choices = (context: Context, { own, wanted, standing, sold }: Maker): Html => {
  const { items, more } = sold;
  const { name } = own.payee;
  const { cap, open, sites } = standing;
  return html`<form
    class="card maker"
    action="${roomUrl(name, '/snippets')}"
    data-maker
    data-issuer="${context.issuer}"
    data-name="${name}"
    data-test="${context.env === 'test' ? 'yes' : 'no'}"
    data-cap="${cap === undefined ? '' : String(cap)}"
    data-open="${open ? 'yes' : 'no'}"
    data-sites="${sites}"
    data-pinned="${pinned?.path ?? ''}"
    data-integrity="${pinned?.integrity ?? ''}"
  >
    <fieldset>
      <legend>What is it for?</legend>
      <div class="steps kinds">
        ${kinds.map(
          (kind) =>
            html`<label
              ><input
                type="radio"
                name="kind"
                value="${kind}"
                ${kind === wanted.kind ? ' checked' : ''}
              /><span>${kindNames[kind]}</span></label
            >`,
        )}
      </div>
    </fieldset>
    <label class="for-item"
      >Which one?
      <select name="item">
        <option value="">${items.length === 0 ? 'Nothing is for sale yet' : 'Choose'}</option>
        ${items.map(({ id, title, amount }) => html`<option value="${id}" data-amount="${amount}" ${id === wanted.item ? ' selected' : ''}>${title}: ${amount} ${currency}</option>`)}
      </select></label
    >
    <label class="for-article"
      >Address of the article on your site
      <input
        name="src"
        maxlength="1000"
        value="${wanted.src}"
        autocomplete="off"
        spellcheck="false"
    /></label>
    <p class="note for-article">
      No server? <a href="${roomUrl(name, '/lock')}">Lock the page instead</a>: its beginning stays
      for everyone, and the rest opens for a few cents.
    </p>
    ${more ? html`<p class="note for-item">Only the newest ${mostListed} are listed. Each older one has “Make a button” under <a href="${roomUrl(name, '/items')}">For sale</a>.</p>` : ''}
    <p class="note for-item">
      Not here yet? <a href="${roomUrl(name, '/lock')}">Lock a page and sell it</a>.
    </p>
    <label
      ><span class="for-meter">Price of a minute</span><span class="but-meter">Price</span>, in
      dollars
      <input
        name="amount"
        inputmode="decimal"
        maxlength="14"
        value="${wanted.amount}"
        autocomplete="off"
    /></label>
    <label class="for-words"
      >What people pay for, in a few words
      <input
        name="reason"
        maxlength="120"
        value="${wanted.reason}"
        placeholder="The song of the week"
        autocomplete="off"
    /></label>
    <label
      >Words after the price, if you like
      <input name="label" maxlength="40" value="${wanted.label}" autocomplete="off"
    /></label>
    <div class="pair">
      ${colour('background', 'Button', wanted.background)}
      ${colour('color', 'Words on it', wanted.color)}
    </div>
    ${pinned ? loadChoice(wanted) : ''}
    <noscript
      ><p><button>Make it: ${fallbackWords(wanted)}</button></p></noscript
    >
  </form>`;
};

const colour = (name: string, title: string, value: string): Html =>
  html`<label>${title}<input type="color" name="${name}" value="${value}" /></label>`;

const watch = (context: Context, name: string): Html =>
  html`<section
    class="card"
    aria-labelledby="first-tap"
    data-taps="/payee/${name}/taps"
    data-since="${secondsNow(context)}"
  >
    <h2 id="first-tap">See the first tap arrive</h2>
    <p>
      Paste it, open your page, and tap the button
      yourself.${context.env === 'test' ? ' It is play money, so your own taps are allowed here.' : ''}
    </p>
    <p role="status" class="waiting" data-taps-said>Load this page again to see new taps.</p>
    <ul class="rows" data-taps-list></ul>
    <p><button type="button" data-taps-again hidden>Go on watching</button></p>
  </section>`;

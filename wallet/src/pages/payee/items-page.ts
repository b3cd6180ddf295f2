/** What a payee sells without a server: each item with its price, to be changed here and nowhere else. */
import { html } from 'hono/html';
import { decimalFrom, maxListed, maxTitle, priceLabel } from 'micro-pay/protocol';
import type { Context } from '../../context.ts';
import { moneyOf, type ItemRow } from '../../items.ts';
import { dollarsField } from '../dollars-field.ts';
import { sum } from '../labels.ts';
import { hidden, type Html } from '../layout.ts';
import { payeePage, roomUrl } from './frame.ts';
import { actToken, type Own } from './own.ts';

export interface ListedItem {
  row: ItemRow;
  /** Titles of what a list sells */
  parts: string[];
}

export interface Shelf {
  items: ListedItem[];
  /** Where older ones are, if there are more */
  older: string | undefined;
  /** Readers can't take back what was opened */
  kept: boolean;
}

export const itemsPage = (context: Context, own: Own, { items, older, kept }: Shelf): Html =>
  payeePage(context, {
    payee: own.payee,
    room: '/items',
    title: 'For sale',
    main: html`<p>
        What you sell without a server. Price and key are kept here, so a page that somebody edits
        sells nothing for less.
      </p>
      ${blockedNote(own)}
      <p>
        <a class="button main" href="${roomUrl(own.payee.name, '/lock')}"
          >Lock a page and sell it</a
        >
      </p>
      ${items.length === 0 ? html`<p class="card note">Nothing yet.</p>` : items.map((item) => itemCard(context, own, item))}
      ${older ? html`<p><a href="${older}">Older items</a></p>` : ''}
      ${listForm(context, own, items)} ${items.length > 0 ? undoPart(context, own, kept) : ''}`,
  });

const undoPart = (context: Context, own: Own, kept: boolean): Html => {
  const { undo, grant } = context.policy.seconds;
  const minutes = undo / 60;
  return html`<form
    method="post"
    action="${roomUrl(own.payee.name, '/items')}/undo"
    data-send
    class="card"
    aria-labelledby="undo"
  >
    <h2 id="undo">Taking it back</h2>
    <p>
      ${
        kept
          ? 'What was opened stays paid: readers can’t take it back by themselves, and are told so when they are asked. You can give it back.'
          : `Readers can take it back for ${minutes} minutes, each item once. Who has read it by then has it.`
      }
    </p>
    <button name="undo" value="${kept ? 'yes' : 'no'}">
      ${kept ? 'Let readers take it back' : 'Keep what was opened'}
    </button>
    <p class="note">
      ${
        kept
          ? `At once, and for what was bought in the last ${minutes} minutes too.`
          : `It holds for who is asked from then on. Who allowed taps before was told otherwise, and can take back for ${grant / 86_400} days more at most.`
      }
    </p>
    ${actToken(context, own, 'undo items')}
  </form>`;
};

/** Told before something is for sale, and not by taps that are refused. */
export const blockedNote = ({ payee: { name, open, origins } }: Own): Html | '' =>
  open || origins.length > 0
    ? ''
    : html`<p class="card">
        <strong class="warn">Nobody can buy it yet:</strong> you are paid only on sites of your own,
        and none is verified. <a href="${roomUrl(name, '/sites')}">Show which sites are yours</a>
      </p>`;

/** Beside each field for a price that would be refused. */
export const capNote = (context: Context, { payee: { unchecked } }: Own): Html | '' =>
  unchecked
    ? html`<p class="note">
        ${sum(context.policy.caps.openTap)} at most, until you are paid only on sites that are
        verified.
      </p>`
    : '';

const itemCard = (context: Context, own: Own, { row, parts }: ListedItem): Html => {
  const { id, title, url, closed_at } = row;
  const kind = parts.length > 0 ? 'A list' : row.sealed_key === null ? 'Without a lock' : 'Locked';
  return html`<article class="card">
    <h2 class="name"><bdi>${title}</bdi></h2>
    <p>
      <strong>${priceLabel(moneyOf(row))}</strong>
      <span class="note"
        >${kind}${closed_at === null ? '' : html`, <strong>not sold any more</strong>`}</span
      >
    </p>
    ${parts.length > 0 ? html`<p class="note">Sells together: ${parts.map((part, i) => html`${i > 0 ? ', ' : ''}<bdi>${part}</bdi>`)}</p>` : ''}
    <p class="note">
      Sold at
      <a href="/~${own.payee.name}/${id}">~${own.payee.name}/${id}</a
      >${url === null ? '' : html`<br />Read at <a href="${url}" rel="noreferrer">${url}</a>`}
    </p>
    ${closed_at === null ? html`<p><a href="${roomUrl(own.payee.name, '/snippets')}?kind=item&amp;item=${id}">Make a button</a></p>` : ''}
    <details>
      <summary>Change the price, or stop selling</summary>
      ${priceForm(context, own, row)} ${closeForm(context, own, row)}
    </details>
  </article>`;
};

const priceForm = (context: Context, own: Own, row: ItemRow): Html =>
  html`<form method="post" action="${roomUrl(own.payee.name, '/items')}/price" data-send>
    ${priceField(decimalFrom(moneyOf(row)))} ${capNote(context, own)}
    <p><button>Set this price</button></p>
    <p class="note">
      At once, and for everyone. A page that shows the old price sells nothing for it: its button
      says the new one. Change the page’s “amount” too.
    </p>
    ${hidden('id', row.id)}${actToken(context, own, 'price')}
  </form>`;

const closeForm = (context: Context, own: Own, { id, closed_at }: ItemRow): Html =>
  html`<form method="post" action="${roomUrl(own.payee.name, '/items')}/close" data-send>
    ${
      closed_at === null
        ? html`<button class="danger">Stop selling it</button>
            <p class="note">Who bought it can go on reading.</p>`
        : html`<button>Sell it again</button>`
    }
    ${hidden('id', id)}${hidden('closed', closed_at === null ? 'yes' : 'no')}${actToken(context, own, 'close item')}
  </form>`;

export const priceField = (value: string): Html =>
  dollarsField('Price, in dollars, like 0.02', '0.02', value);

export const titleField = (value = ''): Html =>
  html`<label
    >Title, as receipts show it
    <input name="title" required maxlength="${maxTitle}" autocomplete="off" value="${value}"
  /></label>`;

const listForm = (context: Context, own: Own, items: readonly ListedItem[]): Html | '' => {
  const single = items.filter(({ row, parts }) => parts.length === 0 && row.closed_at === null);
  if (single.length < 2) return '';
  return html`<form
    method="post"
    action="${roomUrl(own.payee.name, '/items')}"
    data-send
    class="card maker"
    aria-labelledby="new-list"
  >
    <h2 id="new-list">One price for several</h2>
    <p>Whoever owns some of them already pays that much less.</p>
    <fieldset>
      <legend>What it opens</legend>
      ${single.slice(0, maxListed).map(
        ({ row }) =>
          html`<label class="tick"
            ><input type="checkbox" name="item" value="${row.id}" /><span
              ><bdi>${row.title}</bdi>, ${priceLabel(moneyOf(row))}</span
            ></label
          >`,
      )}
    </fieldset>
    ${titleField()} ${priceField('')} ${capNote(context, own)}
    <p><button class="main">Sell them together</button></p>
    ${actToken(context, own, 'sell item')}
  </form>`;
};

/** What a payee's page shows of the payee: picture, name, words; and what a link to it, or to an item, looks like elsewhere (Open Graph). */
import { html } from 'hono/html';
import { payeeUrl, priceLabel, printable } from 'micro-pay/protocol';
import type { Context } from '../context.ts';
import { moneyOf, type ItemRow } from '../items.ts';
import type { Look } from '../payee-pages.ts';
import type { Payee } from '../payees.ts';
import type { Html } from './layout.ts';

export const pictureUrl = (payee: string, version: string): string =>
  `/~${payee}/picture?v=${version}`;

export const portrait = ({ name, display }: Payee, { about, picture }: Look): Html =>
  html`<section class="who" aria-label="${display}">
    ${picture ? html`<img class="portrait" src="${pictureUrl(name, picture)}" alt="" width="96" height="96" />` : ''}
    <h1>Pay <bdi>${display}</bdi></h1>
    ${about ? html`<p class="about"><bdi>${about}</bdi></p>` : ''}
  </section>`;

/**
 * As other sites and messengers show a link to this page: Open Graph, and nothing that they could not read here.
 * @param item whose page it is, where it isn't the payee's own
 */
export const card = (
  context: Context,
  payee: Payee,
  { about, picture }: Look,
  item: ItemRow | undefined,
): Html => {
  const url = payeeUrl(context.issuer, payee.name);
  const tap = 'with one tap, from your micro-pay wallet.';
  const [type, title, words] = item
    ? ['website', `${payee.display} sells “${item.title}”`, `${priceLabel(moneyOf(item))}, ${tap}`]
    : ['profile', `Pay ${payee.display}`, printable(about, 200) || `A few cents, ${tap}`];
  return html`<meta property="og:type" content="${type}" />
    <meta property="og:title" content="${title}" />
    <meta property="og:description" content="${words}" />
    <meta property="og:url" content="${item ? `${url}/${item.id}` : url}" />
    ${picture ? html`<meta property="og:image" content="${context.issuer}${pictureUrl(payee.name, picture)}" />` : ''}`;
};

/** The same page as something to print or to point a phone at. */
export const qrPart = ({ name, display }: Payee, item: ItemRow | undefined): Html => {
  const code = `/~${name}/qr.svg${item ? `?item=${item.id}` : ''}`;
  return html`<details class="qr">
    <summary>This page as a QR code</summary>
    <img
      src="${code}"
      alt="QR code of the page of ${item?.title ?? display}"
      width="240"
      height="240"
      loading="lazy"
    />
    <p><a href="${code}" download="${item ? item.id : `pay-${name}`}.svg">Save it, to print</a></p>
  </details>`;
};

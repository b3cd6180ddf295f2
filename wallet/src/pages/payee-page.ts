/** What a payee's page shows of the payee: picture, name, words; and what a link to it looks like elsewhere (Open Graph). */
import { html } from 'hono/html';
import { payeeUrl, printable } from 'micro-pay/protocol';
import type { Context } from '../context.ts';
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

/** As other sites and messengers show a link to this page: Open Graph, and nothing that they could not read here. */
export const card = (context: Context, payee: Payee, { about, picture }: Look): Html => {
  const url = payeeUrl(context.issuer, payee.name);
  const words = printable(about, 200) || 'A few cents, with one tap, from your micro-pay wallet.';
  return html`<meta property="og:type" content="profile" />
    <meta property="og:title" content="Pay ${payee.display}" />
    <meta property="og:description" content="${words}" />
    <meta property="og:url" content="${url}" />
    ${picture ? html`<meta property="og:image" content="${context.issuer}${pictureUrl(payee.name, picture)}" />` : ''}`;
};

/** The same page as something to print or to point a phone at. */
export const qrPart = ({ name, display }: Payee): Html =>
  html`<details class="qr">
    <summary>This page as a QR code</summary>
    <img
      src="/~${name}/qr.svg"
      alt="QR code of the page of ${display}"
      width="240"
      height="240"
      loading="lazy"
    />
    <p><a href="/~${name}/qr.svg" download="pay-${name}.svg">Save it, to print</a></p>
  </details>`;

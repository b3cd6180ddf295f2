/** One payment as a page: what, to whom, how much and what is left of the limit, why, and what can be done, until when. */
import { html } from 'hono/html';
import { priceLabel } from 'micro-pay/protocol';
import type { Context } from '../context.ts';
import type { ItemWithReceipt } from '../receipts.ts';
import { detailsNotice, slot } from './details.ts';
import { sum, timeLabel } from './labels.ts';
import { amount, document, type Html } from './layout.ts';

/** How much of which limit is used by now, in millionths. */
export interface Used {
  /** The limits of this site; without them those of all sites together, which count every payment */
  here: boolean;
  today: { used: bigint; limit: bigint };
  /** In all for a site, in a month for all sites */
  longer: { used: bigint; limit: bigint };
}

export interface Seen {
  zone: string;
  back: URL | undefined;
  used: Used;
}

export const receiptPage = (context: Context, item: ItemWithReceipt, seen: Seen): Html => {
  const { id, money, status, receipt, reason } = item;
  const { zone, back, used } = seen;
  const paid = status === 'paid';
  const price = priceLabel(money);
  return document(context, {
    title: paid ? 'Receipt' : 'Not charged',
    main: html`<h1>${paid ? `You paid ${price}` : 'You were not charged'}</h1>
      ${detailsNotice(`/receipts/${id}/details`)}
      <dl class="card facts">
        ${fact('What for', reason ? html`The page says: “${slot('reason')}”` : 'No words were given.')}
        ${fact('To whom', html`<strong>${slot('display')}</strong><br /><span class="address">${slot('url')}</span>`)}
        ${fact(paid ? 'How much' : 'Asked for', html`${amount(context, price)}<br />${usedWords(used)}`)}
        ${fact(paid ? 'Why' : 'Why not', whyWords(context, item, zone))}
        ${fact('What you can do', paid ? afterwards(item, zone) : 'Nothing needs to be done. Go back to the page to try again, or leave it.')}
        ${fact('Number', html`<span class="address">${id}</span>`)}
      </dl>
      ${back ? html`<p><a class="button main" href="${back.href}">Back to ${back.host}</a></p>` : ''}
      ${back ? '' : html`<p><a class="button" href="/">To your wallet</a></p>`}
      ${
        receipt
          ? html`<details class="card">
              <summary>The signed receipt</summary>
              <p class="note">
                The wallet’s signature on this payment. Anyone can check it; it opens nothing by
                itself.
              </p>
              <p class="address">${slot('receipt')}</p>
            </details>`
          : ''
      }`,
  });
};

export const fact = (name: string, words: Html | string): Html =>
  html`<div>
    <dt>${name}</dt>
    <dd>${words}</dd>
  </div>`;

export const usedWords = ({ here, today, longer }: Used): string =>
  here
    ? `By now ${sum(today.used)} of your ${sum(today.limit)} here today is used, and ${sum(longer.used)} of ${sum(longer.limit)} in all.`
    : `By now ${sum(today.used)} of the ${sum(today.limit)} for all sites today is used, and ${sum(longer.used)} of ${sum(longer.limit)} this month.`;

const whyWords = (context: Context, item: ItemWithReceipt, zone: string): Html => {
  const { at, origin, refusal, deliveryAgreedAt } = item;
  const when = timeLabel(at, zone);
  if (refusal) return html`${refusal}<br /><span class="note">${when}</span>`;
  const cause =
    origin === context.issuer
      ? 'You confirmed it on this wallet’s page'
      : html`You tapped Pay on ${slot('origin')}`;
  return html`${cause}, ${when}.
  ${deliveryAgreedAt === undefined ? '' : html`<br />On ${timeLabel(deliveryAgreedAt, zone)} you agreed that what you pay for here opens at once, and that your right of withdrawal ends with that.`}`;
};

/** Nothing is promised that this wallet can't do yet: it takes no payment back. */
const afterwards = ({ opensUntil }: ItemWithReceipt, zone: string): Html =>
  html`${opensUntil === undefined ? '' : html`Open it again without paying, until ${timeLabel(opensUntil, zone)}.<br />`}
    Lower what a site may take, or stop it, in <a href="/">your wallet</a>, at any time.<br />
    This wallet can’t take a payment back yet. If something is wrong, tell who was paid, with the
    number below.`;

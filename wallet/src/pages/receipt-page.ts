/** One payment as a page: what, to whom, how much, why, and what can be done. */
import { html } from 'hono/html';
import { priceLabel } from 'micro-pay/protocol';
import type { Context } from '../context.ts';
import type { ItemWithReceipt } from '../receipts.ts';
import { detailsNotice, slot } from './details.ts';
import { timeLabel } from './labels.ts';
import { document, type Html } from './layout.ts';

export const receiptPage = (
  context: Context,
  { id, at, money, status, receipt }: ItemWithReceipt,
  { zone, back }: { zone: string; back: string | undefined },
): Html => {
  const paid = status === 'paid';
  const price = priceLabel(money);
  return document(context, {
    title: paid ? 'Receipt' : 'Not charged',
    main: html`<h1>${paid ? `You paid ${price}` : 'You were not charged'}</h1>
      ${detailsNotice(`/receipts/${id}/details`)}
      <dl class="card facts">
        <div>
          <dt>To</dt>
          <dd>
            <strong>${slot('display')}</strong><br /><span class="address">${slot('url')}</span>
          </dd>
        </div>
        <div>
          <dt>${paid ? 'Amount' : 'Amount asked for'}</dt>
          <dd class="price">
            ${price}${context.env === 'test' ? html` <span class="note">play money</span>` : ''}
          </dd>
        </div>
        <div>
          <dt>What for</dt>
          <dd>${slot('reason')}</dd>
        </div>
        <div>
          <dt>Why</dt>
          <dd>${slot('why')}</dd>
        </div>
        <div>
          <dt>When</dt>
          <dd>${timeLabel(at, zone)}</dd>
        </div>
        <div>
          <dt>Number</dt>
          <dd class="address">${id}</dd>
        </div>
      </dl>
      ${back ? html`<p><a class="button main" href="${back}">Back to the page</a></p>` : ''}
      <p>You can lower what a site may take, or stop it, in <a href="/">your wallet</a>.</p>
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

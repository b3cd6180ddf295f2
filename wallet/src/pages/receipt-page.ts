/** One payment as a page: what, to whom, how much and what is left of the limit, why, and what can be done, until when. */
import { html } from 'hono/html';
import { inLedgerUnits, priceLabel } from 'micro-pay/protocol';
import type { Context } from '../context.ts';
import { formToken } from '../forms.ts';
import type { Login } from '../logins.ts';
import type { ItemWithReceipt, Refunded } from '../receipts.ts';
import { detailsNotice, slot } from './details.ts';
import { sum, timeLabel } from './labels.ts';
import { stateWords } from './question-states.ts';
import { amount, document, hidden, type Html } from './layout.ts';

/** How much of which limit is used by now, in millionths. */
export interface Used {
  /** The limits of this site; without them those of all sites together, which count every payment */
  here: boolean;
  today: { used: bigint; limit: bigint };
  /** In all for a site, in a month for all sites */
  longer: { used: bigint; limit: bigint };
}

export interface Seen {
  login: Login;
  zone: string;
  back: URL | undefined;
  used: Used;
}

export const receiptPage = (context: Context, item: ItemWithReceipt, seen: Seen): Html => {
  const { id, money, status, receipt, reason, refunds } = item;
  const { zone, back, used } = seen;
  const paid = status === 'paid';
  const price = priceLabel(money);
  return document(context, {
    title: paid ? 'Receipt' : 'Not charged',
    main: html`<h1>${titleOf(item)}</h1>
      ${detailsNotice(`/receipts/${id}/details`)}
      <dl class="card facts">
        ${fact('What for', reason ? html`The page says: “${slot('reason')}”` : 'No words were given.')}
        ${fact('To whom', html`<strong>${slot('display')}</strong><br /><span class="address">${slot('url')}</span>`)}
        ${fact(paid ? 'How much' : 'Asked for', html`${amount(context, price)}<br />${usedWords(used)}`)}
        ${fact(paid ? 'Why' : 'Why not', whyWords(context, item, zone))}
        ${refunds.length > 0 ? fact('Came back', cameBack(refunds, zone)) : ''}
        ${fact('What you can do', paid ? afterwards(context, item, seen) : html`Nothing needs to be done. Go back to the page to try again, or leave it.<br />${askLink(item)}`)}
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

const titleOf = (item: ItemWithReceipt): string => {
  if (item.status !== 'paid') return 'You were not charged';
  const words = `You paid ${priceLabel(item.money)}`;
  return leftOf(item) === 0n ? `${words}, and it came back` : words;
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

const cameBack = (refunds: Refunded[], zone: string): Html =>
  html`${refunds.map(
    ({ at, amount: some, by, reason }, i) =>
      html`${i > 0 ? html`<br />` : ''}<strong>${sum(some)}</strong>, ${timeLabel(at, zone)}:
      ${by === 'undo' ? 'you took it back.' : html`who was paid gave it back${reason ? html`: “${slot(`refund.${i}`)}”` : '.'}`}`,
  )}`;

const afterwards = (context: Context, item: ItemWithReceipt, { login, zone }: Seen): Html => {
  const { id, opensUntil, undoUntil, undoRefused } = item;
  const opens = opensUntil !== undefined && leftOf(item) > 0n;
  return html`${undoUntil === undefined ? '' : undoForm(context, login, { id, label: `Undo: get ${sum(leftOf(item))} back`, until: undoUntil, zone, after: opens ? notOwned : '' })}
    ${undoRefused === undefined ? '' : html`It can’t be undone: ${undoRefused}<br />`}
    ${opens ? html`Open it again without paying, until ${timeLabel(opensUntil, zone)}.<br />` : ''}
    Lower what a site may take, or stop it, in <a href="/">your wallet</a>, at any time.<br />${askLink(item)}`;
};

/** To who was paid, with the number filled in; or to what was asked already. */
export const askLink = ({
  id,
  status,
  question,
}: Pick<ItemWithReceipt, 'id' | 'status' | 'question'>): Html =>
  question && question.state !== 'closed'
    ? html`<a href="/questions/${question.id}">Your question</a> ${stateWords[question.state]}.`
    : html`Something wrong?
        <a href="/questions/new?payment=${id}"
          >Ask ${status === 'paid' ? 'who was paid' : 'who was to be paid'}</a
        >, about this payment.`;

const leftOf = ({ money, back }: ItemWithReceipt): bigint => inLedgerUnits(money).amount - back;

interface Undo {
  /** Of the receipt */
  id: string;
  label: string;
  until: number;
  zone: string;
  /** What becomes of what it opened */
  after: string;
  /** Of a session: one of its taps goes back, not all of it */
  tap?: string;
}

const notOwned =
  'You don’t own it any more then. The site isn’t told: where it is open already, it may stay open.';

export const undoForm = (context: Context, login: Login, undo: Undo): Html => {
  const { id, label, until, zone, after, tap } = undo;
  return html`<form method="post" action="/receipts/${id}/undo" data-send>
    <button>${label}</button>
    <p class="note">Until ${timeLabel(until, zone)}. ${after}</p>
    ${hidden('token', formToken(context, login, `undo ${id}`))}${tap === undefined ? '' : hidden('tap', tap)}
  </form>`;
};

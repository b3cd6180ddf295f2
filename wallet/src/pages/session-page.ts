/** One session as a page: what was paid to whom, for which taps, what came back and what is still held. */
import { html } from 'hono/html';
import type { Context } from '../context.ts';
import type { Login } from '../logins.ts';
import type { SessionReceipt, Tap } from '../session-receipts.ts';
import { detailsNotice, slot } from './details.ts';
import { sum, tapsLabel, timeLabel } from './labels.ts';
import { amount, document, type Html } from './layout.ts';
import { askLink, fact, undoForm, usedWords, type Used } from './receipt-page.ts';

export const sessionPage = (
  context: Context,
  receipt: SessionReceipt,
  { login, zone, used }: { login: Login; zone: string; used: Used },
): Html => {
  const { id, paid, taps, shown } = receipt;
  return document(context, {
    title: 'Receipt',
    main: html`<h1>You paid ${sum(paid)}${taps > 0 ? ` for ${tapsLabel(taps)}` : ''}</h1>
      ${detailsNotice(`/receipts/${id}/details`)}
      <dl class="card facts">
        ${fact('To whom', html`<strong>${slot('display')}</strong><br /><span class="address">${slot('url')}</span>`)}
        ${fact('How much', html`${amount(context, sum(paid))}<br />${besides(receipt, zone)}${usedWords(used)}`)}
        ${fact('Why', html`You tapped Pay on ${slot('origin')}. What was set aside for it was taken for these taps.`)}
        ${fact('What you can do', afterwards(receipt))}
        ${fact('Number', html`<span class="address">${id}</span>`)}
      </dl>
      <section aria-labelledby="taps">
        <h2 id="taps">What for</h2>
        ${
          shown.length === 0
            ? html`<p class="card note">Who was paid has not said what each tap was for.</p>`
            : html`<ul class="card rows">
                ${shown.map((tap) => tapRow(tap, zone, tap.undoUntil === undefined ? '' : undoForm(context, login, { id, label: `Undo: get ${sum(tap.amount)} back`, until: tap.undoUntil, zone, after: mayStay, tap: tap.id })))}
              </ul>`
        }
        ${taps > shown.length ? html`<p class="note">And ${tapsLabel(taps - shown.length)} before these.</p>` : ''}
      </section>
      <p><a class="button" href="/">To your wallet</a></p>`,
  });
};

const mayStay = 'The site isn’t told: what it opened may stay open.';
const backWords = { undo: 'taken back', payee: 'given back' };

const tapRow = ({ id, at, amount: price, title, back }: Tap, zone: string, undo: Html | ''): Html =>
  html`<li>
    <span
      >${title === undefined ? 'A tap' : slot(`tap.${id}`)}<br /><span class="note"
        >${timeLabel(at, zone)}</span
      >${undo}</span
    >
    <strong class="amount"
      >${back ? html`<span class="note">${backWords[back]}</span>` : sum(price)}</strong
    >
  </li>`;

/** What else became of the money, where there is something to say. */
const besides = ({ undone, held, until }: SessionReceipt, zone: string): Html =>
  html`${undone > 0n ? html`${sum(undone)} more came back and is yours again.<br />` : ''}
  ${held > 0n ? html`${sum(held)} more is held for it; what it doesn’t take is back by ${timeLabel(until, zone)}.<br />` : ''}`;

const afterwards = (receipt: SessionReceipt): Html =>
  html`Lower what a site may take, or stop it, in <a href="/">your wallet</a>, at any time.<br />
    ${askLink({ ...receipt, status: 'paid' })}`;

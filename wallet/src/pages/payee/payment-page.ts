/** One payment as its payee sees it: what for, what became of it, and giving it back. */
import { html } from 'hono/html';
import { decimalFrom } from 'micro-pay/protocol';
import type { Context } from '../../context.ts';
import { newId } from '../../ids.ts';
import { ledgerCurrency } from '../../ledger.ts';
import type { PayeePayment } from '../../payee-payments.ts';
import type { Tap } from '../../session-receipts.ts';
import { detailsNotice, slot } from '../details.ts';
import { dollarsField } from '../dollars-field.ts';
import { sum, tapsLabel, timeLabel } from '../labels.ts';
import { amount, hidden, inPlayMoney, type Html } from '../layout.ts';
import { fact } from '../receipt-page.ts';
import { payeePage } from './frame.ts';
import { actToken, type Own } from './own.ts';

/** A form here can lead back to the question it was asked for. */
export interface Seen {
  zone: string;
  question?: string;
}

export const paymentUrl = (payee: string, id: string): string => `/payee/${payee}/payments/${id}`;

export const paymentPage = (
  context: Context,
  own: Own,
  payment: PayeePayment,
  zone: string,
): Html => {
  const { id, session } = payment;
  return payeePage(context, {
    payee: own.payee,
    room: '',
    title: session ? 'Taps of one reader' : `${sum(payment.amount)} paid`,
    main: html`${detailsNotice(`${paymentUrl(own.payee.name, id)}/details`)}
      ${paymentFacts(context, payment, zone)}
      ${session ? tapsPart(context, own, payment, zone) : refundForm(context, own, payment, { zone })}
      <p><a class="button" href="/payee/${own.payee.name}">To all payments</a></p>`,
  });
};

export const paymentFacts = (context: Context, payment: PayeePayment, zone: string): Html => {
  const { id, at, title, sub, refunds, session } = payment;
  const held = session && session.held > 0n;
  return html`<dl class="card facts">
    ${session ? '' : fact('What for', title ? slot('title') : 'No words were given.')}
    ${fact('Where', slot('site'))}
    ${fact('How much', html`${amount(context, sum(payment.amount))}${held ? html`<br />${sum(session.held)} more is held until ${timeLabel(session.until, zone)}.` : ''}`)}
    ${fact('When', timeLabel(at, zone))}
    ${
      refunds.length > 0
        ? fact(
            'Went back',
            html`${refunds.map((one, i) => html`${i > 0 ? html`<br />` : ''}<strong>${sum(one.amount)}</strong>, ${timeLabel(Number(one.at), zone)}: ${one.by === 'undo' ? 'the reader took it back.' : html`you gave it back${one.reason ? html`: “${slot(`refund.${i}`)}”` : '.'}`}`)}`,
          )
        : ''
    }
    ${fact('Reader', html`<span class="address">${sub}</span><br /><span class="note">A name that only you see, the same each time. Nobody else knows them by it.</span>`)}
    ${fact('Number', html`<span class="address">${id}</span>`)}
  </dl>`;
};

/** @returns nothing where nothing is left to give back, or not any more */
export const refundForm = (
  context: Context,
  own: Own,
  { id, left, refundUntil }: PayeePayment,
  { zone, question }: Seen,
): Html | '' =>
  refundUntil === undefined
    ? ''
    : html`<form
        method="post"
        action="${paymentUrl(own.payee.name, id)}/refund"
        data-send
        class="card"
        aria-labelledby="refund"
      >
        <h2 id="refund">Give it back</h2>
        <p>
          All of it, or a part: ${sum(left)} at most, until ${timeLabel(refundUntil, zone)}. When
          all is back, what was bought isn’t the reader’s any more; what their browser opened may
          stay open there.
        </p>
        ${dollarsField('How much, in dollars', '0.50', decimalFrom({ amount: String(left), currency: ledgerCurrency }), 'refund-refused')}
        <label
          >Why, in a few words; the reader sees them
          <input name="reason" maxlength="120" autocomplete="off"
        /></label>
        <p>
          <button class="main" data-gate="refund" aria-disabled="true">
            Give back ${inPlayMoney(context)}
          </button>
        </p>
        ${hidden('id', newId(context, 'rfd'))}${question ? hidden('question', question) : ''}
        ${actToken(context, own, `refund ${id}`)}
      </form>`;

const tapsPart = (
  context: Context,
  own: Own,
  { id, session }: PayeePayment,
  zone: string,
): Html => {
  if (!session || session.taps === 0)
    return html`<p class="card note">
      Your server has not told the wallet what the taps were for, so there is none to give back
      here.
    </p>`;
  const { shown, taps } = session;
  return html`<form
    method="post"
    action="${paymentUrl(own.payee.name, id)}/refund"
    data-send
    aria-labelledby="taps"
  >
    <h2 id="taps">What for</h2>
    <ul class="card rows">
      ${shown.map((tap) => tapRow(context, tap, zone))}
    </ul>
    ${taps > shown.length ? html`<p class="note">And ${tapsLabel(taps - shown.length)} before these.</p>` : ''}
    ${actToken(context, own, `refund ${id}`)}
  </form>`;
};

const tapRow = (context: Context, tap: Tap, zone: string): Html => {
  const price = sum(tap.amount);
  const backWords = tap.back === 'undo' ? 'the reader took it back' : 'you gave it back';
  return html`<li>
    <span
      >${tap.title === undefined ? 'A tap' : slot(`tap.${tap.id}`)}<br /><span class="note"
        >${timeLabel(tap.at, zone)}${tap.back ? `, ${backWords}` : ''}</span
      ></span
    >
    ${
      tap.back
        ? html`<strong class="amount">${price}</strong>`
        : html`<button name="tap" value="${tap.id}" data-gate="refund" aria-disabled="true">
            Give back ${price} ${inPlayMoney(context)}
          </button>`
    }
  </li>`;
};

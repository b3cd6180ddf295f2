/** The first page of a payee's side: its books, and what there is to do next. */
import { html } from 'hono/html';
import type { Context } from '../../context.ts';
import { sum } from '../labels.ts';
import type { Html } from '../layout.ts';
import { booksPart, type Home } from './books-page.ts';
import { payeePage, roomUrl } from './frame.ts';
import type { Own } from './own.ts';

/** Until something was paid, what there is to do stands first. */
export const overviewPage = (context: Context, own: Own, home: Home): Html => {
  const parts = [nextSteps(context, own), booksPart(context, own, home)];
  return payeePage(context, {
    payee: own.payee,
    room: '',
    title: 'Overview',
    main: html`${home.lines.length === 0 ? parts : parts.toReversed()}`,
  });
};

const nextSteps = (context: Context, { payee }: Own): Html =>
  html`<ul class="card rows">
    ${todo(roomUrl(payee.name, '/snippets'), 'Make a button', 'Or a link, or a QR code, and see its first tap arrive.')}
    ${todo(
      roomUrl(payee.name, '/sites'),
      'Show which sites are yours',
      `People then read “verified” there instead of “not verified”${payee.unchecked ? `; nobody vouches for you yet, so a tap takes ${sum(context.policy.caps.openTap)} at most` : ''}.`,
    )}
    ${todo(roomUrl(payee.name, '/lock'), 'Lock a page and sell it', 'Its beginning stays for everyone, the rest opens for a few cents. It needs no server.')}
    ${todo(`/~${payee.name}`, 'Look at your page', 'Where anyone can pay you, without a button.')}
  </ul>`;

const todo = (url: string, what: string, why: string): Html =>
  html`<li>
    <a href="${url}"
      ><span><strong>${what}</strong><br /><span class="note">${why}</span></span></a
    >
  </li>`;

/** The first page of a payee's side: what there is to do next. */
import { html } from 'hono/html';
import type { Context } from '../../context.ts';
import { sum } from '../labels.ts';
import type { Html } from '../layout.ts';
import { payeePage, roomUrl } from './frame.ts';
import type { Own } from './own.ts';

export const overviewPage = (context: Context, { payee }: Own): Html =>
  payeePage(context, {
    payee,
    room: '',
    title: 'Overview',
    main: html`<ul class="card rows">
      ${todo(roomUrl(payee.name, '/snippets'), 'Make a button', 'Or a link, or a QR code, and see its first tap arrive.')}
      ${todo(
        roomUrl(payee.name, '/sites'),
        'Show which sites are yours',
        `People then read “verified” there instead of “not verified”${payee.unchecked ? `; nobody vouches for you yet, so a tap takes ${sum(context.policy.caps.openTap)} at most` : ''}.`,
      )}
      ${todo(`/~${payee.name}`, 'Look at your page', 'Where anyone can pay you, without a button.')}
    </ul>`,
  });

const todo = (url: string, what: string, why: string): Html =>
  html`<li>
    <a href="${url}"
      ><span><strong>${what}</strong><br /><span class="note">${why}</span></span></a
    >
  </li>`;

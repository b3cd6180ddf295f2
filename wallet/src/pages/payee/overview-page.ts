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
    main: html`<section class="card">
      <ul class="plain">
        <li>
          <a href="${roomUrl(payee.name, '/snippets')}">Make a button</a>, a link or a QR code, and
          see its first tap arrive.
        </li>
        <li>
          <a href="${roomUrl(payee.name, '/sites')}">Show which sites are yours</a>: people then
          read “verified” instead of “not
          verified”${payee.unchecked ? html`, and a tap may be more than ${sum(context.policy.caps.openTap)}` : ''}.
        </li>
        <li>
          <a href="/~${payee.name}">Look at the page</a> where anyone can pay you without a button.
        </li>
      </ul>
    </section>`,
  });

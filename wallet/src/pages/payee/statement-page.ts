/** A month of a payee's account on paper: what there was, what moved on each day, what there is. */
import { html } from 'hono/html';
import type { Context } from '../../context.ts';
import type { MonthBooks } from '../../payee-books.ts';
import { detailsNotice, slot } from '../details.ts';
import { changeLabel, monthLabel, sum } from '../labels.ts';
import type { Html } from '../layout.ts';
import { siteSlot, takingsRows } from './books-page.ts';
import { payeePage } from './frame.ts';
import type { Own } from './own.ts';

export const statementPage = (
  context: Context,
  { payee }: Own,
  books: MonthBooks,
  zone: string,
): Html =>
  payeePage(context, {
    payee,
    room: '',
    title: `Statement for ${monthLabel(books.month)}`,
    main: html`${detailsNotice(`/payee/${payee.name}/statement/details`)}
      <table class="card figures">
        <caption>
          The account of ~${payee.name}${context.env === 'test' ? ', in play money' : ''}
        </caption>
        <tbody>
          ${row('When the month began', sum(books.opening))}
          ${takingsRows(books.takings).map(([name, amount]) => row(name, changeLabel(amount)))}
          ${row('At its end, or now', sum(books.closing), 'total')}
        </tbody>
      </table>
      ${days(books)}
      ${
        books.sites.length === 0
          ? ''
          : html`<table class="card figures">
              <caption>
                Where it was paid
              </caption>
              <thead>
                <tr>
                  <th scope="col">Site</th>
                  <th scope="col">Paid</th>
                  <th scope="col">Went back</th>
                </tr>
              </thead>
              <tbody>
                ${books.sites.map(
                  ({ site, taken, back }) =>
                    html`<tr>
                      <th scope="row">${slot(siteSlot(context, site))}</th>
                      <td>${sum(taken)}</td>
                      <td>${changeLabel(-back)}</td>
                    </tr>`,
                )}
              </tbody>
            </table>`
      }
      <p class="note">Days are those of ${zone}. Sums are US dollars.</p>
      <p class="choices off-paper">
        <button type="button" data-print>Print</button>
        <a class="button" href="/payee/${payee.name}">To the overview</a>
      </p>`,
  });

const row = (name: string, label: string, kind = ''): Html =>
  html`<tr class="${kind}">
    <th scope="row">${name}</th>
    <td>${label}</td>
  </tr>`;

const days = ({ days: moved }: MonthBooks): Html =>
  moved.length === 0
    ? html`<p class="card note">Nothing moved in this month.</p>`
    : html`<table class="card figures">
        <caption>
          Day by day
        </caption>
        <thead>
          <tr>
            <th scope="col">Day</th>
            <th scope="col">Came</th>
            <th scope="col">Went</th>
            <th scope="col">Yours</th>
          </tr>
        </thead>
        <tbody>
          ${moved.map(
            ({ day, takings: { charged, settled, fees, back, net } }) =>
              html`<tr>
                <th scope="row">${day}</th>
                <td>${sum(charged + settled)}</td>
                <td>${changeLabel(-fees - back)}</td>
                <td>${changeLabel(net)}</td>
              </tr>`,
          )}
        </tbody>
      </table>`;

/** A payee's books on its first page: what there is, what came today and this month, what sells, and what became of each payment. */
import { html } from 'hono/html';
import type { Context } from '../../context.ts';
import type { Books, Takings } from '../../payee-books.ts';
import type { Fate, PayeeLine } from '../../payee-payments.ts';
import { monthAfter } from '../../periods.ts';
import { detailsNotice, handleOf, slot } from '../details.ts';
import { changeLabel, monthLabel, sum, tapsLabel, timeLabel } from '../labels.ts';
import type { Html } from '../layout.ts';
import { roomUrl } from './frame.ts';
import { actToken, type Own } from './own.ts';

export interface Home {
  books: Books;
  lines: PayeeLine[];
  /** Where the script gets what a cookie alone must not show */
  details: string;
  /** Where older payments are, if there are more */
  older: string | undefined;
  /** Questions that wait for an answer */
  waiting: number;
  zone: string;
  /** The month it is there, `2026-11` */
  month: string;
}

export const booksPart = (context: Context, own: Own, home: Home): Html => {
  const { books, waiting, details } = home;
  return html`<section class="card balance" aria-label="Balance">
      <p>
        <span class="note">Balance</span><br /><strong class="price">${sum(books.balance)}</strong>
      </p>
      ${books.held > 0n ? html`<p><span class="note">Held for you</span><br /><strong>${sum(books.held)}</strong></p>` : ''}
    </section>
    ${books.held > 0n ? html`<p class="note">Held is what readers set aside. It is yours when your server settles it; what it doesn’t take goes back to them.</p>` : ''}
    ${context.env === 'test' ? html`<p class="note">Play money: not real, and can’t be paid in or out.</p>` : ''}
    ${waiting > 0 ? html`<p class="card"><a href="${roomUrl(own.payee.name, '/questions')}">${waiting === 1 ? '1 question waits' : `${waiting} questions wait`} for your answer</a></p>` : ''}
    ${detailsNotice(details)} ${figures(books)} ${best(context, books)} ${bySite(context, books)}
    ${payments(own, home)} ${files(context, own, home)}`;
};

const figures = ({ today, month, week }: Books): Html =>
  html`<section aria-labelledby="figures">
    <h2 id="figures">What came</h2>
    <table class="card figures">
      <thead>
        <tr>
          <td></td>
          <th scope="col">Today</th>
          <th scope="col">This month</th>
        </tr>
      </thead>
      <tbody>
        ${row('Payments', today.charged, month.charged)}
        ${month.settled > 0n ? row('Taps, settled', today.settled, month.settled) : ''}
        ${row('Went back', -today.back, -month.back)}
        ${month.fees > 0n ? row('Fees', -today.fees, -month.fees) : ''}
        ${row('Yours', today.net, month.net, 'total')}
      </tbody>
    </table>
    <p class="note">${weekWords(week)}</p>
  </section>`;

/** A tenth of a cent, in millionths: what a day brought is told no finer. */
const tenth = 1_000n;

const weekWords = ({ charged, settled, net }: Takings): string => {
  if (charged + settled === 0n && net === 0n) return 'Nothing was paid in the last seven days.';
  const perWeek = 7n * tenth;
  const half = net < 0n ? -perWeek / 2n : perWeek / 2n;
  const perDay = ((net + half) / perWeek) * tenth;
  const about = perDay === 0n ? `Less than ${sum(tenth)}` : `About ${changeLabel(perDay)}`;
  return `${about} a day over the last seven days.`;
};

/** The order of takings in a table, where each has a name and a sign. */
export const takingsRows = (one: Takings): [name: string, amount: bigint][] => [
  ['Payments', one.charged],
  ['Taps, settled', one.settled],
  ['Went back', -one.back],
  ...(one.fees > 0n ? [['Fees', -one.fees] as [string, bigint]] : []),
];

const row = (name: string, today: bigint, month: bigint, kind = ''): Html =>
  html`<tr class="${kind}">
    <th scope="row">${name}</th>
    <td>${changeLabel(today)}</td>
    <td>${changeLabel(month)}</td>
  </tr>`;

export const saleSlot = (context: Context, site: string, title: string): string =>
  `sale.${handleOf(context, site, title)}`;
export const siteSlot = (context: Context, site: string): string =>
  `site.${handleOf(context, site)}`;

const best = (context: Context, { sales }: Books): Html | '' =>
  sales.length === 0
    ? ''
    : html`<section aria-labelledby="best">
        <h2 id="best">Bought most this month</h2>
        <ol class="card rows">
          ${sales.map(
            ({ site, title, count, amount }) =>
              html`<li>
                <span
                  >${title ? slot(saleSlot(context, site, title)) : 'Without words'}<br /><span
                    class="note"
                    >${count === 1 ? 'once' : `${count} times`},
                    ${slot(siteSlot(context, site))}</span
                  ></span
                >
                <strong class="amount">${sum(amount)}</strong>
              </li>`,
          )}
        </ol>
      </section>`;

const bySite = (context: Context, { sites }: Books): Html | '' =>
  sites.length === 0
    ? ''
    : html`<section aria-labelledby="sites">
        <h2 id="sites">Where it was paid this month</h2>
        <ul class="card rows">
          ${sites.map(
            ({ site, taken, back }) =>
              html`<li>
                <span
                  >${slot(siteSlot(context, site))}${back > 0n ? html`<br /><span class="note">${sum(back)} of what was paid there went back</span>` : ''}</span
                >
                <strong class="amount">${sum(taken)}</strong>
              </li>`,
          )}
        </ul>
      </section>`;

const payments = ({ payee }: Own, { lines, older, zone }: Home): Html =>
  html`<section aria-labelledby="payments">
    <h2 id="payments">Payments</h2>
    ${
      lines.length === 0
        ? html`<p class="card note">
            None yet. Each one will be here, with what became of it, and can be given back from
            here.
          </p>`
        : html`<ul class="card rows">
            ${lines.map((line) => paymentRow(payee.name, line, zone))}
          </ul>`
    }
    ${older ? html`<p><a href="${older}">Older payments</a></p>` : ''}
  </section>`;

/** One word for what became of a payment, and what is meant by it. */
export const fateWords: Record<Fate, string> = {
  charged: 'charged',
  held: 'held',
  settled: 'settled',
  undone: 'undone by the reader',
  refunded: 'refunded',
  'refunded in part': 'refunded in part',
  'not used': 'not used, went back',
};

const paymentRow = (payee: string, line: PayeeLine, zone: string): Html => {
  const { id, at, title, fate, amount, back, held, taps } = line;
  const more = [
    taps > 0 ? tapsLabel(taps) : '',
    back > 0n && back < amount ? `${sum(back)} went back` : '',
    held > 0n && amount > 0n ? `${sum(held)} held` : '',
  ];
  return html`<li>
    <a href="/payee/${payee}/payments/${id}"
      ><span
        ><strong>${nameOf(line, title ? slot(`${id}.title`) : '')}</strong><br /><span class="note"
          >${[fateWords[fate], ...more, timeLabel(at, zone)].filter(Boolean).join(', ')}</span
        ></span
      >
      <strong class="amount">${sum(amount > 0n ? amount : held)}</strong></a
    >
  </li>`;
};

const nameOf = ({ id }: PayeeLine, title: Html | ''): Html | string => {
  if (title) return title;
  return id.startsWith('ses_') ? 'Taps of one reader' : 'Without words';
};

const files = (context: Context, own: Own, { month }: Home): Html => {
  const { name } = own.payee;
  const months = Array.from({ length: 12 }, (_, i) => monthAfter(month, -i));
  const select = html`<label
    >Month<select name="month">
      ${months.map((one) => html`<option value="${one}">${monthLabel(one)}</option>`)}
    </select></label
  >`;
  return html`<section aria-labelledby="files">
    <h2 id="files">For your records</h2>
    <div class="card">
      <form action="/payee/${name}/statement">
        ${select}
        <p><button>Statement to print</button></p>
      </form>
      <form method="post" action="/payee/${name}/export" data-send>
        ${select}
        <p><button>Every payment as a CSV file</button></p>
        ${actToken(context, own, 'export')}
      </form>
    </div>
  </section>`;
};

/** The home page: what there is, which sites may take how much, what was paid, and the ways in and out. */
import { html } from 'hono/html';
import { priceLabel } from 'micro-pay/protocol';
import type { Site } from '../allowances.ts';
import type { Context } from '../context.ts';
import { formToken } from '../forms.ts';
import type { PersonBalance } from '../ledger.ts';
import type { Login } from '../logins.ts';
import type { Passkey } from '../kept-passkeys.ts';
import type { QuestionRow } from '../question-rows.ts';
import type { Item } from '../receipts.ts';
import { detailsNotice, slot } from './details.ts';
import { heldFor, heldNote } from './held.ts';
import { sum, tapsLabel, timeLabel } from './labels.ts';
import { document, hidden, type Html } from './layout.ts';
import { questionRows } from './question-page.ts';
import { siteHandle } from './site-handle.ts';

export interface Home {
  login: Login;
  zone: string;
  balance: PersonBalance;
  sites: Site[];
  items: Item[];
  /** Where older payments are, if there are more */
  older: string | undefined;
  passkeys: Passkey[];
  /** The newest questions about payments, closed ones too */
  questions: QuestionRow[];
}

export const homePage = (context: Context, home: Home): Html =>
  document(context, {
    title: 'Your wallet',
    main: html`<h1 class="away">Your wallet</h1>
      <section class="card balance" aria-label="Balance">
        <p>
          <span class="note">Available</span><br /><strong class="price"
            >${sum(home.balance.available)}</strong
          >
        </p>
        <p>
          <span class="note">Held for sites</span><br /><strong>${sum(home.balance.held)}</strong>
        </p>
      </section>
      ${heldNote(home.balance, home.zone)}
      ${context.env === 'test' ? html`<p class="note">Play money: not real, and can’t be paid in or out.</p>` : ''}
      ${detailsNotice('/details')} ${sitesPart(context, home)} ${paymentsPart(home)}
      ${questionsPart(home)} ${passkeysPart(context, home)}
      <section aria-labelledby="paid">
        <h2 id="paid">Get paid yourself</h2>
        <p class="card">
          <a href="/payee">Sell an article, put a button on your page</a>: with this wallet, in a
          few minutes.
        </p>
      </section>
      ${waysOut(context, home)}`,
  });

const token = (context: Context, login: Login, purpose: string): Html =>
  hidden('token', formToken(context, login, purpose));

const sitesPart = (context: Context, home: Home): Html =>
  html`<section aria-labelledby="sites">
    <h2 id="sites">Sites you allowed</h2>
    ${
      home.sites.length === 0
        ? html`<p class="card note">
            None yet. Tap a pay button on any site: before it can take anything, you are asked here.
          </p>`
        : home.sites.map((site) => siteCard(context, home, site))
    }
  </section>`;

const siteCard = (context: Context, home: Home, site: Site): Html => {
  const { login } = home;
  const held = heldFor(site.payee, home.balance, home.zone);
  const handle = siteHandle(context, login.person, site.payee);
  return html`<article class="card">
    <h3>
      ${slot(`${handle}.display`)} ${site.revoked ? html`<span class="warn">Stopped</span>` : ''}
    </h3>
    <p class="note">${slot(`${handle}.origins`)}</p>
    ${held} ${usage('Today', site.usedToday, site.per_day)}
    ${usage('In all', site.used, site.total)}
    ${site.revoked ? html`<p class="note">It can take nothing ${held ? 'beyond what is held' : 'more'}, on any device. To allow it again, tap its button there.</p>` : siteForms(context, login, site, handle)}
  </article>`;
};

/** A meter has no use for more digits than a line has pixels. */
const share = (used: bigint, limit: bigint): string =>
  String(limit > 0n ? Math.min(1, Number((used * 1000n) / limit) / 1000) : 1);

const usage = (title: string, used: bigint, limit: bigint): Html =>
  html`<p class="usage">
    <span>${title}: ${sum(used)} of ${sum(limit)}</span
    ><meter value="${share(used, limit)}" aria-label="${title}: used of the limit"></meter>
  </p>`;

const siteForms = (context: Context, login: Login, site: Site, handle: string): Html =>
  html`<details>
    <summary>Change or stop</summary>
    <form method="post" action="/sites/${handle}/limits" data-send>
      <div class="pair">
        ${limitSelect('day', 'In a day', site.per_day, stepsWith(context.policy.presets.day, site.per_day))}
        ${limitSelect('total', 'In all', site.total, stepsWith(context.policy.presets.total, site.total))}
      </div>
      <button>Set limits</button>
      <p class="note">A lower limit counts at once. A higher one asks for your passkey.</p>
      ${token(context, login, `limits ${handle}`)}
    </form>
    <form method="post" action="/sites/${handle}/revoke" data-send>
      <button class="danger">Stop payments to this site</button>
      ${token(context, login, `revoke ${handle}`)}
    </form>
  </details>`;

/** Limits to choose from: the usual ones, half of the lowest, and the one in force. */
export const stepsWith = (presets: readonly bigint[], now: bigint): bigint[] =>
  [...new Set([(presets[0] ?? now) / 2n, ...presets, now])].toSorted((a, b) => (a < b ? -1 : 1));

const limitSelect = (name: string, title: string, now: bigint, steps: bigint[]): Html =>
  html`<label
    >${title}<select name="${name}">
      ${steps.map((value) => html`<option value="${value}" ${value === now ? ' selected' : ''}>${sum(value)}</option>`)}
    </select></label
  >`;

const paymentsPart = ({ items, zone, older }: Home): Html =>
  html`<section aria-labelledby="payments">
    <h2 id="payments">Payments</h2>
    ${
      items.length === 0
        ? html`<p class="card note">
            None yet. Each one will be here with its receipt: what for, to whom, and why.
          </p>`
        : html`<ul class="card rows">
            ${items.map((item) => paymentRow(item, zone))}
          </ul>`
    }
    ${older ? html`<p><a href="${older}">Older payments</a></p>` : ''}
  </section>`;

const paymentRow = ({ id, at, money, status, back, taps }: Item, zone: string): Html =>
  html`<li>
    <a href="/receipts/${id}"
      ><span
        ><strong>${slot(`${id}.display`)}</strong><br /><span class="note"
          >${taps ? `${tapsLabel(taps)}, ` : ''}${timeLabel(at, zone)}${back > 0n ? `, ${sum(back)} came back` : ''}</span
        ></span
      >
      <strong class="amount"
        >${status === 'paid' ? priceLabel(money) : html`<span class="note">not charged</span>`}</strong
      ></a
    >
  </li>`;

const questionsPart = ({ questions, zone }: Home): Html | '' =>
  questions.length === 0
    ? ''
    : html`<section aria-labelledby="questions">
        <h2 id="questions">Questions you asked</h2>
        ${questionRows(questions, zone)}
        <p><a href="/questions">All questions</a></p>
      </section>`;

const passkeysPart = (context: Context, { login, zone, passkeys }: Home): Html =>
  html`<section aria-labelledby="passkeys">
    <h2 id="passkeys">Passkeys</h2>
    <div class="card">
      <ul class="rows">
        ${passkeys.map(
          ({ id, label, createdAt }) =>
            html`<li>
              <span
                >${label}<br /><span class="note">added ${timeLabel(createdAt, zone)}</span></span
              >
              ${
                passkeys.length > 1
                  ? html`<form method="post" action="/passkeys/remove" data-send>
                      ${token(context, login, 'remove')}${hidden('id', id)}<button
                        class="danger"
                        aria-label="Remove ${label}, added ${timeLabel(createdAt, zone)}"
                      >
                        Remove
                      </button>
                    </form>`
                  : ''
              }
            </li>`,
        )}
      </ul>
      ${passkeys.length === 0 ? html`<p class="note">None yet: you sign in by codes that are mailed to you, and pay small sums only. A passkey lifts that, and asks for no code.</p>` : ''}
      ${passkeys.length === 1 ? html`<p class="note">If you lose this one, nobody can let you in again. Add a second one, on another device or a security key.</p>` : ''}
      <button type="button" data-passkey="add">Add a passkey</button>
    </div>
  </section>`;

const waysOut = (context: Context, { login }: Home): Html =>
  html`<section class="choices" aria-label="Sign out">
    <form method="post" action="/sign-out" data-send>
      ${token(context, login, 'sign-out')}<button>Sign out</button>
    </form>
    <form method="post" action="/sign-out-everywhere" data-send>
      ${token(context, login, 'sign-out-everywhere')}<button>Sign out everywhere</button>
    </form>
  </section>`;

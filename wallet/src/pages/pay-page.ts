/** A payee's page: how much, for what, confirm. It works from a plain link, without anything on the site that links here. */
import { html } from 'hono/html';
import { decimalFrom, inLedgerUnits, payeeUrl, priceLabel } from 'micro-pay/protocol';
import type { Context } from '../context.ts';
import { formToken } from '../forms.ts';
import type { Look } from '../payee-pages.ts';
import type { ItemRow } from '../items.ts';
import { isByCode, type Login } from '../logins.ts';
import { dollarsField } from './dollars-field.ts';
import { sum } from './labels.ts';
import type { Link } from './pay-link.ts';
import { amount, document, hidden, inPlayMoney, type Html } from './layout.ts';
import { card, portrait, qrPart } from './payee-page.ts';
import { signInCard } from './sign-in-card.ts';
import { keptWords, undoWords, yourMoney } from './your-money.ts';

export interface Wish extends Link {
  look: Look;
  /** What the payee sells, where nothing was chosen yet */
  items: ItemRow[];
  /** Where older ones are, if there are more */
  older: string | undefined;
  /** What is paid can't be taken back */
  kept: boolean;
  /** Made when the page is: the same page sent twice is one payment */
  id: string;
  /** Where the form goes, with all that the link said */
  action: string;
}

export const payPage = (context: Context, wish: Wish, login: Login | undefined): Html => {
  const { payee, back, look, item } = wish;
  return document(context, {
    title: `Pay ${payee.display}`,
    // Choosing an amount needs no script; signing in by passkey does.
    plain: context.mail !== undefined || (!login && !wish.money),
    head: card(context, payee, look, item?.row),
    main: html`${portrait(payee, look)}
    ${wish.money ? html`${facts(context, wish)} ${next(context, wish, login)}` : html`${amountChoice(wish)} ${shelf(wish)} ${facts(context, wish)}`}
    ${wish.money && !item ? '' : qrPart(payee, item?.row)}
    ${back && !wish.item?.owned ? html`<p class="centre"><a href="${back}">Back without paying</a></p>` : ''}`,
  });
};

/** Asks once more, where no script could watch the first press. */
export const surePage = (context: Context, wish: Wish, login: Login): Html => {
  const { payee, money, id, action, back } = wish;
  const price = money ? priceLabel(money) : '';
  return document(context, {
    title: `Pay ${payee.display}`,
    plain: true,
    main: html`<h1>Pay ${price} to ${payee.display}?</h1>
      ${facts(context, wish)}
      <form method="post" action="${action}" class="card">
        <button class="main wide">Yes, pay ${price} ${inPlayMoney(context)}</button>
        <p class="note">One payment, now, from your wallet. It allows nothing more.</p>
        ${hidden('token', formToken(context, login, `pay ${payee.name}`))}${hidden('id', id)}${hidden('sure', 'yes')}${shown(wish)}
      </form>
      <p class="centre"><a href="${back ?? action}">Back without paying</a></p>`,
  });
};

const saidBy = ({ item }: Wish): string => (item ? 'Who is paid' : 'The link');

const facts = (context: Context, wish: Wish): Html => {
  const { payee, money, reason, kept } = wish;
  return html`<dl class="card facts">
    ${
      money
        ? html`<div>
            <dt>Amount</dt>
            <dd>${amount(context, priceLabel(money))}</dd>
          </div>`
        : ''
    }
    ${
      reason
        ? html`<div>
            <dt>What for</dt>
            <dd>${saidBy(wish)} says: “<bdi>${reason}</bdi>”</dd>
          </div>`
        : ''
    }
    <div>
      <dt>Paid to</dt>
      <dd>
        <strong>${payee.display}</strong><br /><span class="address"
          >${payeeUrl(context.issuer, payee.name)}</span
        >
        ${payee.origins.map(({ origin, verified }) => html`<br />${verified ? html`<span class="good">Verified for ${new URL(origin).host}</span>` : html`<span class="warn">Not verified</span> for ${new URL(origin).host}`}`)}
        ${payee.unchecked ? html`<br /><span class="warn">Not verified</span>${payee.origins.length > 0 ? ' elsewhere' : ''}, so it takes ${sum(context.policy.caps.openTap)} at a time at most` : ''}
      </dd>
    </div>
    ${money ? yourMoney(context, kept ? keptWords('What this opens') : undoWords(context)) : ''}
  </dl>`;
};

function next(context: Context, wish: Wish, login: Login | undefined): Html {
  const { item } = wish;
  if (item?.owned) return ownedPart(wish);
  if (item && item.row.closed_at !== null) return closedPart;
  const price = wish.money ? priceLabel(wish.money) : '';
  return login
    ? html`${payForm(context, wish, login, price)} ${item?.row.sealed_key ? opensElsewhere : ''}`
    : signInCard(context, {
        why: `Pay ${price} from your wallet`,
        after: 'You confirm the payment in the next step.',
        next: wish.action,
      });
}

/** What is paid is what was shown: an item may have another price by now, or be kept, and is refused then. */
const shown = ({ item, money, kept }: Wish): Html =>
  html`${item && money ? hidden('price', String(inLedgerUnits(money).amount)) : ''}${kept ? hidden('kept', 'yes') : ''}`;

const payForm = (context: Context, wish: Wish, login: Login, price: string): Html => {
  const { payee, id, action } = wish;
  return html`<form
    method="post"
    action="${action}"
    ${isByCode(login) ? '' : ' data-send'}
    class="card"
  >
    <button class="main wide" ${isByCode(login) ? '' : ' data-gate aria-disabled=true'}>
      Pay ${price} ${inPlayMoney(context)}
    </button>
    <p class="note">One payment, now, from your wallet. It allows nothing more.</p>
    ${hidden('token', formToken(context, login, `pay ${payee.name}`))}${hidden('id', id)}${shown(wish)}
  </form>`;
};

const opensElsewhere = html`<p class="note">
  Its text opens on its own page, in a browser with JavaScript: tap the button there once you have
  paid.
</p>`;

const ownedPart = ({ back }: Wish): Html =>
  html`<section class="card">
    <h2>It is yours already</h2>
    <p>
      Nothing is charged.
      ${back ? html`Its page opens it when you tap the button there.` : html`Go back to the page you came from and tap its button: it opens for nothing.`}
    </p>
    ${back ? html`<p><a class="button main" href="${back}">Go to ${new URL(back).host}</a></p>` : ''}
  </section>`;

const closedPart = html`<section class="card">
  <h2>This is not sold any more</h2>
  <p>You were not charged. Who bought it before can still open it, after signing in.</p>
</section>`;

/** What can be bought here, without the page it stands on. */
const shelf = ({ payee, items, older }: Wish): Html | '' =>
  items.length === 0
    ? ''
    : html`<section class="shelf" aria-labelledby="sold-here">
        <h2 id="sold-here">For sale</h2>
        <ul class="card rows">
          ${items.map(
            (row) =>
              html`<li>
                <a href="/~${payee.name}/${row.id}"
                  ><span><bdi>${row.title}</bdi></span>
                  <strong class="amount"
                    >${priceLabel({ amount: row.amount, currency: row.currency })}</strong
                  ></a
                >
              </li>`,
          )}
        </ul>
        ${older ? html`<p><a href="${older}">More</a></p>` : ''}
      </section>`;

/** The amount comes first: the button that pays says what it pays. */
const amountChoice = ({ reason, back, look }: Wish): Html => {
  const link = html`${reason ? hidden('reason', reason) : ''}${back ? hidden('return', back) : ''}`;
  return html`<section class="card" aria-labelledby="how-much">
    <h2 id="how-much">How much?</h2>
    <p>Nothing is paid yet: you confirm it in the next step.</p>
    <form class="steps">
      ${look.amounts.map((amount) => html`<button name="amount" value="${dollars(amount)}">${sum(amount)}</button>`)}
      ${link}
    </form>
    <form>
      ${dollarsField('Another amount, in dollars, like 0.50', '0.50')}
      <p><button>Continue</button></p>
      ${link}
    </form>
  </section>`;
};

const dollars = (amount: bigint): string =>
  decimalFrom({ amount: String(amount), currency: 'usd-micro' });

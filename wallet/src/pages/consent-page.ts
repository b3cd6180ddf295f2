/** The consent page: who asks, for whom, what for, how much now and at most; and two equal answers. */
import { html } from 'hono/html';
import { payeeUrl, priceLabel, printable } from 'micro-pay/protocol';
import type { Asked } from '../connects.ts';
import type { Context } from '../context.ts';
import { formToken } from '../forms.ts';
import type { Login } from '../logins.ts';
import type { Choice, Choices } from './consent-choices.ts';
import { ownLetters, sum } from './labels.ts';
import { amount, document, hidden, inPlayMoney, type Html } from './layout.ts';
import { signInCard } from './sign-in-card.ts';
import { keptWords, undoWords, yourMoney } from './your-money.ts';

/**
 * The line of its own that a payment of digital content needs: Directive 2011/83/EU, Article 16 (m).
 * Later taps here have no page of their own, so it speaks for them too.
 */
export const deliveryConsent =
  'Open what I pay for here at once. I know that I lose my 14-day right of withdrawal for it once it opens.';

/** What is set aside with the payment that waits, in words: held is not paid. @returns nothing where nothing is */
export function setAsideWords({ setAside, day }: Choices): string {
  const amounts = [...new Set(setAside.map(({ amount }) => amount))];
  if (amounts.length === 0) return '';
  const isAlways = amounts.length === 1 && setAside.length === day.length;
  const sums = amounts.map((amount) => sum(amount) + (isAlways ? '' : daysOf(setAside, amount)));
  return `With this payment some money is set aside for your next taps here, for a day: ${sums.join('; ')}. What they don’t use is yours again by itself; when it is used up, as much may be set aside again.`;
}

/** @returns ` at $2.00 or $5.00 a day` */
function daysOf(setAside: Choices['setAside'], amount: bigint): string {
  const days = setAside.filter((one) => one.amount === amount);
  return ` at ${days.map(({ perDay }) => sum(perDay)).join(' or ')} a day`;
}

/**
 * @param seen undefined: nobody is signed in; the page says who asks, and offers the ways in
 * @param kept what the payee sells at the wallet can't be taken back
 */
export const consentPage = (
  context: Context,
  asked: Asked,
  seen: { login: Login; choices: Choices } | undefined,
  kept: boolean,
): Html =>
  document(context, {
    title: 'Allow payments?',
    closed: true,
    main: html`<h1>Allow ${asked.payee.display} to take small payments?</h1>
      ${whoAsks(context, asked, seen?.choices.owned ?? false, kept)}
      ${seen ? answerForm(context, asked, seen) : html`${signInCard(context, { why: 'First, your wallet', after: 'Nothing is charged by signing in: you are asked next.', next: `/connect/start?n=${asked.nonce}` })}${denyForm(context, asked)}`}`,
  });

const whoAsks = (
  context: Context,
  { origin, payee, charge }: Asked,
  owned: boolean,
  kept: boolean,
): Html => {
  const letters = ownLetters(origin);
  const words = printable(charge?.description ?? '', 200);
  return html`<dl class="card facts">
    ${
      charge
        ? html`<div>
            <dt>Price now</dt>
            <dd>
              ${owned ? html`<strong>Nothing: you own it already</strong>` : amount(context, priceLabel(charge))}
            </dd>
          </div>`
        : ''
    }
    ${
      words
        ? html`<div>
            <dt>What for</dt>
            <dd>The page says: “<bdi>${words}</bdi>”</dd>
          </div>`
        : ''
    }
    <div>
      <dt>Asked by</dt>
      <dd>
        <strong>${origin}</strong>${letters ? html`<br />in its own letters: ${letters}` : ''}
      </dd>
    </div>
    <div>
      <dt>Paid to</dt>
      <dd>
        <strong>${payee.display}</strong><br />
        <span class="address">${payeeUrl(context.issuer, payee.name)}</span><br />
        ${payee.verified ? html`<span class="good">Verified for ${new URL(origin).host}</span>` : html`<span class="warn">Not verified</span>: the site itself does not say that this is who should be paid`}
      </dd>
    </div>
    ${yourMoney(context, kept ? keptHere(context, payee, charge) : undoWords(context))}
  </dl>`;
};

/** Later taps have no page of their own: it is said of them too. */
const keptHere = ({ policy }: Context, { display }: Asked['payee'], charge: Asked['charge']) => {
  const isSold = charge?.methodDetails?.item !== undefined;
  const what = `${isSold ? 'What this opens, and what else' : 'What'} ${display} sells at this wallet${isSold ? ',' : ''}`;
  return `${keptWords(what)} All else can, for ${policy.seconds.undo / 60} minutes.`;
};

const tokenFor = (context: Context, login: Login | undefined, { nonce }: Asked): Html =>
  hidden('token', formToken(context, login, `connect ${nonce}`));

/** For who isn't signed in, or can't allow it: no needs no wallet. */
const denyForm = (context: Context, asked: Asked, login?: Login, label = 'Don’t allow'): Html =>
  html`<form method="post" action="/connect/start?n=${asked.nonce}" data-send class="choices">
    <button name="decision" value="deny">${label}</button>
    ${tokenFor(context, login, asked)}
  </form>`;

const answerForm = (
  context: Context,
  asked: Asked,
  { login, choices }: { login: Login; choices: Choices },
): Html => {
  const { price, day, total } = choices;
  if (day.length === 0 || total.length === 0) return impossible(context, asked, login, choices);
  return html`<form method="post" action="/connect/start?n=${asked.nonce}" data-send class="card">
    <h2>Later taps on this site</h2>
    <p>
      They pay without asking you again: up to <strong>${sum(choices.perPayment)}</strong> a tap,
      for 30 days at most, and never above these limits. The site may tell this wallet the titles of
      what they open, for your receipts.
    </p>
    ${raised(choices)} ${limitChoice('day', 'In a day', day, choices.usedToday)}
    ${limitChoice('total', 'In all', total, choices.used)} ${setAsideParagraph(choices)}
    ${choices.delivery ? html`<label class="tick"><input type="checkbox" name="delivery" value="yes" required /><span>${deliveryConsent}</span></label>` : ''}
    <div class="choices equal">
      <button class="answer" name="decision" value="deny" formnovalidate>Don’t allow</button>
      <button class="answer" name="decision" value="allow" data-gate aria-disabled="true">
        ${price === undefined ? (choices.owned ? html`Allow and open` : 'Allow') : html`Allow and pay ${sum(price)} ${inPlayMoney(context)}`}
      </button>
    </div>
    <p class="note">You can lower this or end it in your wallet at any time.</p>
    ${tokenFor(context, login, asked)}
  </form>`;
};

const setAsideParagraph = (choices: Choices): Html | '' => {
  const words = setAsideWords(choices);
  return words ? html`<p>${words}</p>` : '';
};

/** A price above what a tap may usually pay lets later taps cost as much: that is said, not slipped in. */
const raised = ({ perPayment, before }: Choices): Html | '' =>
  perPayment > before.perPayment
    ? html`<p>
        <strong>That raises it from ${sum(before.perPayment)}</strong>, because this price is
        higher.
      </p>`
    : '';

const impossible = (
  context: Context,
  asked: Asked,
  login: Login,
  { price, day, usedToday, used }: Choices,
): Html => {
  const { allSitesDay, allSitesMonth } = context.policy.caps;
  const [most, spent] = day.length === 0 ? [allSitesDay, usedToday] : [allSitesMonth, used];
  const when = day.length === 0 ? 'in a day' : 'in all';
  return html`<section class="card">
    <h2>This can’t be allowed</h2>
    <p>
      No site may take more than ${sum(most)}
      ${when}${spent > 0n ? html`, and this one took ${sum(spent)} already` : ''}.
      ${price === undefined ? '' : html`You were not charged.`}
    </p>
    ${denyForm(context, asked, login, 'Close without paying')}
  </section>`;
};

const limitChoice = (name: string, title: string, offered: Choice[], used: bigint): Html => {
  const chosen = offered.some(({ preset }) => preset);
  const note = [
    used > 0n ? `${sum(used)} used${name === 'day' ? ' today' : ' so far'}` : '',
    chosen ? '' : 'please choose',
  ].filter(Boolean);
  return html`<fieldset>
    <legend>${title} <span class="note">${note.join(', ')}</span></legend>
    <div class="steps">
      ${offered.map(
        ({ value, preset }) =>
          html`<label
            ><input
              type="radio"
              name="${name}"
              value="${value}"
              required${preset ? ' checked' : ''}
            /><span>${sum(value)}</span></label
          >`,
      )}
    </div>
  </fieldset>`;
};

/** For a question that never came, has ended, or was answered. */
export const questionGonePage = (context: Context): Html =>
  document(context, {
    title: 'Nothing to allow',
    closed: true,
    main: html`<section class="card">
      <h1>There is nothing to allow here</h1>
      <p>
        The question was answered already, or more than ten minutes have gone by. Nothing was
        charged by this page.
      </p>
      <p>Go back to the page you came from and tap its button again. This window can be closed.</p>
    </section>`,
  });

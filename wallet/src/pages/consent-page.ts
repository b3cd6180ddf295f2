/** The consent page: who asks, for whom, what for, how much now and at most; and two equal answers. */
import { html } from 'hono/html';
import { payeeUrl, priceLabel, printable } from 'micro-pay/protocol';
import type { Asked } from '../connects.ts';
import type { Context } from '../context.ts';
import { formToken } from '../forms.ts';
import type { Login } from '../logins.ts';
import type { Choice, Choices } from './consent-choices.ts';
import { ownLetters, sum } from './labels.ts';
import { document, hidden, type Html } from './layout.ts';
import { signInCard } from './sign-in-card.ts';

/** The line of its own that a payment of digital content needs: Directive 2011/83/EU, Article 16 (m). */
export const deliveryConsent =
  'Open it now. I know that I lose my 14-day right of withdrawal once it opens.';

/** @param login without one the page says who asks, and offers the ways in */
export const consentPage = (
  context: Context,
  asked: Asked,
  seen: { login: Login; choices: Choices } | undefined,
): Html =>
  document(context, {
    title: 'Allow payments?',
    closed: true,
    main: html`<h1>Allow ${asked.payee.display} to be paid by taps?</h1>
      ${whoAsks(context, asked)}
      ${seen ? answerForm(context, asked, seen) : html`${signInCard(context, 'First, your wallet')}${denyForm(context, asked)}`}`,
  });

const whoAsks = (context: Context, { origin, payee, charge }: Asked): Html => {
  const letters = ownLetters(origin);
  const words = printable(charge?.description ?? '', 200);
  return html`<dl class="card facts">
    ${
      charge
        ? html`<div>
            <dt>Price now</dt>
            <dd class="price">${priceLabel(charge)}</dd>
          </div>`
        : ''
    }
    <div>
      <dt>Site that asks</dt>
      <dd>
        <strong class="origin">${origin}</strong
        >${letters ? html`<br />in its own letters: ${letters}` : ''}
      </dd>
    </div>
    <div>
      <dt>Who is paid</dt>
      <dd>
        <strong>${payee.display}</strong><br />
        <span class="address">${payeeUrl(context.issuer, payee.name)}</span><br />
        ${payee.verified ? html`<span class="good">Verified for ${new URL(origin).host}</span>` : html`<span class="warn">Not verified</span>: this site has not shown that it belongs to them`}
      </dd>
    </div>
    ${
      words
        ? html`<div>
            <dt>What for</dt>
            <dd>The page says: “<bdi>${words}</bdi>”</dd>
          </div>`
        : ''
    }
  </dl>`;
};

const tokenFor = (context: Context, login: Login | undefined, { nonce }: Asked): Html =>
  hidden('token', formToken(context, login, `connect ${nonce}`));

const denyForm = (context: Context, asked: Asked): Html =>
  html`<form method="post" action="/connect/start?n=${asked.nonce}" data-send>
    <p class="centre"><button class="quiet" name="decision" value="deny">Don’t allow</button></p>
    ${tokenFor(context, undefined, asked)}
  </form>`;

const answerForm = (
  context: Context,
  asked: Asked,
  { login, choices }: { login: Login; choices: Choices },
): Html => {
  const possible = choices.day.length > 0 && choices.total.length > 0;
  return html`<form method="post" action="/connect/start?n=${asked.nonce}" data-send class="card">
    <h2>Limits here</h2>
    <p>
      A tap on that site can then pay up to <strong>${sum(choices.perPayment)}</strong> without
      asking again, until one of these is reached or 30 days are over.
    </p>
    ${limitChoice('day', 'In a day', choices.day, `${sum(choices.usedToday)} used today`)}
    ${limitChoice('total', 'In all', choices.total, `${sum(choices.used)} used so far`)}
    ${choices.delivery ? html`<label class="tick"><input type="checkbox" name="delivery" value="yes" required /><span>${deliveryConsent}</span></label>` : ''}
    ${possible ? '' : html`<p class="warn">This would pass the most that any site may take here.</p>`}
    <div class="choices equal">
      <button class="answer" name="decision" value="deny" formnovalidate>Don’t allow</button>
      ${possible ? html`<button class="answer" name="decision" value="allow" data-gate aria-disabled="true">${choices.price === undefined ? 'Allow' : html`Allow and pay ${sum(choices.price)}`}</button>` : ''}
    </div>
    <p class="note">You can lower or end this in your wallet at any time.</p>
    ${tokenFor(context, login, asked)}
  </form>`;
};

const limitChoice = (name: string, title: string, offered: Choice[], used: string): Html =>
  html`<fieldset>
    <legend>${title} <span class="note">${used}</span></legend>
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

/** For a question that never came, has ended, or was answered. */
export const questionGonePage = (context: Context): Html =>
  document(context, {
    title: 'Nothing to allow',
    closed: true,
    main: html`<section class="card">
      <h1>There is nothing to allow here</h1>
      <p>
        The question was answered already, or more than ten minutes have gone by. You were not
        charged.
      </p>
      <p>Go back to the page you came from and tap its button again. This window can be closed.</p>
    </section>`,
  });

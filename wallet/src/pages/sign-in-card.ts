/** The ways in, wherever someone needs to be signed in: afterwards they are on the same page again. */
import { html } from 'hono/html';
import type { Context } from '../context.ts';
import { formToken } from '../forms.ts';
import { sum } from './labels.ts';
import { hidden, type Html } from './layout.ts';

export interface WaysIn {
  /** What signing in is for, as a heading */
  why: string;
  /** What happens next, in a sentence */
  after?: string;
  /** Where to be afterwards: the address of this page, from its path on */
  next: string;
}

export const signInCard = (context: Context, { why, after = '', next }: WaysIn): Html =>
  html`<section class="card" aria-labelledby="ways-in">
    <h2 id="ways-in">${why}</h2>
    <div class="scripted">
      <p>
        A passkey is your fingerprint, face or screen lock. There is no
        password${context.mail ? '' : ', and no e-mail address'}. ${after}
      </p>
      <div class="choices">
        <button type="button" class="main" data-passkey="sign-up">
          Create a wallet with a passkey
        </button>
        <button type="button" data-passkey="sign-in">I have one – sign in</button>
      </div>
    </div>
    ${context.mail ? byEmail(context, next) : ''}
    ${context.env === 'test' ? html`<p class="note">A new wallet starts with ${sum(context.policy.balance.playMoney)} of play money: it is not real, and can’t be paid in or out.</p>` : ''}
  </section>`;

const byEmail = (context: Context, next: string): Html => {
  const { fallbackTap, fallbackDay, fallbackMonth } = context.policy.caps;
  return html`<details class="by-email">
    <summary>No passkey? Use your e-mail address</summary>
    <form method="post" action="/sign-in/email">
      <label
        >E-mail address
        <input name="address" type="email" required maxlength="254" autocomplete="email"
      /></label>
      <p><button>Mail me a code</button></p>
      <p class="note">
        Without a passkey a wallet pays at most ${sum(fallbackTap)} at a time, ${sum(fallbackDay)} a
        day and ${sum(fallbackMonth)} a month. Your address is used for codes only, and not kept as
        text.
      </p>
      ${hidden('token', formToken(context, undefined, 'email'))}${hidden('next', next)}
    </form>
  </details>`;
};

/** The two ways in, wherever someone needs to be signed in: afterwards they are on the same page again. */
import { html } from 'hono/html';
import type { Context } from '../context.ts';
import { sum } from './labels.ts';
import type { Html } from './layout.ts';

/**
 * @param why what signing in is for, as a heading
 * @param after what happens next, in a sentence
 */
export const signInCard = ({ env, policy }: Context, why: string, after = ''): Html =>
  html`<section class="card" aria-labelledby="ways-in">
    <h2 id="ways-in">${why}</h2>
    <p>
      A passkey is your fingerprint, face or screen lock. There is no password, and no e-mail
      address. ${after}
    </p>
    <div class="choices">
      <button type="button" class="main" data-passkey="sign-up">
        Create a wallet with a passkey
      </button>
      <button type="button" data-passkey="sign-in">I have one – sign in</button>
    </div>
    ${env === 'test' ? html`<p class="note">A new wallet starts with ${sum(policy.balance.playMoney)} of play money: it is not real, and can’t be paid in or out.</p>` : ''}
  </section>`;

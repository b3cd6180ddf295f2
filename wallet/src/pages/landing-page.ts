/** The start page for someone who isn't signed in: what this is, and the two ways in. */
import { html } from 'hono/html';
import type { Context } from '../context.ts';
import { sum } from './labels.ts';
import { document, type Html } from './layout.ts';
import { signInCard } from './sign-in-card.ts';

export const landingPage = (context: Context): Html =>
  document(context, {
    title: 'Welcome',
    main: html`<section class="hero">
        <h1>Pay a few cents with one tap</h1>
        <p>Open an article or say thanks, without an account at every site.</p>
      </section>
      ${signInCard(context, { why: 'Your wallet', next: '/' })}
      <section class="card" aria-labelledby="promises">
        <h2 id="promises">What you can rely on</h2>
        <ul class="plain">
          <li>
            <strong>You set the limit.</strong> A site gets ${sum(context.policy.presets.day[0])} a
            day at first, and never more than you allowed it.
          </li>
          <li>
            <strong>You see why.</strong> Each payment has a receipt that says what it was for.
          </li>
          <li>
            <strong>You can take it back.</strong> Within ${context.policy.seconds.undo / 60}
            minutes by one press; later, ask who was paid.
          </li>
          <li><strong>You can stop it.</strong> One press ends what a site may take.</li>
          <li>
            <strong>Your money stays here.</strong> ${new URL(context.issuer).host} holds it until a
            tap pays. Sites learn neither your name nor what you have.
          </li>
          ${
            context.env === 'test'
              ? html`<li>
                  <strong>It is play money.</strong> Nothing here is real, and nothing can be paid
                  in or out.
                </li>`
              : ''
          }
        </ul>
      </section>
      <p class="centre"><a href="/payee">Do you write, draw or make music? Get paid here.</a></p>`,
  });

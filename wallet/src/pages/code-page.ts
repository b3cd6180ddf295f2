/** Where the code that was mailed is typed. */
import { html } from 'hono/html';
import type { Context } from '../context.ts';
import { formToken } from '../forms.ts';
import { document, hidden, type Html } from './layout.ts';

export const codePage = (
  context: Context,
  { id, next, refused }: { id: string; next: string; refused?: boolean },
): Html =>
  document(context, {
    title: 'Your code',
    closed: true,
    plain: true,
    main: html`<h1>Type the code we mailed to you</h1>
      ${refused ? html`<p class="said" role="alert">That is not the code, or it is over. Please look again, or ask for a new one.</p>` : ''}
      <form method="post" action="/sign-in/code" class="card">
        <label
          >Code, six digits
          <input
            name="code"
            required
            inputmode="numeric"
            autocomplete="one-time-code"
            pattern="\\s*([0-9]\\s*){6}"
            maxlength="12"
            title="Six digits"
        /></label>
        <p><button class="main">Sign in</button></p>
        <p class="note">
          It is good for ten minutes. Nothing came? Look among the spam, or
          <a href="${next}">go back</a> and ask for another one.
        </p>
        ${hidden('token', formToken(context, undefined, 'code'))}${hidden('id', id)}${hidden('next', next)}
      </form>`,
  });

/** The way in to being paid: the payees someone has, and the form that makes one. */
import { html } from 'hono/html';
import type { Context } from '../../context.ts';
import { formToken } from '../../forms.ts';
import type { Login } from '../../logins.ts';
import type { Verdict } from '../../payee-names.ts';
import { sum } from '../labels.ts';
import { document, hidden, type Html } from '../layout.ts';
import { roomUrl } from './frame.ts';

export const payeesPage = (context: Context, payees: { name: string; display: string }[]): Html =>
  document(context, {
    title: 'Get paid',
    main: html`<h1>Names you are paid under</h1>
      <ul class="card rows">
        ${payees.map(
          ({ name, display }) =>
            html`<li>
              <a href="${roomUrl(name, '')}"
                ><span
                  ><strong><bdi>${display}</bdi></strong
                  ><br /><span class="note">~${name}</span></span
                ></a
              >
            </li>`,
        )}
      </ul>
      <p><a class="button" href="/payee/new">Take one more name</a></p>`,
  });

export interface Begun {
  login: Login;
  /** As it was typed, when the page was asked to look at it */
  name: string;
  verdict: Verdict | undefined;
}

export const newPayeePage = (context: Context, { login, name, verdict }: Begun): Html => {
  const cap = sum(context.policy.caps.openTap);
  return document(context, {
    title: 'Get paid',
    script: 'payee.js',
    main: html`<h1>Choose the name you are paid under</h1>
      <form method="post" action="/payee/new" data-send class="card">
        <label
          >Your address at this wallet, which can’t be changed later. It begins with
          <span class="address">${new URL(context.issuer).host}/~</span>
          <input
            name="name"
            required
            maxlength="32"
            pattern="[a-z0-9]([a-z0-9\\-]*[a-z0-9])?"
            title="Letters a–z, digits and hyphens"
            value="${name}"
            placeholder="maya-draws"
            autocomplete="off"
            autocapitalize="none"
            spellcheck="false"
            aria-describedby="verdict"
            data-check="/payee/new/check"
        /></label>
        <p class="note" id="verdict" role="status">${verdict ? verdictWords(name, verdict) : ''}</p>
        <noscript
          ><p><button formmethod="get" formnovalidate>Is it free?</button></p></noscript
        >
        <label
          >The name people see beside it
          <input name="display" maxlength="80" autocomplete="off" placeholder="As the address" />
        </label>
        <fieldset>
          <legend>Where may your buttons stand?</legend>
          <label class="tick"
            ><input type="radio" name="open" value="yes" required /><span
              >On any page: a profile, a forum, a README. A tap takes ${cap} at most.</span
            ></label
          >
          <label class="tick"
            ><input type="radio" name="open" value="no" required /><span
              >Only on my own sites, which say that I am paid for them. You do that next, with one
              line in the page.</span
            ></label
          >
        </fieldset>
        <button class="main wide">Take this name</button>
        <p class="note">
          Nobody has checked who you are, so people read “not verified” beside it until a site of
          yours says the same.
        </p>
        ${hidden('token', formToken(context, login, 'new payee'))}
      </form>`,
  });
};

/** What is said of a name, without script; with it the same words come while one types. */
export const verdictWords = (name: string, { why, suggestion }: Verdict): string => {
  if (!why) return `~${name} is free.`;
  return suggestion ? `${why} ~${suggestion} is free.` : why;
};

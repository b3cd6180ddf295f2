/** Whose payee it is: each page and each form of a payee's side begins with one of these. */
import { html } from 'hono/html';
import { payeeName, Problem } from 'micro-pay/protocol';
import type { Env } from '../../app/api.ts';
import type { Context } from '../../context.ts';
import { formToken } from '../../forms.ts';
import type { Login } from '../../logins.ts';
import { findPayee, ownerOf, type Payee } from '../../payees.ts';
import { document, hidden, type Html } from '../layout.ts';
import { readOwnForm, type SentForm } from '../posts.ts';
import { assertPerson } from '../presence.ts';
import { signInCard } from '../sign-in-card.ts';
import { loginOf, type Call } from '../visitor.ts';

/** Someone signed in, and a payee of theirs. */
export interface Own {
  login: Login;
  payee: Payee;
}

/** A page for someone signed in; anyone else gets the ways in, and is on the same page afterwards. */
export async function signedIn(
  context: Context,
  c: Call<Env>,
  page: (login: Login) => Promise<Response>,
): Promise<Response> {
  const login = await loginOf(context, c);
  return login ? page(login) : c.html(waysIn(context, c.req.path), 401);
}

const waysIn = (context: Context, next: string): Html =>
  document(context, {
    title: 'Get paid',
    main: html`<section class="hero">
        <h1>Get paid a few cents at a time</h1>
        <p>
          Sell an article, put a button on your page or a link into your newsletter. You need no
          server.
        </p>
      </section>
      ${signInCard(context, { why: 'First, your wallet', after: 'Next you choose the name you are paid under.', next })}`,
  });

/**
 * A page of a payee's side, for its owner alone.
 * @param page what its owner sees; anyone else signed in is told that there is nothing here
 */
export const ownRoom = (
  context: Context,
  c: Call<Env>,
  page: (own: Own) => Html | Promise<Html>,
): Promise<Response> =>
  signedIn(context, c, async (login) =>
    c.html(await page({ login, payee: await ownPayee(context, login, nameIn(c)) })),
  );

/** @throws Problem `not-found` for somebody else's payee too */
export async function ownPayee(context: Context, { person }: Login, name: string): Promise<Payee> {
  if (!payeeName.test(name)) throw new Problem('not-found');
  const payee = await context.store.read(async (tx) =>
    (await ownerOf(tx, name)) === person ? findPayee(tx, name) : undefined,
  );
  if (!payee) throw new Problem('not-found');
  return payee;
}

const nameIn = (c: Call<Env>): string => c.req.param('name') ?? '';

/** A form's token for one act with one payee. */
export const actToken = (context: Context, { login, payee }: Own, act: string): Html =>
  hidden('token', formToken(context, login, `${act} ~${payee.name}`));

/**
 * A form of a payee's side: from this wallet's page, by the payee's owner, with a passkey used minutes ago in this browser.
 * @throws Problem `sign-in-required`, `cross-site-refused`, `malformed-request`, `not-found`, `step-up-required`
 */
export async function readActForm(
  context: Context,
  c: Call<Env>,
  act: string,
  most?: number,
): Promise<Own & Pick<SentForm, 'field' | 'fields'>> {
  const sent = await readOwnForm(context, c, `${act} ~${nameIn(c)}`, most);
  const payee = await ownPayee(context, sent.login, nameIn(c));
  await assertPerson(context, sent.login, sent);
  return { login: sent.login, payee, field: sent.field, fields: sent.fields };
}

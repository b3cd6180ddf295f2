/** Routes of questions about payments, for who asks. */
import { Hono } from 'hono';
import { id as idSchema, payeeUrl, Problem, shaped } from 'micro-pay/protocol';
import type { Env } from '../app/api.ts';
import type { Context } from '../context.ts';
import type { Login } from '../logins.ts';
import { askAbout, closeQuestion, sayMore, threadOf, type Thread } from '../payment-questions.ts';
import { paymentAsked, questionAbout, questionsOf } from '../question-rows.ts';
import { zoneOf } from '../zones.ts';
import type { Details } from './details.ts';
import { document } from './layout.ts';
import { goTo, readOwnForm, sentBy, type SentForm } from './posts.ts';
import { assertThisBrowser } from './presence.ts';
import { askPage, questionPage, questionsPage } from './question-page.ts';
import { signInCard } from './sign-in-card.ts';
import { assertLogin, loginOf, type Call } from './visitor.ts';

/** Questions on one page. */
const pageLength = 20;

export function questionRoutes(context: Context): Hono<Env> {
  const routes = new Hono<Env>();
  const signedIn = async (c: Call<Env>, page: (login: Login) => Promise<Response>) => {
    const login = await loginOf(context, c);
    return login ? page(login) : c.html(signInPage(context, c.req.path), 401);
  };
  const zoneFor = ({ person }: Login) => context.store.read((tx) => zoneOf(tx, person));

  routes.get('/questions', (c) =>
    signedIn(c, async (login) => {
      const before = c.req.query('before');
      const page = before === undefined ? {} : { before: shaped(idSchema, before, 'not-found') };
      const found = await questionsOf(context, login.person, { limit: pageLength, ...page });
      const last = found.length === pageLength ? found.at(-1) : undefined;
      const older = last && `/questions?before=${last.id}`;
      return c.html(questionsPage(context, found, older, await zoneFor(login)));
    }),
  );
  routes.get('/questions/new', (c) =>
    signedIn(c, async (login) => {
      const payment = shaped(idSchema, c.req.query('payment'), 'not-found');
      const { about, known } = await context.store.read(async (tx) => {
        const about = await paymentAsked(tx, login.person, payment);
        if (!about) throw new Problem('not-found');
        return { about, known: await questionAbout(tx, login.person, payment) };
      });
      if (known && known.state !== 'closed') return c.redirect(`/questions/${known.id}`, 303);
      return c.html(askPage(context, login, { ...about, payment }, await zoneFor(login)));
    }),
  );
  routes.post('/questions/new', async (c) => {
    const { login, field } = await readSide(context, c, 'question new');
    const asked = { id: field('id'), payment: field('payment'), text: field('text') };
    return goTo(c, `/questions/${await askAbout(context, { ...asked, person: login.person })}`);
  });
  routes.get('/questions/:id', (c) =>
    signedIn(c, async (login) => {
      const thread = await threadOf(context, c.req.param('id'), { person: login.person });
      return c.html(questionPage(context, login, thread, await zoneFor(login)));
    }),
  );
  routes.get('/questions/:id/details', async (c) => {
    const login = await assertLogin(context, c);
    await assertThisBrowser(context, login, sentBy(context, c));
    const thread = await threadOf(context, c.req.param('id'), { person: login.person });
    const { display, payee } = thread;
    return c.json({ display, url: payeeUrl(context.issuer, payee), ...wordDetails(thread) });
  });
  routes.post('/questions/:id', async (c) => {
    const id = c.req.param('id');
    const { login, field } = await readSide(context, c, `question ${id}`);
    await sayMore(context, id, { person: login.person }, field('text'));
    return goTo(c, `/questions/${id}`);
  });
  routes.post('/questions/:id/close', async (c) => {
    const id = c.req.param('id');
    const { login } = await readSide(context, c, `question ${id}`);
    await closeQuestion(context, id, { person: login.person });
    return goTo(c, `/questions/${id}`);
  });
  return routes;
}

const signInPage = (context: Context, next: string) =>
  document(context, {
    title: 'Questions',
    main: signInCard(context, { why: 'Sign in to see your questions', next }),
  });

/** A form of someone who speaks: not a copied cookie, which could read and write in their name. */
async function readSide(
  context: Context,
  c: Call<Env>,
  purpose: string,
): Promise<SentForm & { login: Login }> {
  const sent = await readOwnForm(context, c, purpose);
  await assertThisBrowser(context, sent.login, sent);
  return sent;
}

export const wordDetails = ({ words }: Thread): Details =>
  Object.fromEntries(words.map(({ text }, i) => [`word.${i}`, text]));

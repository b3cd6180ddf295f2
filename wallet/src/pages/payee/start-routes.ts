/** Routes of the way in to being paid. */
import { Hono } from 'hono';
import { clientAddress } from '../../app/address.ts';
import type { Env } from '../../app/api.ts';
import type { Context } from '../../context.ts';
import { nameVerdict } from '../../payee-names.ts';
import { signUpPayee } from '../../payee-sign-up.ts';
import { payeesOf } from '../../payees.ts';
import { goTo, readOwnForm } from '../posts.ts';
import { assertPerson } from '../presence.ts';
import { assertLogin } from '../visitor.ts';
import { roomUrl } from './frame.ts';
import { signedIn } from './own.ts';
import { newPayeePage, payeesPage, verdictWords } from './start-pages.ts';

export function startRoutes(context: Context): Hono<Env> {
  const routes = new Hono<Env>();
  const verdictOn = (name: string) => context.store.read((tx) => nameVerdict(tx, name));

  routes.get('/payee', (c) =>
    signedIn(context, c, async ({ person }) => {
      const payees = await payeesOf(context, person);
      return payees.length === 0
        ? c.redirect('/payee/new', 303)
        : c.html(payeesPage(context, payees));
    }),
  );
  routes.get('/payee/new', (c) =>
    signedIn(context, c, async (login) => {
      const name = (c.req.query('name') ?? '').slice(0, 64);
      if (name) context.limits.take('nameCheckPerPerson', login.person);
      const verdict = name ? await verdictOn(name) : undefined;
      return c.html(newPayeePage(context, { login, name, verdict }));
    }),
  );
  routes.get('/payee/new/check', async (c) => {
    const { person } = await assertLogin(context, c);
    context.limits.take('nameCheckPerPerson', person);
    const name = (c.req.query('name') ?? '').slice(0, 64);
    const verdict = await verdictOn(name);
    return c.json({ free: !verdict.why, words: verdictWords(name, verdict) });
  });
  routes.post('/payee/new', async (c) => {
    const sent = await readOwnForm(context, c, 'new payee');
    await assertPerson(context, sent.login, sent);
    const { person: owner } = sent.login;
    const [name, open] = [sent.field('name'), sent.field('open') === 'yes'];
    context.limits.take('nameCheckPerPerson', owner);
    await countingPayees(context, clientAddress(context, c.req.raw, c.env), () =>
      signUpPayee(context, { owner, name, display: sent.field('display'), open }),
    );
    return goTo(c, roomUrl(name, open ? '/snippets' : '/sites'));
  });
  return routes;
}

/** A name that was refused made no payee. */
async function countingPayees(
  { limits }: Context,
  address: string,
  work: () => Promise<void>,
): Promise<void> {
  limits.take('payeeSignUpPerAddress', address);
  try {
    await work();
  } catch (error) {
    limits.giveBack('payeeSignUpPerAddress', address);
    throw error;
  }
}

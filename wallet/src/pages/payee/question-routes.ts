/** Routes of a payee's inbox. */
import { Hono } from 'hono';
import { id as idSchema, shaped } from 'micro-pay/protocol';
import type { Env } from '../../app/api.ts';
import type { Context } from '../../context.ts';
import { payeePaymentOf } from '../../payee-payments.ts';
import { closeQuestion, sayMore, threadOf } from '../../payment-questions.ts';
import { answeredBy, waitingFor } from '../../question-rows.ts';
import { zoneOf } from '../../zones.ts';
import { goTo, readOwnForm, type SentForm } from '../posts.ts';
import { assertByPasskey } from '../presence.ts';
import { wordDetails } from '../question-routes.ts';
import type { Call } from '../visitor.ts';
import { paymentDetails, seenOwn } from './books-routes.ts';
import { ownPayee, ownRoom, type Own } from './own.ts';
import { inboxPage, payeeQuestionPage, questionUrl } from './question-page.ts';

/** Questions that wait, and others, on one page. */
const [maxWaiting, pageLength] = [50, 20];

export function payeeQuestionRoutes(context: Context): Hono<Env> {
  const routes = new Hono<Env>();
  const zoneFor = ({ login }: Own) => context.store.read((tx) => zoneOf(tx, login.person));

  routes.get('/payee/:name/questions', (c) =>
    ownRoom(context, c, async (own) => {
      const before = c.req.query('before');
      const page = before === undefined ? {} : { before: shaped(idSchema, before, 'not-found') };
      const { name } = own.payee;
      const rest = await answeredBy(context, name, { limit: pageLength, ...page });
      const last = rest.length === pageLength ? rest.at(-1) : undefined;
      return inboxPage(context, own, {
        waiting: await waitingFor(context, name, maxWaiting),
        rest,
        older: last && `/payee/${name}/questions?before=${last.id}`,
        zone: await zoneFor(own),
      });
    }),
  );
  routes.get('/payee/:name/questions/:id', (c) =>
    ownRoom(context, c, async (own) => {
      const { thread, paid } = await asked(context, own, c.req.param('id'));
      return payeeQuestionPage(context, own, thread, paid, await zoneFor(own));
    }),
  );
  routes.get('/payee/:name/questions/:id/details', async (c) => {
    const own = await seenOwn(context, c);
    const { thread, paid } = await asked(context, own, c.req.param('id'));
    return c.json({ ...(paid ? paymentDetails(context, paid) : {}), ...wordDetails(thread) });
  });
  routes.post('/payee/:name/questions/:id', async (c) => {
    const id = c.req.param('id');
    const { payee, field } = await readAnswer(context, c, id);
    await sayMore(context, id, { payee: payee.name }, field('text'));
    return goTo(c, questionUrl(payee.name, id));
  });
  routes.post('/payee/:name/questions/:id/close', async (c) => {
    const id = c.req.param('id');
    const { payee } = await readAnswer(context, c, id);
    await closeQuestion(context, id, { payee: payee.name });
    return goTo(c, questionUrl(payee.name, id));
  });
  return routes;
}

async function asked(context: Context, { payee }: Own, id: string) {
  const thread = await threadOf(context, id, { payee: payee.name });
  return { thread, paid: await payeePaymentOf(context, payee.name, thread.payment) };
}

/** Words cost nothing that a passkey minutes ago would have to stand for; the key of this browser they need. */
async function readAnswer(
  context: Context,
  c: Call<Env>,
  id: string,
): Promise<Own & { field: SentForm['field'] }> {
  const name = c.req.param('name') ?? '';
  const sent = await readOwnForm(context, c, `answer ${id} ~${name}`);
  const payee = await ownPayee(context, sent.login, name);
  await assertByPasskey(context, sent.login, sent);
  return { login: sent.login, payee, field: sent.field };
}

/** The consent page's routes: the question is shown, and answered. */
import { Hono } from 'hono';
import { nonceSchema, Problem, shaped } from 'micro-pay/protocol';
import { sites } from '../allowances.ts';
import { clientAddress } from '../app/address.ts';
import type { Env } from '../app/api.ts';
import { approve, awaitConnect, deny, type Asked } from '../connects.ts';
import type { Context } from '../context.ts';
import { isKept } from '../item-undo.ts';
import type { Login } from '../logins.ts';
import { ownedReceipt } from '../payment-rows.ts';
import { ownsBy } from '../wish.ts';
import { choicesFor, chosenLimits, raises, type Choices } from './consent-choices.ts';
import { consentPage, deliveryConsent, questionGonePage, setAsideWords } from './consent-page.ts';
import { readForm, type SentForm } from './posts.ts';
import { assertMayRaise, assertMaySpend } from './presence.ts';
import { loginOf } from './visitor.ts';

export function consentRoutes(context: Context): Hono<Env> {
  const routes = new Hono<Env>();

  // A window waits for its question, and there is room for so many: no address may take all of it.
  routes.use('/connect/start', async (c, next) => {
    context.limits.take('startPerAddress', clientAddress(context, c.req.raw, c.env));
    return next();
  });
  routes.get('/connect/start', async (c) => {
    const asked = await openQuestion(context, c.req.query('n'));
    if (!asked) return c.html(questionGonePage(context), 410);
    const login = await loginOf(context, c);
    const seen = login && { login, choices: await choicesOf(context, asked, login) };
    const kept = await context.store.read((tx) => isKept(tx, asked.payee.name));
    return c.html(consentPage(context, asked, seen, kept));
  });

  routes.post('/connect/start', async (c) => {
    const login = await loginOf(context, c);
    const nonce = c.req.query('n');
    const sent = await readForm(context, c, login, `connect ${nonce ?? ''}`);
    const asked = await openQuestion(context, nonce);
    if (!asked) throw new Problem('approval-expired');
    if (sent.field('decision') !== 'allow') return c.json(await deny(context, asked.nonce));
    if (!login) throw new Problem('sign-in-required');
    return c.json(await allowed(context, asked, login, sent));
  });
  return routes;
}

/** Waits a moment for the question: the window opens before the page could ask. */
async function openQuestion(context: Context, nonce: unknown): Promise<Asked | undefined> {
  const asked = await awaitConnect(context, shaped(nonceSchema, nonce, 'malformed-request'));
  return asked?.status === 'asked' ? asked : undefined;
}

async function choicesOf(context: Context, asked: Asked, { person }: Login): Promise<Choices> {
  const known = await sites(context, person);
  const { charge, payee } = asked;
  const site = known.find((one) => one.payee === payee.name);
  const wish = charge && { person, payee: payee.name, owns: ownsBy(context, charge) };
  const receipt = wish && (await context.store.read((tx) => ownedReceipt(tx, context, wish)));
  return choicesFor(asked, site, context.policy, receipt !== undefined);
}

async function allowed(context: Context, asked: Asked, login: Login, sent: SentForm) {
  const choices = await choicesOf(context, asked, login);
  const limits = chosenLimits(choices, sent.field('day'), sent.field('total'));
  const ticked = sent.field('delivery') === 'yes';
  if (choices.delivery && !ticked)
    throw new Problem('malformed-request', { detail: 'Please tick the line above the buttons.' });
  if (raises(choices, limits)) await assertMayRaise(context, login, sent);
  else await assertMaySpend(context, login, sent);
  const held = choices.setAside.find(({ perDay }) => perDay === limits.perDay);
  const scope = {
    limits: {
      perPayment: String(limits.perPayment),
      perDay: String(limits.perDay),
      total: String(limits.total),
    },
    price: asked.charge && { amount: asked.charge.amount, currency: asked.charge.currency },
    verified: asked.payee.verified,
    ...(held && { setAside: { amount: String(held.amount), words: setAsideWords(choices) } }),
    ...(ticked ? { delivery: deliveryConsent } : {}),
  };
  return approve(context, { nonce: asked.nonce, person: login.person, limits, scope });
}

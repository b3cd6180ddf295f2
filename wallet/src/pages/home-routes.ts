/** The home page's routes: the page, the words of its slots, limits, stopping a site, and signing out. */
import { Hono } from 'hono';
import { amountFrom, shaped, id as idSchema } from 'micro-pay/protocol';
import { revokeSite, setLimits, sites, type Site } from '../allowances.ts';
import type { Env } from '../app/api.ts';
import type { Context } from '../context.ts';
import { personBalance } from '../ledger.ts';
import { endLogin, endLogins, isByCode, type Login } from '../logins.ts';
import { passkeysOf } from '../kept-passkeys.ts';
import { receiptsOf } from '../history.ts';
import { questionsOf } from '../question-rows.ts';
import { zoneOf } from '../zones.ts';
import { raises } from './consent-choices.ts';
import { filled, type Details } from './details.ts';
import { homePage, type Home } from './home-page.ts';
import { landingPage } from './landing-page.ts';
import { goTo, readOwnForm, sentBy } from './posts.ts';
import { assertMayRaise, assertThisBrowser } from './presence.ts';
import { siteByHandle, siteHandle } from './site-handle.ts';
import { assertLogin, dropLogin, loginOf } from './visitor.ts';

/** Payments on one page. */
const pageLength = 20;

export function homeRoutes(context: Context): Hono<Env> {
  const routes = new Hono<Env>();
  routes.get('/', async (c) => {
    const login = await loginOf(context, c);
    if (!login) return c.html(landingPage(context));
    const home = await homeOf(context, login, c.req.query('before'));
    const page = homePage(context, home);
    if (isByCode(login)) return c.html(await filled(page, detailsOf(context, home)));
    return c.html(page);
  });
  routes.get('/details', async (c) => {
    const login = await assertLogin(context, c);
    await assertThisBrowser(context, login, sentBy(context, c));
    return c.json(detailsOf(context, await homeOf(context, login, c.req.query('before'))));
  });
  routes.post('/sites/:handle/limits', async (c) => {
    const handle = c.req.param('handle');
    const sent = await readOwnForm(context, c, `limits ${handle}`);
    const { person } = sent.login;
    const site = await siteByHandle(context, person, handle);
    const [perDay, total] = [amountFrom(sent.field('day')), amountFrom(sent.field('total'))];
    if (raises({ before: limitsOf(site) }, { perPayment: 0n, perDay, total }))
      await assertMayRaise(context, sent.login, sent);
    await setLimits(context, { person, payee: site.payee, perDay, total });
    return goTo(c, '/');
  });
  routes.post('/sites/:handle/revoke', async (c) => {
    const handle = c.req.param('handle');
    const { login } = await readOwnForm(context, c, `revoke ${handle}`);
    const site = await siteByHandle(context, login.person, handle);
    await revokeSite(context, login.person, site.payee);
    return goTo(c, '/');
  });
  routes.post('/sign-out', async (c) => {
    const { login } = await readOwnForm(context, c, 'sign-out');
    await endLogin(context, login);
    dropLogin(context, c);
    return goTo(c, '/');
  });
  routes.post('/sign-out-everywhere', async (c) => {
    const { login } = await readOwnForm(context, c, 'sign-out-everywhere');
    await endLogins(context, login.person);
    dropLogin(context, c);
    return goTo(c, '/');
  });
  return routes;
}

const limitsOf = ({ per_payment, per_day, total }: Site) => ({
  perPayment: per_payment,
  perDay: per_day,
  total,
});

/** @param before id of the last payment of the page before */
async function homeOf(context: Context, login: Login, before: string | undefined): Promise<Home> {
  const { person } = login;
  const page = before === undefined ? {} : { before: shaped(idSchema, before, 'not-found') };
  const items = await receiptsOf(context, person, { limit: pageLength, ...page });
  const last = items.length === pageLength ? items.at(-1) : undefined;
  return {
    login,
    zone: await context.store.read((tx) => zoneOf(tx, person)),
    balance: await personBalance(context, person),
    sites: await sites(context, person),
    items,
    older: last && `/?before=${last.id}`,
    passkeys: await passkeysOf(context, person),
    questions: await questionsOf(context, person, { limit: 3 }),
  };
}

function detailsOf(context: Context, { login, sites: known, items }: Home): Details {
  const details: Details = {};
  for (const { payee, display, origins, url } of known) {
    const handle = siteHandle(context, login.person, payee);
    details[`${handle}.display`] = display;
    details[`${handle}.origins`] = origins.join(', ') || url;
  }
  for (const { id, display, reason } of items)
    details[`${id}.display`] = reason ? `${display}: ${reason}` : display;
  return details;
}

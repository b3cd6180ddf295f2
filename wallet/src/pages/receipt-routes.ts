/** The receipt page's routes: the page of a payment or of a session, and the words of its slots. */
import { Hono } from 'hono';
import { payeeUrl, Problem } from 'micro-pay/protocol';
import type { Env } from '../app/api.ts';
import { undoCharge } from '../charge-undo.ts';
import type { Context } from '../context.ts';
import { isByCode } from '../logins.ts';
import { payeeByName } from '../payees.ts';
import { receiptOf, type ItemWithReceipt } from '../receipts.ts';
import { sessionReceiptOf, type SessionReceipt } from '../session-receipts.ts';
import { undoOwnTap } from '../session-undo.ts';
import { standingOf } from '../standing.ts';
import { zoneOf } from '../zones.ts';
import { filled, type Details } from './details.ts';
import { document } from './layout.ts';
import { goTo, readOwnForm, sentBy } from './posts.ts';
import { assertThisBrowser } from './presence.ts';
import { receiptPage, type Used } from './receipt-page.ts';
import { sessionPage } from './session-page.ts';
import { signInCard } from './sign-in-card.ts';
import { assertLogin, loginOf } from './visitor.ts';
import { wayBack } from './way-back.ts';

export function receiptRoutes(context: Context): Hono<Env> {
  const routes = new Hono<Env>();
  routes.get('/receipts/:id', async (c) => {
    const login = await loginOf(context, c);
    if (!login) return c.html(signInPage(context, c.req.path), 401);
    const zone = await context.store.read((tx) => zoneOf(tx, login.person));
    const session = await sessionReceiptOf(context, login.person, c.req.param('id'));
    if (session) {
      const used = await usedBy(context, login.person, session);
      const page = sessionPage(context, session, { login, zone, used });
      if (isByCode(login)) return c.html(await filled(page, sessionDetails(context, session)));
      return c.html(page);
    }
    const item = await itemOf(context, login.person, c.req.param('id'));
    const payee = await payeeByName(context, item.payee);
    const back = payee && wayBack(payee, c.req.query('return'));
    const used = await usedBy(context, login.person, item);
    const seen = { login, zone, back: back ? new URL(back) : undefined, used };
    const page = receiptPage(context, item, seen);
    if (isByCode(login)) return c.html(await filled(page, detailsOf(context, item)));
    return c.html(page);
  });
  routes.get('/receipts/:id/details', async (c) => {
    const login = await assertLogin(context, c);
    await assertThisBrowser(context, login, sentBy(context, c));
    const session = await sessionReceiptOf(context, login.person, c.req.param('id'));
    if (session) return c.json(sessionDetails(context, session));
    return c.json(detailsOf(context, await itemOf(context, login.person, c.req.param('id'))));
  });
  routes.post('/receipts/:id/undo', async (c) => {
    const id = c.req.param('id');
    const sent = await readOwnForm(context, c, `undo ${id}`);
    await assertThisBrowser(context, sent.login, sent);
    const [{ person }, tap] = [sent.login, sent.field('tap')];
    if (tap) await undoOwnTap(context, { person, session: id, tap });
    else await undoCharge(context, { person, payment: id });
    return goTo(c, `/receipts/${id}`);
  });
  return routes;
}

const signInPage = (context: Context, next: string) =>
  document(context, {
    title: 'Receipt',
    main: signInCard(context, { why: 'Sign in to see this receipt', next }),
  });

/** @throws Problem `not-found` for another person's too */
async function itemOf(context: Context, person: string, id: string): Promise<ItemWithReceipt> {
  const item = await receiptOf(context, person, id);
  if (!item) throw new Problem('not-found');
  return item;
}

/** A tap counts against the limits of its site, a payment on these pages against those of all sites. */
async function usedBy(
  context: Context,
  person: string,
  { payee, origin }: { payee: string; origin: string },
): Promise<Used> {
  const { allSitesDay, allSitesMonth } = context.policy.caps;
  const standing = await context.store.read((tx) => standingOf(tx, context, { person, payee }));
  const { allowance } = standing;
  if (origin !== context.issuer && allowance)
    return {
      here: true,
      today: { used: standing.usedToday, limit: allowance.per_day },
      longer: { used: allowance.used, limit: allowance.total },
    };
  return {
    here: false,
    today: { used: standing.allToday, limit: allSitesDay },
    longer: { used: standing.allMonth, limit: allSitesMonth },
  };
}

const detailsOf = ({ issuer }: Context, item: ItemWithReceipt): Details => ({
  display: item.display,
  url: payeeUrl(issuer, item.payee),
  reason: item.reason ?? '',
  origin: item.origin,
  receipt: item.receipt ?? '',
  ...Object.fromEntries(item.refunds.map(({ reason }, i) => [`refund.${i}`, reason])),
});

function sessionDetails({ issuer }: Context, session: SessionReceipt): Details {
  const { display, payee, origin, shown } = session;
  const titles = shown.map((tap) => [`tap.${tap.id}`, tap.title ?? ''] as const);
  return { display, url: payeeUrl(issuer, payee), origin, ...Object.fromEntries(titles) };
}

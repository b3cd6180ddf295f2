/** Routes of a payee's books: the overview, each payment and giving it back, the month on paper, and the file. */
import { Hono } from 'hono';
import {
  equalInConstantTime,
  id as idSchema,
  inLedgerUnits,
  moneyFrom,
  Problem,
  shaped,
} from 'micro-pay/protocol';
import type { Env } from '../../app/api.ts';
import { secondsNow } from '../../clock.ts';
import type { Context } from '../../context.ts';
import { formToken } from '../../forms.ts';
import type { Login } from '../../logins.ts';
import { booksOf, monthBooksOf, type MonthBooks } from '../../payee-books.ts';
import { payeeCsv } from '../../payee-csv.ts';
import { payeeLines, payeePaymentOf, type PayeePayment } from '../../payee-payments.ts';
import { monthFrom, monthOf, monthPeriod } from '../../periods.ts';
import { answerByRefund } from '../../payment-questions.ts';
import { waitingCount } from '../../question-rows.ts';
import { refund } from '../../refunds.ts';
import { refundTap } from '../../session-undo.ts';
import { zoneOf } from '../../zones.ts';
import type { Details } from '../details.ts';
import { siteLabel } from '../labels.ts';
import { goTo, sentBy } from '../posts.ts';
import { assertByPasskey } from '../presence.ts';
import { assertLogin, type Call } from '../visitor.ts';
import { saleSlot, siteSlot, type Home } from './books-page.ts';
import { overviewPage } from './overview-page.ts';
import { ownPayee, ownRoom, readActForm, type Own } from './own.ts';
import { paymentPage, paymentUrl } from './payment-page.ts';
import { questionUrl } from './question-page.ts';
import { statementPage } from './statement-page.ts';

/** Payments on one page. */
const pageLength = 20;

export function booksRoutes(context: Context): Hono<Env> {
  const routes = new Hono<Env>();
  const zoneFor = ({ person }: Login) => context.store.read((tx) => zoneOf(tx, person));
  const monthIn = (c: Call<Env>, zone: string): string =>
    monthFrom(c.req.query('month') ?? monthOf(secondsNow(context), zone));
  const monthBooks = async (c: Call<Env>, { login, payee }: Own) => {
    const zone = await zoneFor(login);
    return { zone, books: await monthBooksOf(context, payee.name, monthIn(c, zone), zone) };
  };

  routes.get('/payee/:name', (c) =>
    ownRoom(context, c, async (own) =>
      overviewPage(context, own, await homeOf(context, own, c.req.query('before'))),
    ),
  );
  routes.get('/payee/:name/details', async (c) => {
    const own = await seenOwn(context, c);
    return c.json(homeDetails(context, await homeOf(context, own, c.req.query('before'))));
  });
  routes.get('/payee/:name/payments/:id', (c) =>
    ownRoom(context, c, async (own) =>
      paymentPage(
        context,
        own,
        await paymentOf(context, own, c.req.param('id')),
        await zoneFor(own.login),
      ),
    ),
  );
  routes.get('/payee/:name/payments/:id/details', async (c) => {
    const own = await seenOwn(context, c);
    return c.json(paymentDetails(context, await paymentOf(context, own, c.req.param('id'))));
  });
  routes.post('/payee/:name/payments/:id/refund', async (c) => {
    const payment = c.req.param('id');
    const { payee, field } = await readActForm(context, c, `refund ${payment}`);
    const [tap, asked] = [field('tap'), field('question')];
    // Read before anything moves.
    const question = asked && shaped(idSchema, asked, 'malformed-request');
    if (tap) await refundTap(context, { payee: payee.name, session: payment, tap });
    else
      await refund(context, {
        id: field('id'),
        payment,
        payee: payee.name,
        amount: amountIn(field('amount')),
        reason: field('reason'),
      });
    if (!question) return goTo(c, paymentUrl(payee.name, payment));
    await answerByRefund(context, question, { payee: payee.name, reason: field('reason') });
    return goTo(c, questionUrl(payee.name, question));
  });

  routes.get('/payee/:name/statement', (c) =>
    ownRoom(context, c, async (own) => {
      const { books, zone } = await monthBooks(c, own);
      return statementPage(context, own, books, zone);
    }),
  );
  routes.get('/payee/:name/statement/details', async (c) => {
    const { books } = await monthBooks(c, await seenOwn(context, c));
    return c.json(siteDetails(context, books));
  });
  // A download brings no signature of the browser, so the form that does gets a link that is good for a minute, with the cookie.
  routes.post('/payee/:name/export', async (c) => {
    const { login, payee, field } = await readActForm(context, c, 'export');
    const month = monthFrom(field('month'));
    const until = secondsNow(context) + context.policy.seconds.exportLink;
    const key = linkKey(context, login, [payee.name, month, until]);
    return goTo(
      c,
      `/payee/${payee.name}/payments.csv?${new URLSearchParams({ month, until: String(until), key })}`,
    );
  });
  routes.get('/payee/:name/payments.csv', async (c) => {
    const login = await assertLogin(context, c);
    const payee = await ownPayee(context, login, c.req.param('name'));
    const [month, until] = [monthFrom(c.req.query('month') ?? ''), c.req.query('until') ?? ''];
    const key = linkKey(context, login, [payee.name, month, until]);
    const isGood = equalInConstantTime(key, c.req.query('key') ?? '');
    if (!isGood || !(Number(until) > secondsNow(context))) throw new Problem('step-up-required');
    context.limits.take('exportsPerPayee', payee.name);
    const file = payeeCsv(context, payee.name, monthPeriod(month, await zoneFor(login)));
    return c.body(file, 200, {
      'content-type': 'text/csv; charset=utf-8; header=present',
      'content-disposition': `attachment; filename="${payee.name}-${month}.csv"`,
    });
  });
  return routes;
}

const linkKey = (context: Context, login: Login, told: (string | number)[]): string =>
  formToken(context, login, ['csv', ...told].join(' '));

/** For words that a cookie alone must not show. @throws Problem `sign-in-required`, `not-found`, `step-up-required` */
export async function seenOwn(context: Context, c: Call<Env>): Promise<Own> {
  const login = await assertLogin(context, c);
  const payee = await ownPayee(context, login, c.req.param('name') ?? '');
  await assertByPasskey(context, login, sentBy(context, c));
  return { login, payee };
}

async function homeOf(
  context: Context,
  { login, payee }: Own,
  before: string | undefined,
): Promise<Home> {
  const zone = await context.store.read((tx) => zoneOf(tx, login.person));
  const page = before === undefined ? {} : { before: shaped(idSchema, before, 'not-found') };
  const lines = await payeeLines(context, payee.name, { limit: pageLength, ...page });
  const last = lines.length === pageLength ? lines.at(-1) : undefined;
  return {
    books: await booksOf(context, payee.name, zone),
    lines,
    details: `/payee/${payee.name}/details`,
    older: last && `/payee/${payee.name}?before=${last.id}`,
    waiting: await waitingCount(context, payee.name),
    zone,
    month: monthOf(secondsNow(context), zone),
  };
}

function homeDetails(context: Context, { books, lines }: Home): Details {
  const details = siteDetails(context, books);
  for (const { id, title } of lines) details[`${id}.title`] = title;
  for (const { title, site } of books.sales) {
    details[saleSlot(context, site, title)] = title;
    details[siteSlot(context, site)] = siteLabel(context, site);
  }
  return details;
}

const siteDetails = (context: Context, { sites }: Pick<MonthBooks, 'sites'>): Details =>
  Object.fromEntries(sites.map(({ site }) => [siteSlot(context, site), siteLabel(context, site)]));

/** @throws Problem `not-found` for another payee's too */
export async function paymentOf(
  context: Context,
  { payee }: Own,
  id: string,
): Promise<PayeePayment> {
  const found = await payeePaymentOf(context, payee.name, id);
  if (!found) throw new Problem('not-found');
  return found;
}

export const paymentDetails = (
  context: Context,
  { title, site, refunds, session }: PayeePayment,
): Details => ({
  title,
  site: siteLabel(context, site),
  ...Object.fromEntries(refunds.map(({ reason }, i) => [`refund.${i}`, reason])),
  ...Object.fromEntries((session?.shown ?? []).map((tap) => [`tap.${tap.id}`, tap.title ?? ''])),
});

/** @throws Problem `malformed-request` for anything but dollars as people write them */
function amountIn(decimal: string): bigint {
  try {
    return inLedgerUnits(moneyFrom(decimal, 'USD')).amount;
  } catch (cause) {
    const detail = 'The amount is a number of dollars, like 0.02.';
    throw new Problem('malformed-request', { detail, cause });
  }
}

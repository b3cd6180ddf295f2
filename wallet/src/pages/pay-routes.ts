/** The payee's page's routes: the link is read, and the payment confirmed. */
import { Hono } from 'hono';
import {
  base64url,
  id as idSchema,
  moneyFrom,
  parseReceipt,
  payAnswerSchema,
  payeeUrl,
  printable,
  Problem,
  problemFrom,
  shaped,
  type ChargeRequest,
  type Money,
  type PayAnswer,
  type ProblemDetails,
} from 'micro-pay/protocol';
import type { Env } from '../app/api.ts';
import type { Context } from '../context.ts';
import { payeeByName, type Payee } from '../payees.ts';
import { payHere } from '../payments.ts';
import { payPage } from './pay-page.ts';
import { goTo, readOwnForm } from './posts.ts';
import { assertPerson } from './presence.ts';
import { loginOf, type Call } from './visitor.ts';
import { wayBack } from './way-back.ts';

/** Programs get the wallet address under the same path. */
const path = '/:address{~[a-z0-9-]{1,32}}';

export function payRoutes(context: Context): Hono<Env> {
  const routes = new Hono<Env>();
  routes.get(path, async (c) => {
    const wish = await wishOf(context, c);
    const { pathname, search } = new URL(c.req.url);
    const id = `here_${base64url(context.random(16))}`;
    const login = await loginOf(context, c);
    return c.html(payPage(context, { ...wish, id, action: pathname + search }, login));
  });
  routes.post(path, async (c) => {
    const wish = await wishOf(context, c);
    const sent = await readOwnForm(context, c, `pay ${wish.payee.name}`);
    await assertPerson(context, sent.login, sent);
    const { status, body } = await payHere(context, {
      person: sent.login.person,
      payee: wish.payee.name,
      request: requestOf(context, wish),
      id: shaped(idSchema, sent.field('id'), 'malformed-request'),
    });
    if (status !== 200) throw refusalFrom(body);
    return goTo(c, receiptPath(shaped(payAnswerSchema, body, 'internal-error').receipt, wish.back));
  });
  return routes;
}

interface Link {
  payee: Payee;
  money: Money | undefined;
  reason: string;
  back: string | undefined;
}

/** @throws Problem `payee-unknown`, `malformed-request` */
async function wishOf(context: Context, c: Call<Env>): Promise<Link> {
  const payee = await payeeByName(context, (c.req.param('address') ?? '').slice(1));
  if (!payee) throw new Problem('payee-unknown');
  const amount = c.req.query('amount');
  return {
    payee,
    money: amount === undefined ? undefined : moneyOf(amount, c.req.query('currency') ?? 'USD'),
    reason: printable(c.req.query('reason') ?? ''),
    back: wayBack(payee, c.req.query('return')),
  };
}

/** As `moneyFrom`, which speaks to a page; here the link is a request. */
function moneyOf(amount: string, currency: string): Money {
  try {
    return moneyFrom(amount, currency);
  } catch (cause) {
    throw new Problem('malformed-request', {
      detail: 'The link names no amount that can be paid.',
      cause,
    });
  }
}

/** @throws Problem `malformed-request` where the link names no amount */
function requestOf({ issuer }: Context, { payee, money, reason }: Link): ChargeRequest {
  if (!money)
    throw new Problem('malformed-request', {
      detail: 'The link names no amount that can be paid.',
    });
  return {
    ...money,
    recipient: payeeUrl(issuer, payee.name),
    ...(reason ? { description: reason } : {}),
  };
}

/** Which limit it was, too: this page is the wallet's own. */
function refusalFrom(body: PayAnswer | ProblemDetails): Problem {
  const { code, moneyMoved, nextStep } = problemFrom(body, 'internal-error');
  const detail = 'detail' in body ? body.detail : undefined;
  return new Problem(code, { detail, moneyMoved, nextStep });
}

/** Where the person finds it, as the receipt itself says. */
function receiptPath(text: string, back: string | undefined): string {
  const { pathname } = new URL(parseReceipt(text, 'internal-error').receipt.ref.url);
  return back ? `${pathname}?${new URLSearchParams({ return: back })}` : pathname;
}

/** The payee's page's routes: the link is read, and the payment confirmed. */
import { Hono } from 'hono';
import {
  base64url,
  id as idSchema,
  parseReceipt,
  payAnswerSchema,
  payeeUrl,
  Problem,
  problemFrom,
  shaped,
  type PayAnswer,
  type ProblemDetails,
  type Receipt,
} from 'micro-pay/protocol';
import type { Env } from '../app/api.ts';
import type { Context } from '../context.ts';
import { isKept } from '../item-undo.ts';
import { itemOf, soldBy } from '../items.ts';
import { isByCode } from '../logins.ts';
import { lookOf, pictureOf } from '../payee-pages.ts';
import { payeeByName } from '../payees.ts';
import { payHere } from '../payments.ts';
import { qrCode } from '../qr-code.ts';
import { newReceiptCode } from '../receipt-codes.ts';
import { policyLeadingTo } from './headers.ts';
import { atShownPrice, forPerson } from './item-link.ts';
import { addressed, linkFrom, requestOf, type Link } from './pay-link.ts';
import { payPage, surePage, type Wish } from './pay-page.ts';
import { goTo, readOwnForm } from './posts.ts';
import { assertMaySpend } from './presence.ts';
import { loginOf, type Call } from './visitor.ts';

/** Programs get the wallet address under the same path. */
const path = '/:address{~[a-z0-9-]{1,32}}';
/** After the addresses of picture and code, which it would match too. */
const itemPath = `${path}/:item`;

/** Items on a page of what a payee sells. */
const itemsShown = 20;

/** A picture's address changes with it. */
const forYears = 'public, max-age=31536000, immutable';

export function payRoutes(context: Context): Hono<Env> {
  const routes = new Hono<Env>();
  const show = async (c: Call<Env>): Promise<Response> => {
    const id = `here_${base64url(context.random(16))}`;
    const login = await loginOf(context, c);
    const wish = await wishOf(
      context,
      c,
      await forPerson(context, await linkFrom(context, c), login),
      id,
    );
    letFormsLeadTo(c, wish);
    return c.html(payPage(context, wish, login));
  };
  routes.get(path, show);
  routes.get(`${path}/picture`, async (c) => {
    const picture = await pictureOf(context, addressed(c));
    if (!picture) throw new Problem('not-found');
    return c.body(picture.bytes, 200, { 'content-type': picture.type, 'cache-control': forYears });
  });
  routes.get(`${path}/qr.svg`, async (c) => {
    const payee = await payeeByName(context, addressed(c));
    if (!payee) throw new Problem('payee-unknown');
    const url = payeeUrl(context.issuer, payee.name);
    const item = c.req.query('item');
    if (item !== undefined) await context.store.read((tx) => itemOf(tx, payee.name, item));
    const svg = qrCode(item === undefined ? url : `${url}/${item}`);
    return c.body(svg, 200, { 'content-type': 'image/svg+xml' });
  });
  const pay = async (c: Call<Env>): Promise<Response> => {
    const sent = await readOwnForm(context, c, `pay ${addressed(c)}`);
    const { login } = sent;
    const asked = await linkFrom(context, c);
    const link = atShownPrice(await forPerson(context, asked, login), sent.field('price'));
    const id = shaped(idSchema, sent.field('id'), 'malformed-request');
    const byCode = isByCode(login);
    // Where no script keeps a button dead against a click that was meant for another window, it is asked twice.
    if (byCode && sent.field('sure') !== 'yes') {
      const wish = await wishOf(context, c, link, id);
      letFormsLeadTo(c, wish);
      return c.html(surePage(context, wish, login));
    }
    await assertMaySpend(context, login, sent);
    const { status, body } = await payHere(context, {
      person: login.person,
      payee: link.payee.name,
      request: requestOf(context, link),
      id,
      challenge: link.challenge?.is,
      byCode,
      told: sent.field('kept') === 'yes' ? 'kept' : undefined,
    });
    const receipt = receiptIn(status, body);
    return goTo(c, await wayFrom(context, receipt, link));
  };
  routes.post(path, pay).get(itemPath, show).post(itemPath, pay);
  return routes;
}

/** The page, the form, and the address of the form are one. */
async function wishOf(context: Context, c: Call<Env>, link: Link, id: string): Promise<Wish> {
  const { pathname, search } = new URL(c.req.url);
  const { name } = link.payee;
  const from = Number(/^\d{1,4}$/.exec(c.req.query('from') ?? '')?.[0] ?? 0);
  const { item, challenge } = link;
  const opens = item?.row.id ?? challenge?.request.methodDetails?.item;
  const [look, sold, kept] = await context.store.read(async (tx) => [
    await lookOf(tx, name),
    link.money ? [] : await soldBy(tx, name, itemsShown + 1, from),
    opens !== undefined && (await isKept(tx, name)),
  ]);
  const items = sold.slice(0, itemsShown);
  const next = new URLSearchParams({ ...c.req.query(), from: String(from + itemsShown) });
  const older = sold.length > itemsShown ? `${pathname}?${next}` : undefined;
  return { ...link, look, items, older, kept, id, action: pathname + search };
}

/** Browsers hold a form to its policy also when its answer leads on. */
function letFormsLeadTo(c: Call<Env>, { back, challenge }: Wish): void {
  if (back && challenge) c.header('content-security-policy', policyLeadingTo(new URL(back).origin));
}

/** What is owned already is shown again, for nothing. @throws Problem that the payment was refused with */
function receiptIn(status: number, body: PayAnswer | ProblemDetails): Receipt {
  if (status === 200) return read(shaped(payAnswerSchema, body, 'internal-error').receipt);
  const { code, moneyMoved, nextStep, extra } = problemFrom(body, 'internal-error');
  if (code === 'already-owned' && typeof extra['receipt'] === 'string')
    return read(extra['receipt']);
  // Which limit it was, too, and the number to ask about it: this page is the wallet's own.
  const detail = 'detail' in body ? body.detail : undefined;
  const { payment } = extra;
  throw new Problem(code, { detail, moneyMoved, nextStep, extra: { payment } });
}

const read = (text: string): Receipt => parseReceipt(text, 'internal-error').receipt;

/** To the site with a code for its server, where the site asked; else where the person finds the receipt. */
async function wayFrom(context: Context, { jti, ref }: Receipt, link: Link): Promise<string> {
  const { payee, back, challenge } = link;
  if (challenge && back) {
    const to = new URL(back);
    to.searchParams.set('micropay_challenge', challenge.text);
    const code = await newReceiptCode(context, { payment: jti, payee: payee.name });
    to.searchParams.set('micropay_code', code);
    return to.href;
  }
  const { pathname } = new URL(ref.url);
  return back ? `${pathname}?${new URLSearchParams({ return: back })}` : pathname;
}

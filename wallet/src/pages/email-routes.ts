/** The way in by e-mail, which needs no script: an address is given, a code comes, and whoever types it goes on where they were. */
import { Hono } from 'hono';
import { id as idSchema, Problem, shaped } from 'micro-pay/protocol';
import { clientAddress } from '../app/address.ts';
import type { Env } from '../app/api.ts';
import type { Context } from '../context.ts';
import { sendCode } from '../email-codes.ts';
import { signInByCode } from '../sign-in.ts';
import { codePage } from './code-page.ts';
import { goTo, readForm } from './posts.ts';
import { keepLogin } from './visitor.ts';

export const emailPath = '/sign-in/email';
export const codePath = '/sign-in/code';

export function emailRoutes(context: Context): Hono<Env> {
  const routes = new Hono<Env>();
  routes.post(emailPath, async (c) => {
    const { field } = await readForm(context, c, undefined, 'email');
    const peer = clientAddress(context, c.req.raw, c.env);
    const id = await sendCode(context, { address: field('address'), peer });
    const next = pathWithin(context, field('next'));
    return goTo(c, `${codePath}?${new URLSearchParams({ id, next }).toString()}`);
  });
  routes.get(codePath, (c) => {
    if (!context.mail) throw new Problem('not-found');
    const id = shaped(idSchema, c.req.query('id'), 'malformed-request');
    return c.html(codePage(context, { id, next: pathWithin(context, c.req.query('next')) }));
  });
  routes.post(codePath, async (c) => {
    const { field } = await readForm(context, c, undefined, 'code');
    const id = shaped(idSchema, field('id'), 'malformed-request');
    const next = pathWithin(context, field('next'));
    const peer = clientAddress(context, c.req.raw, c.env);
    try {
      keepLogin(context, c, await signInByCode(context, { id, code: field('code'), peer }));
    } catch (error) {
      if (!(error instanceof Problem) || error.code !== 'code-refused') throw error;
      return c.html(codePage(context, { id, next, refused: true }), 403);
    }
    return goTo(c, next);
  });
  return routes;
}

/** @returns an address of this wallet; its start page where another's, or none, was sent */
function pathWithin({ issuer }: Context, sent: string | undefined): string {
  const url = sent && sent.length <= maxNext ? URL.parse(sent, issuer) : null;
  // Where a path begins with two slashes, a link reads it as another host.
  const isHere = url?.origin === issuer && !url.pathname.startsWith('//');
  return isHere ? url.pathname + url.search : '/';
}

/** Characters: the address of a pay page has a whole challenge in it. */
const maxNext = 8_192;

/** The wallet's pages for people, and the routes their scripts and forms use. */
import { Hono } from 'hono';
import { Problem } from 'micro-pay/protocol';
import type { Env } from '../app/api.ts';
import { problemOf, problemResponse } from '../app/problems.ts';
import type { Context } from '../context.ts';
import { findAsset } from './assets.ts';
import { consentRoutes } from './consent-routes.ts';
import { interactive } from './headers.ts';
import { emailRoutes } from './email-routes.ts';
import { homeRoutes } from './home-routes.ts';
import { passkeyRoutes } from './passkey-routes.ts';
import { payRoutes } from './pay-routes.ts';
import { payeeRoutes } from './payee/routes.ts';
import { problemPage } from './problem-page.ts';
import { receiptRoutes } from './receipt-routes.ts';

export function pageRoutes(context: Context): Hono<Env> {
  const routes = new Hono<Env>();
  routes.get('/assets/:version/:name', (c) => {
    const asset = findAsset(c.req.param('version'), c.req.param('name'));
    if (!asset) throw new Problem('not-found');
    const brotli = /\bbr\b/.test(c.req.header('accept-encoding') ?? '');
    return c.body(brotli ? asset.small : asset.body, 200, {
      'content-type': asset.type,
      'cache-control': 'public, max-age=31536000, immutable',
      vary: 'Accept-Encoding',
      ...(brotli ? { 'content-encoding': 'br' } : {}),
    });
  });
  // From here on every answer is a person's: also those that no route below gives.
  routes.use(interactive);
  routes.route('/', homeRoutes(context));
  routes.route('/', consentRoutes(context));
  routes.route('/', receiptRoutes(context));
  routes.route('/', passkeyRoutes(context));
  routes.route('/', emailRoutes(context));
  routes.route('/', payRoutes(context));
  routes.route('/', payeeRoutes(context));
  routes.all('*', () => {
    throw new Problem('not-found');
  });
  routes.onError((error, c) => {
    const problem = problemOf(context, error);
    const forPeople = c.req.header('accept')?.includes('text/html');
    return forPeople ? problemPage(context, problem) : problemResponse(problem);
  });
  return routes;
}

/** The wallet's pages for people, and the routes their scripts and forms use. */
import { Hono, type Context as Call } from 'hono';
import { Problem } from 'micro-pay/protocol';
import type { Env } from '../app/api.ts';
import { problemOf, problemResponse } from '../app/problems.ts';
import type { Context } from '../context.ts';
import { findAsset, type Asset } from './assets.ts';
import { findElement, isPinned } from './element-files.ts';
import { consentRoutes } from './consent-routes.ts';
import { interactive } from './headers.ts';
import { emailRoutes } from './email-routes.ts';
import { homeRoutes } from './home-routes.ts';
import { passkeyRoutes } from './passkey-routes.ts';
import { payRoutes } from './pay-routes.ts';
import { payeeRoutes } from './payee/routes.ts';
import { problemPage } from './problem-page.ts';
import { questionRoutes } from './question-routes.ts';
import { receiptRoutes } from './receipt-routes.ts';

export function pageRoutes(context: Context): Hono<Env> {
  const routes = new Hono<Env>();
  routes.get('/assets/:version/:name', (c) => {
    const asset = findAsset(c.req.param('version'), c.req.param('name'));
    return assetResponse(c, asset, forEver);
  });
  // The element, for pages of payees who have no server to keep it on. Others' pages load it, so it is anyone's to read.
  routes.get('/:file{micro-pay[\\w.@-]*\\.js}', (c) => {
    const file = c.req.param('file');
    const asset = findElement(file) ?? context.versions.get(file);
    const response = assetResponse(c, asset, isPinned(file) ? forEver : anHour);
    response.headers.set('access-control-allow-origin', '*');
    return response;
  });
  // From here on every answer is a person's: also those that no route below gives.
  routes.use(interactive);
  routes.route('/', homeRoutes(context));
  routes.route('/', consentRoutes(context));
  routes.route('/', receiptRoutes(context));
  routes.route('/', questionRoutes(context));
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

const forEver = 'public, max-age=31536000, immutable';
const anHour = 'public, max-age=3600';

/** @throws Problem `not-found` */
function assetResponse(c: Call<Env>, asset: Asset | undefined, cache: string): Response {
  if (!asset) throw new Problem('not-found');
  const brotli = /\bbr\b/.test(c.req.header('accept-encoding') ?? '');
  return c.body(brotli ? asset.small() : asset.body, 200, {
    'content-type': asset.type,
    'cache-control': cache,
    vary: 'Accept-Encoding',
    ...(brotli ? { 'content-encoding': 'br' } : {}),
  });
}

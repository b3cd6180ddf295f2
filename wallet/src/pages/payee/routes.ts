/** The payee's side of the wallet: each page with the forms on it. */
import { Hono } from 'hono';
import type { Env } from '../../app/api.ts';
import type { Context } from '../../context.ts';
import { keysRoutes } from './keys-routes.ts';
import { ownRoom } from './own.ts';
import { overviewPage } from './overview-page.ts';
import { lookRoutes } from './look-routes.ts';
import { sitesRoutes } from './sites-routes.ts';
import { snippetsRoutes } from './snippets-routes.ts';
import { startRoutes } from './start-routes.ts';

export function payeeRoutes(context: Context): Hono<Env> {
  const routes = new Hono<Env>();
  // Before the others: `/payee/new` is no payee's name.
  routes.route('/', startRoutes(context));
  routes.route('/', lookRoutes(context));
  routes.get('/payee/:name', (c) => ownRoom(context, c, (own) => overviewPage(context, own)));
  routes.route('/', sitesRoutes(context));
  routes.route('/', keysRoutes(context));
  routes.route('/', snippetsRoutes(context));
  return routes;
}

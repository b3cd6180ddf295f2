/** The payee's side of the wallet: each page with the forms on it. */
import { Hono } from 'hono';
import type { Env } from '../../app/api.ts';
import type { Context } from '../../context.ts';
import { booksRoutes } from './books-routes.ts';
import { itemsRoutes } from './items-routes.ts';
import { keysRoutes } from './keys-routes.ts';
import { lookRoutes } from './look-routes.ts';
import { payeeQuestionRoutes } from './question-routes.ts';
import { sitesRoutes } from './sites-routes.ts';
import { snippetsRoutes } from './snippets-routes.ts';
import { startRoutes } from './start-routes.ts';

export function payeeRoutes(context: Context): Hono<Env> {
  const routes = new Hono<Env>();
  // Before the others: `/payee/new` is no payee's name.
  routes.route('/', startRoutes(context));
  routes.route('/', lookRoutes(context));
  routes.route('/', booksRoutes(context));
  routes.route('/', payeeQuestionRoutes(context));
  routes.route('/', sitesRoutes(context));
  routes.route('/', keysRoutes(context));
  routes.route('/', itemsRoutes(context));
  routes.route('/', snippetsRoutes(context));
  return routes;
}

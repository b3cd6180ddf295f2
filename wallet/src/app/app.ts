/** The wallet as one Hono app: the machine side, then the pages for people. */
import { Hono } from 'hono';
import { Problem } from 'micro-pay/protocol';
import type { Context } from '../context.ts';
import { pageRoutes } from '../pages/routes.ts';
import { apiRoutes, type Env } from './api.ts';
import { problemOf, problemResponse } from './problems.ts';

/** What a page's links, forms and calls need; no address here takes another. */
const methods = ['GET', 'HEAD', 'POST', 'OPTIONS'];

/** Two years. */
const hsts = 'max-age=63072000; includeSubDomains';

export function createApp(context: Context): Hono<Env> {
  const app = new Hono<Env>();
  const secure = context.issuer.startsWith('https:');
  app.use(async (c, next) => {
    await next();
    // Clients sign by the wallet's time, so it must be the injected clock's.
    c.header('date', new Date(context.now()).toUTCString());
    c.header('x-content-type-options', 'nosniff');
    if (secure) c.header('strict-transport-security', hsts);
  });
  app.use(async (c, next) => {
    if (methods.includes(c.req.method)) return next();
    const refused = problemResponse(new Problem('method-not-allowed'));
    refused.headers.set('allow', methods.join(', '));
    return refused;
  });
  app.onError((error) => problemResponse(problemOf(context, error)));
  app.notFound(() => problemResponse(new Problem('not-found')));
  app.route('/', apiRoutes(context));
  app.route('/', pageRoutes(context));
  return app;
}

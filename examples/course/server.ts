/**
 * A short course: reading and quizzes are free, and a module that was passed can be completed for five cents, once. Nobody is
 * offered what they haven't passed, and nobody is charged twice.
 */
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Context, Hono } from 'hono';
import { bodyLimit } from 'hono/body-limit';
import { paywall, sqliteStore, type Paywall } from 'micro-pay/merchant';
import { secretIn } from '../shared/folder.ts';
import { framed, listening, optionsFrom, type Options, type Site } from '../shared/frame.ts';
import { isOwned } from '../shared/owned.ts';
import { isRight, moduleOf, modules, type Module } from './modules.ts';
import {
  certificatePage,
  closedPage,
  coursePage,
  missingPage,
  modulePage,
  notPassedPage,
} from './pages.ts';
import { passesBy, type Passes } from './passes.ts';

const maxFormBytes = 4_096;

/** Starts the course. */
export function start({
  port = 8084,
  payee = 'http://localhost:8080/~school',
  data = join(tmpdir(), 'micro-pay-course'),
}: Options = {}): Promise<Site> {
  const pay = paywall({
    payee,
    price: { amount: '0.05', currency: 'USD' },
    secret: secretIn(data),
    test: true,
    store: sqliteStore(join(data, 'purchases.db')),
    page: closedPage,
  });
  return listening(course(pay, passesBy(secretIn(data, 'pass-secret')), payee), port);
}

function course(pay: Paywall, passes: Passes, payee: string): Hono {
  const missing = missingPage();
  const app = framed({ payee, home: import.meta.url, files: ['style.css'], missing });
  // Makes the payee's name “verified” on the wallet's pages.
  app.get('/.well-known/micropay-payee', (c) => c.json({ payees: [payee] }));
  app.get('/', async (c) => {
    const owned = await Promise.all(modules.map((module) => isCompleted(module, pay, c)));
    return c.html(coursePage(modules.filter((_, index) => owned[index])));
  });
  app.get(
    '/modules/:id',
    ofModule(async (module, c) => {
      const completed = await isCompleted(module, pay, c);
      const passed = completed || (await passes.has(module, c));
      const state = completed ? 'completed' : passed ? 'passed' : 'open';
      const isRightNow = passed && c.req.query('right') !== undefined;
      return c.html(modulePage(module, state, isRightNow ? 'right' : undefined));
    }),
  );
  app.post(
    '/modules/:id/quiz',
    bodyLimit({ maxSize: maxFormBytes }),
    ofModule(async (module, c) => {
      if (!isRight(module, await c.req.parseBody()))
        return c.html(modulePage(module, 'open', 'wrong'), 422);
      await passes.add(module, c);
      return c.redirect(`/modules/${module.id}?right#quiz`, 303);
    }),
  );
  app.get(
    '/modules/:id/completion',
    ofModule(async (module, c) => {
      const deliver = () => c.html(certificatePage(module));
      const answer = await pay.handle(c.req.raw, deliver, itemOf(module));
      // A challenge is an offer, and whoever hasn't passed gets none. Who owns it, or has paid, was let in without one.
      const isOffer = answer.headers.has('www-authenticate');
      if (isOffer && !(await passes.has(module, c))) return c.html(notPassedPage(module), 403);
      return answer;
    }),
  );
  return app;
}

const ofModule =
  (answer: (module: Module, c: Context) => Promise<Response>) =>
  (c: Context): Response | Promise<Response> => {
    const module = moduleOf(c.req.param('id'));
    return module ? answer(module, c) : c.notFound();
  };

const pathOf = ({ id }: Module): string => `/modules/${id}/completion`;

/** One scope, however the address is written: what was completed once is owned, and not for sale again. */
const itemOf = (module: Module) => ({
  title: `${module.title}, completed`,
  scope: `GET ${pathOf(module)}`,
});

const isCompleted = (module: Module, pay: Paywall, c: Context): Promise<boolean> =>
  isOwned(pay, c.req.raw, pathOf(module), itemOf(module));

if (import.meta.main) console.log(`Three Knots: ${(await start(optionsFrom(process.env))).url}`);

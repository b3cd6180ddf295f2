/** A newspaper whose articles cost two cents each: hono, the paywall, and an SQLite file that remembers who bought what. */
import { randomBytes } from 'node:crypto';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { serve } from '@hono/node-server';
import { Hono } from 'hono';
import { honoPaywall, paywall, sqliteStore } from 'micro-pay/merchant';
import { articleOf, articles } from './articles.ts';
import { articlePage, closedPage, frontPage, missingPage } from './pages.ts';
import { widgetFile } from './widget-files.ts';

export interface Options {
  /** 0: any free port */
  port?: number;
  /** Who is paid: a URL at a wallet */
  payee?: string;
  /** Directory for purchases and the secret */
  data?: string;
}

/** Starts the newspaper; `close` ends it. */
export async function start({
  port = 8081,
  payee = 'http://localhost:8080/~news',
  data = join(tmpdir(), 'micro-pay-article-paywall'),
}: Options = {}): Promise<{ url: string; close: () => Promise<void> }> {
  mkdirSync(data, { recursive: true });
  const app = newspaper(payee, data);
  const { server, address } = await listening(app, port);
  const close = () => new Promise<void>((resolve) => server.close(() => resolve()));
  return { url: `http://127.0.0.1:${address.port}`, close };
}

function newspaper(payee: string, data: string): Hono {
  const pay = paywall({
    payee,
    price: { amount: '0.02', currency: 'USD' },
    secret: secretIn(data),
    test: true,
    store: sqliteStore(join(data, 'purchases.db')),
    page: closed,
  });
  const app = new Hono();
  app.use(async (c, next) => {
    await next();
    c.header('X-Content-Type-Options', 'nosniff');
    if (!c.res.headers.has('Content-Security-Policy'))
      c.header('Content-Security-Policy', contentPolicy(new URL(payee).origin));
  });
  // Makes the payee's name “verified” on the wallet's pages.
  app.get('/.well-known/micropay-payee', (c) => c.json({ payees: [payee] }));
  app.get('/', (c) => c.html(frontPage(articles)));
  app.use('/articles/:id', honoPaywall(pay, itemAt));
  app.get('/articles/:id', (c) => {
    const article = articleOf(c.req.param('id'));
    return article ? c.html(articlePage(article)) : c.html(missingPage(), 404);
  });
  const style = readFileSync(new URL('./style.css', import.meta.url), 'utf8');
  app.get('/style.css', (c) => c.body(style, 200, { 'Content-Type': 'text/css' }));
  app.get('/:file', async (c) => {
    const script = await widgetFile(c.req.param('file'));
    return script === undefined
      ? c.html(missingPage(), 404)
      : c.body(script, 200, { 'Content-Type': 'text/javascript' });
  });
  app.notFound((c) => c.html(missingPage(), 404));
  return app;
}

/** The beginning of the article is for everyone. */
const closed = (parts: { button: string; price: string; title: string }): string => {
  const article = articles.find(({ title }) => title === parts.title);
  return article ? closedPage(parts, article) : missingPage();
};

/** An article that isn't there is not for sale. */
const itemAt = (request: Request) => {
  const article = articleOf(new URL(request.url).pathname.split('/').at(-1));
  return article && { title: article.title };
};

const contentPolicy = (wallet: string): string =>
  "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; " +
  `connect-src 'self' ${wallet}; base-uri 'none'; form-action 'none'; frame-ancestors 'none'`;

/** Made once and kept: with another one, every access cookie would be void. */
function secretIn(data: string): string {
  const file = join(data, 'secret');
  try {
    writeFileSync(file, randomBytes(32).toString('base64url'), { flag: 'wx', mode: 0o600 });
  } catch {
    // It is there already.
  }
  return readFileSync(file, 'utf8');
}

const listening = (app: Hono, port: number) =>
  new Promise<{ server: ReturnType<typeof serve>; address: AddressInfo }>((resolve, reject) => {
    const server = serve({ fetch: app.fetch, port, hostname: '127.0.0.1' }, (address) =>
      resolve({ server, address }),
    );
    server.once('error', reject);
  });

if (import.meta.main) {
  const { url } = await start({
    port: Number(process.env['PORT'] ?? 8081),
    ...(process.env['PAYEE'] && { payee: process.env['PAYEE'] }),
    ...(process.env['DATA'] && { data: process.env['DATA'] }),
  });
  console.log(`The Quiet Courier: ${url}`);
}

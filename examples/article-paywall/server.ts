/** A newspaper whose articles cost two cents each: hono, the paywall, and an SQLite file that remembers who bought what. */
import { mkdirSync, readFileSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { serve } from '@hono/node-server';
import { Hono } from 'hono';
import { challengeScript, honoPaywall, type Paywall } from 'micro-pay/merchant';
import { articleOf, articles } from './articles.ts';
import { articlePage, frontPage, missingPage } from './pages.ts';
import { paywallIn } from './paywall.ts';
import { widgetFile } from './widget-files.ts';

export interface Options {
  /** 0: any free port */
  port?: number;
  /** Who is paid: a URL at a wallet */
  payee?: string;
  /** Directory for purchases, the secret and the key */
  data?: string;
}

export interface Newspaper {
  url: string;
  /** What the wallet is told once, `payee add … --key`: the public half of the key that settles */
  payeeKey: string;
  /** Ends it; what wasn't settled is when it is started again */
  close: () => Promise<void>;
}

/** Starts the newspaper, and settles what its readers owe from time to time. */
export async function start({
  port = 8081,
  payee = 'http://localhost:8080/~news',
  data = join(tmpdir(), 'micro-pay-article-paywall'),
}: Options = {}): Promise<Newspaper> {
  mkdirSync(data, { recursive: true });
  const { pay, payeeKey } = await paywallIn(data, payee);
  const { server, address } = await listening(newspaper(pay, payee), port);
  const stopSettling = pay.sessions.startSettling();
  const close = () => {
    stopSettling();
    return new Promise<void>((resolve) => server.close(() => resolve()));
  };
  return { url: `http://127.0.0.1:${address.port}`, payeeKey, close };
}

function newspaper(pay: Paywall, payee: string): Hono {
  const app = new Hono();
  app.use(async (c, next) => {
    await next();
    c.header('X-Content-Type-Options', 'nosniff');
    if (!c.res.headers.has('Content-Security-Policy'))
      c.header('Content-Security-Policy', contentPolicy(new URL(payee).origin));
  });
  // Makes the payee's name “verified” on the wallet's pages.
  app.get('/.well-known/micropay-payee', (c) => c.json({ payees: [payee] }));
  app.get('/', async (c) => {
    const challenge = await pay.sessionChallenge(c.req.raw);
    return c.html(frontPage(articles, challenge ? challengeScript(challenge) : ''));
  });
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

/** An article that isn't there is not for sale. */
const itemAt = (request: Request) => {
  const article = articleOf(new URL(request.url).pathname.split('/').at(-1));
  return article && { title: article.title };
};

const contentPolicy = (wallet: string): string =>
  "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; " +
  `connect-src 'self' ${wallet}; base-uri 'none'; form-action 'none'; frame-ancestors 'none'`;

const listening = (app: Hono, port: number) =>
  new Promise<{ server: ReturnType<typeof serve>; address: AddressInfo }>((resolve, reject) => {
    const server = serve({ fetch: app.fetch, port, hostname: '127.0.0.1' }, (address) =>
      resolve({ server, address }),
    );
    server.once('error', reject);
  });

if (import.meta.main) {
  const { url, payeeKey } = await start({
    port: Number(process.env['PORT'] ?? 8081),
    ...(process.env['PAYEE'] && { payee: process.env['PAYEE'] }),
    ...(process.env['DATA'] && { data: process.env['DATA'] }),
  });
  console.log(`Its key, for the wallet: ${payeeKey}`);
  console.log(`The Quiet Courier: ${url}`);
}

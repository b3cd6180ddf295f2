/** What each of the examples stands in: strict headers, its own files and the element's, and a port to listen at. */
import { readFileSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { extname } from 'node:path';
import { serve } from '@hono/node-server';
import { Hono } from 'hono';
import { widgetFile } from './widget-files.ts';

/** How an example is started. */
export interface Options {
  /** 0: any free port */
  port?: number;
  /** Who is paid: a URL at a wallet */
  payee?: string;
  /** Directory for what the site has to remember */
  data?: string;
}

export interface Site {
  url: string;
  close: () => Promise<void>;
}

/** `PORT`, `PAYEE` and `DATA`, for whoever starts an example by itself. */
export function optionsFrom({ PORT, PAYEE, DATA }: NodeJS.ProcessEnv): Options {
  return {
    ...(PORT && { port: Number(PORT) }),
    ...(PAYEE && { payee: PAYEE }),
    ...(DATA && { data: DATA }),
  };
}

interface Frame {
  /** Whose wallet the pages may talk to */
  payee: string;
  /** Address of the module whose neighbours the files are: `import.meta.url` */
  home: string;
  /** Names of files that everybody may read */
  files: readonly string[];
  /** The page for an address where there is nothing */
  missing: string;
}

/** An app with all that the examples have in common; its own routes are added to it. */
export function framed({ payee, home, files, missing }: Frame): Hono {
  const app = new Hono();
  const policy = contentPolicy(new URL(payee).origin);
  app.use(async (c, next) => {
    await next();
    c.header('X-Content-Type-Options', 'nosniff');
    if (!c.res.headers.has('Content-Security-Policy')) c.header('Content-Security-Policy', policy);
  });
  for (const name of files) {
    const text = readFileSync(new URL(name, home), 'utf8');
    app.get(`/${name}`, (c) => c.body(text, 200, { 'Content-Type': typeOf(name) }));
  }
  app.get('/:file{micro-pay.*\\.js}', async (c) => {
    const script = await widgetFile(c.req.param('file'));
    return script === undefined
      ? c.html(missing, 404)
      : c.body(script, 200, { 'Content-Type': 'text/javascript' });
  });
  app.notFound((c) => c.html(missing, 404));
  return app;
}

const typeOf = (name: string): string =>
  extname(name) === '.css' ? 'text/css' : 'text/javascript';

const contentPolicy = (wallet: string): string =>
  "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; " +
  `connect-src 'self' ${wallet}; base-uri 'none'; form-action 'self'; frame-ancestors 'none'`;

/** @throws what the system says when the port is taken */
export const listening = (app: Hono, port: number): Promise<Site> =>
  new Promise((resolve, reject) => {
    const server = serve({ fetch: app.fetch, port, hostname: '127.0.0.1' }, (address) =>
      resolve({
        url: urlOf(address),
        close: () => new Promise((done) => server.close(() => done())),
      }),
    );
    server.once('error', reject);
  });

const urlOf = ({ port }: AddressInfo): string => `http://127.0.0.1:${port}`;

/** Selling by session behind hono, Express and node:http, over real sockets. */
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { serve } from '@hono/node-server';
import express from 'express';
import { Hono } from 'hono';
import { afterEach, describe, expect, test } from 'vitest';
import {
  accessOf,
  expressPaywall,
  honoPaywall,
  nodePaywall,
  type Paywall,
} from '../../../src/merchant/index.ts';
import { withCookie, type Shop } from '../support.ts';
import { price, reader, sessionShop, sumsOf, type Reader } from './support.ts';

async function* words(): AsyncGenerator<string> {
  yield 'one';
  yield 'two';
}

function honoServer(pay: Paywall): Server {
  const app = new Hono();
  app.onError((_error, c) => c.text('', 500));
  app.use('*', honoPaywall(pay));
  app.get('/articles/broken', () => {
    throw new Error('no disk');
  });
  app.get('/articles/metered', (c) => pay.meter(accessOf(c.req.raw)!, words()));
  app.all('*', (c) => c.text(`by ${accessOf(c.req.raw)?.by}`));
  return serve({ fetch: app.fetch, port: 0, hostname: '127.0.0.1' }) as Server;
}

function expressServer(pay: Paywall): Server {
  const app = express();
  app.use(expressPaywall(pay));
  app.get('/articles/broken', () => {
    throw new Error('no disk');
  });
  app.get('/articles/metered', async (req, res) => {
    const answer = pay.meter(accessOf(req)!, words());
    res.writeHead(answer.status, Object.fromEntries(answer.headers));
    for await (const part of answer.body!) res.write(part);
    res.end();
  });
  app.use((req, res) => void res.send(`by ${accessOf(req)?.by}`));
  app.use(
    ((_error, _req, res, _next) => void res.status(500).end()) as express.ErrorRequestHandler,
  );
  return app.listen(0, '127.0.0.1');
}

const nodeServer = (pay: Paywall): Server =>
  createServer(
    nodePaywall(pay, (request, access) => {
      if (request.url.endsWith('/broken')) throw new Error('no disk');
      if (request.url.endsWith('/metered')) return pay.meter(access, words());
      return new Response(`by ${access.by}`);
    }),
  ).listen(0, '127.0.0.1');

const servers = [
  ['hono', honoServer],
  ['Express', expressServer],
  ['node:http', nodeServer],
] as const;

const running: Server[] = [];
afterEach(() => {
  for (const server of running.splice(0)) {
    server.closeAllConnections();
    server.close();
  }
});

interface Street {
  news: Shop;
  ada: Reader;
  /** The same request, to the server */
  send: (request: Request) => Promise<Response>;
  at: (path: string) => string;
}

async function opened(make: (pay: Paywall) => Server): Promise<Street> {
  // Its name is what browsers would call it, whatever port the test got.
  const origin = 'https://news.example';
  const news = await sessionShop({ origin, allowOrigins: ['https://reader.example', origin] });
  const server = make(news.pay);
  running.push(server);
  if (!server.listening) await once(server, 'listening');
  const base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    news,
    ada: await reader(news),
    at: (path) => origin + path,
    send: ({ url, method, headers }) =>
      fetch(base + new URL(url).pathname, { method, headers: Object.fromEntries(headers) }),
  };
}

describe.each(servers)('%s', (_name, make) => {
  test('a tap opens, is answered again, and opens again by cookie', async () => {
    const { news, ada, send, at } = await opened(make);
    const sent = await ada.tapping({ url: at('/articles/1') });
    const first = await send(sent);
    expect([first.status, await first.text()]).toEqual([200, 'by tap']);
    expect(first.headers.get('payment-receipt')).toMatch(/^[\w-]+$/);
    expect(first.headers.get('cache-control')).toBe('private');
    const again = await send(sent);
    expect([again.status, await again.text()]).toEqual([200, 'by repeat']);
    const cookie = first.headers.getSetCookie()[0]?.split(';')[0] ?? '';
    expect(await (await send(withCookie(cookie, at('/articles/1')))).text()).toBe('by cookie');
    expect(await sumsOf(news)).toMatchObject({ spent: price, undone: 0n });
  });

  test('an error of a handler gives the tap back', async () => {
    const { news, ada, send, at } = await opened(make);
    const answer = await send(await ada.tapping({ url: at('/articles/broken') }));
    expect(answer.status).toBe(500);
    expect(answer.headers.has('payment-receipt')).toBe(false);
    expect(await sumsOf(news)).toMatchObject({ spent: price, undone: price });
  });

  test('an undo by HEAD is done, and no handler hears of it', async () => {
    const { news, ada, send, at } = await opened(make);
    await send(await ada.tapping({ url: at('/articles/1'), tap: 'tap_12345678' }));
    const proof = await ada.proof('tap_12345678');
    const payload = { action: 'undo', sessionId: 'ses_12345678', tap: 'tap_12345678', proof };
    const answer = await send(ada.asking(payload, { url: at('/articles/1') }));
    expect([answer.status, await answer.text()]).toEqual([204, '']);
    expect(await sumsOf(news)).toMatchObject({ undone: price });
  });

  test('a metered answer flows, and a voucher by HEAD lets it go on', async () => {
    const { ada, send, at } = await opened(make);
    const url = at('/articles/metered');
    const answer = await send(await ada.tapping({ url, tap: 'tap_metered0' }));
    expect(answer.headers.get('content-type')).toBe('text/event-stream');
    let text = '';
    for await (const part of answer.body!.pipeThrough(new TextDecoderStream())) {
      text += part;
      if (!part.includes('payment-need-voucher')) continue;
      const more = { url, method: 'HEAD', tap: 'tap_metered0', cum: price * 2n };
      expect((await send(await ada.tapping(more))).status).toBe(204);
    }
    expect(text.match(/^(event|data): (payment-need-voucher|payment-receipt|one|two)$/gm)).toEqual([
      'data: one',
      'event: payment-need-voucher',
      'data: two',
      'event: payment-receipt',
    ]);
  });

  test('another site’s page may read challenges and receipts, and a stranger’s may not', async () => {
    const { news, send, at } = await opened(make);
    const bob = await reader(news, { org: 'https://reader.example', jti: 'ses_bob00000' });
    const url = at('/articles/1');
    const tapped = async (origin: string) =>
      send(await bob.tapping({ url, headers: { origin }, open: true }));
    const allowed = await tapped('https://reader.example');
    expect(allowed.status).toBe(200);
    expect(allowed.headers.get('access-control-allow-origin')).toBe('https://reader.example');
    expect(allowed.headers.get('access-control-expose-headers')).toBe(
      'WWW-Authenticate, Payment-Receipt, Retry-After, Micropay-Problem',
    );
    expect(allowed.headers.getSetCookie()).toEqual([]);
    const stranger = await tapped('https://evil.example');
    expect([stranger.status, stranger.headers.has('access-control-allow-origin')]).toEqual([
      402,
      false,
    ]);
  });
});

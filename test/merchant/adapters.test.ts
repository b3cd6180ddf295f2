/** The same paywall behind hono, Express and node:http, over real sockets. */
import { once } from 'node:events';
import { createServer, request as httpRequest, type IncomingMessage, type Server } from 'node:http';
import { connect, type AddressInfo } from 'node:net';
import { serve } from '@hono/node-server';
import express from 'express';
import { Hono } from 'hono';
import { afterEach, describe, expect, test } from 'vitest';
import { challengesFrom, type Challenge } from '../../src/protocol/challenge.ts';
import { formatCredential } from '../../src/protocol/credential.ts';
import { signReceipt } from '../../src/protocol/receipt.ts';
import {
  accessOf,
  expressPaywall,
  honoPaywall,
  memoryStore,
  nodePaywall,
  paywall,
  type Paywall,
} from '../../src/merchant/index.ts';
import { payee, receiptFor, secret, signerOf, startSeconds } from './support.ts';

const walletKey = await signerOf('wallet');
const large = 'x'.repeat(3_000_000);

const makePaywall = (): Paywall =>
  paywall({
    payee,
    secret,
    price: { amount: '0.02', currency: 'USD' },
    store: memoryStore(),
    allowOrigins: '*',
    now: () => startSeconds * 1000,
    fetch: async () => Response.json({ keys: [walletKey.jwk] }),
    onError: () => undefined,
  });

function honoServer(pay: Paywall): Server {
  const app = new Hono();
  app.onError((_error, c) => c.text('', 500));
  app.use('*', honoPaywall(pay, { title: 'An article' }));
  app.get('/large', (c) => c.text(large));
  app.get('/broken', () => {
    throw new Error('no disk');
  });
  app.post('/echo', async (c) => c.text(await c.req.text()));
  app.get('/articles/:id/:more{.+}', (c) => c.text(`/articles/${c.req.param('id')}`));
  app.all('*', (c) => c.text(`by ${accessOf(c.req.raw)?.by}`, 200, { 'Cache-Control': 'public' }));
  return serve({ fetch: app.fetch, port: 0, hostname: '127.0.0.1' }) as Server;
}

function expressServer(pay: Paywall): Server {
  const app = express();
  app.use(expressPaywall(pay, { title: 'An article' }));
  app.get('/large', (_req, res) => void res.send(large));
  app.get('/broken', () => {
    throw new Error('no disk');
  });
  app.post('/echo', (req, res) => void res.send(new TextDecoder().decode(req.body as Uint8Array)));
  app.use('/articles/:id', (req, res, next) =>
    req.path === '/' ? next() : void res.send(`/articles/${req.params.id}`),
  );
  app.use((req, res) => void res.set('Cache-Control', 'public').send(`by ${accessOf(req)?.by}`));
  app.use(
    ((_error, _req, res, _next) => void res.status(500).end()) as express.ErrorRequestHandler,
  );
  return app.listen(0, '127.0.0.1');
}

const nodeServer = (pay: Paywall): Server =>
  createServer(
    nodePaywall(
      pay,
      async (request, access) => {
        const { pathname } = new URL(request.url);
        if (pathname === '/large') return new Response(large);
        if (pathname === '/broken') throw new Error('no disk');
        if (pathname === '/echo') return new Response(request.body);
        return new Response(`by ${access.by}`, { headers: { 'cache-control': 'public' } });
      },
      { title: 'An article' },
    ),
  ).listen(0, '127.0.0.1');

const running: Server[] = [];
afterEach(() => {
  for (const server of running.splice(0)) {
    server.closeAllConnections();
    server.close();
  }
});

async function started(make: (pay: Paywall) => Server): Promise<string> {
  const server = make(makePaywall());
  running.push(server);
  if (!server.listening) await once(server, 'listening');
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

async function challengeAt(url: string, init?: RequestInit): Promise<Challenge> {
  const answer = await fetch(url, init);
  expect(answer.status).toBe(402);
  const [challenge] = challengesFrom(answer.headers.get('www-authenticate') ?? '');
  if (!challenge) throw new Error('no challenge');
  return challenge;
}

async function paidFetch(url: string, init: RequestInit = {}): Promise<Response> {
  const challenge = await challengeAt(url, init);
  const receipt = await signReceipt(receiptFor(challenge), walletKey);
  const authorization = formatCredential({ challenge, payload: { type: 'receipt', receipt } });
  return fetch(url, { ...init, headers: { authorization } });
}

const servers = [
  ['hono', honoServer],
  ['Express', expressServer],
  ['node:http', nodeServer],
] as const;

describe.each(servers)('%s', (_name, make) => {
  test('asks, opens for a payment, and opens again by cookie', async () => {
    const url = `${await started(make)}/articles/1`;
    const answer = await paidFetch(url);
    expect(answer.status).toBe(200);
    expect(await answer.text()).toBe('by payment');
    expect(answer.headers.get('payment-receipt')).toMatch(/^[\w-]+$/);
    expect(answer.headers.get('cache-control')).toBe('private');
    expect(answer.headers.get('access-control-expose-headers')).toContain('Payment-Receipt');
    const [cookie = ''] = answer.headers.getSetCookie();
    const again = await fetch(url, { headers: { cookie: cookie.split(';')[0] ?? '' } });
    expect([again.status, await again.text()]).toEqual([200, 'by cookie']);
  });

  test('hands on a body that was paid for, byte for byte', async () => {
    const url = `${await started(make)}/echo`;
    const answer = await paidFetch(url, { method: 'POST', body: 'grüße' });
    expect([answer.status, await answer.text()]).toEqual([200, 'grüße']);
  });

  test('streams a large answer whole', async () => {
    const answer = await paidFetch(`${await started(make)}/large`);
    expect(await answer.text()).toBe(large);
  });

  test('gives no receipt for an error', async () => {
    const answer = await paidFetch(`${await started(make)}/broken`);
    expect(answer.status).toBe(500);
    expect(answer.headers.get('payment-receipt')).toBeNull();
    expect(answer.headers.get('cache-control')).toBe('no-store');
  });

  test('answers preflights and HEAD', async () => {
    const url = `${await started(make)}/articles/1`;
    const preflight = await fetch(url, {
      method: 'OPTIONS',
      headers: { origin: 'https://reader.example', 'access-control-request-method': 'GET' },
    });
    expect(preflight.status).toBe(204);
    expect(preflight.headers.get('access-control-allow-headers')).toContain('Authorization');
    const head = await fetch(url, { method: 'HEAD' });
    expect([head.status, await head.text()]).toEqual([402, '']);
  });

  test('gives nothing away for OPTIONS, whoever asks', async () => {
    const url = `${await started(make)}/articles/1`;
    const answer = await fetch(url, { method: 'OPTIONS' });
    expect([answer.status, await answer.text()]).toEqual([204, '']);
  });

  test.each([
    '/articles/2/../1',
    '/articles/2/%2e%2E/1',
    '/articles/2/..\\1',
    '/articles/2/./../1',
  ])('who owns one page reads no other by another spelling: %s', async (path) => {
    const url = await started(make);
    const [cookie = ''] = (await paidFetch(`${url}/articles/1`)).headers.getSetCookie();
    const { port, host } = new URL(url);
    const socket = connect(Number(port), '127.0.0.1');
    const headers = `Host: ${host}\r\nCookie: ${cookie.split(';')[0]}\r\nConnection: close`;
    socket.write(`GET ${path} HTTP/1.1\r\n${headers}\r\n\r\n`);
    let text = '';
    for await (const part of socket) text += String(part);
    expect(text).not.toContain('/articles/2');
  });

  test('hostile input 21, refuses a body of 10 MB without reading it all', async () => {
    const url = new URL(`${await started(make)}/echo`);
    const sending = httpRequest(url, { method: 'POST' });
    sending.on('error', () => undefined);
    const answered = once(sending, 'response') as Promise<[IncomingMessage]>;
    sending.write(Buffer.alloc(1_100_000));
    const [response] = await answered;
    expect(response.statusCode).toBe(413);
    sending.destroy();
  });

  test('hostile input 22, refuses a header of 64 KB', async () => {
    const url = `${await started(make)}/articles/1`;
    const answer = await fetch(url, {
      headers: { authorization: `Payment ${'A'.repeat(65_536)}` },
    });
    expect(answer.status).toBe(431);
  });

  test.each([
    ['76', 'a malformed Host', 'GET / HTTP/1.1\r\nHost: a b/c\r\nConnection: close\r\n\r\n'],
    ['76b', 'no Host', 'GET / HTTP/1.1\r\nConnection: close\r\n\r\n'],
    [
      '77',
      'two lengths for one body',
      'POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\nContent-Length: 4\r\n\r\n0\r\n\r\n',
    ],
  ])('hostile input %s, %s is a bad request, and the server lives', async (_id, _what, raw) => {
    const url = await started(make);
    const socket = connect(Number(new URL(url).port), '127.0.0.1');
    socket.end(raw);
    const [first] = (await once(socket, 'data')) as [Buffer];
    expect(String(first)).toMatch(/^HTTP\/1\.1 400 /);
    socket.destroy();
    expect((await fetch(url)).status).toBe(402);
  });
});

test('Express is told when a body parser came first', async () => {
  const told: unknown[] = [];
  const make = (pay: Paywall) => {
    const app = express();
    app.use(express.text({ type: '*/*' }), expressPaywall(pay));
    app.use(((error, _req, res, _next) => {
      told.push(error);
      res.status(500).end();
    }) as express.ErrorRequestHandler);
    return app.listen(0, '127.0.0.1');
  };
  await fetch(await started(make), { method: 'POST', body: 'read already' });
  expect(told).toEqual([
    expect.objectContaining({ message: expect.stringContaining('body parsers') }),
  ]);
});

const wanted = { 'Cache-Control': 'public', 'X-Own': ['a', 'b'] };
const ways: [how: string, write: (res: express.Response) => unknown][] = [
  ['an object', (res) => res.writeHead(200, wanted)],
  ['an object, after a message', (res) => res.writeHead(200, 'Fine', wanted)],
  ['a list', (res) => res.writeHead(200, ['Cache-Control', 'public', 'X-Own', 'a', 'X-Own', 'b'])],
];
test.each(ways)(
  'headers that Express’s handlers give with the status are sealed: %s',
  async (_how, write) => {
    const make = (pay: Paywall) => {
      const app = express();
      app.use(expressPaywall(pay), (_req, res) => {
        res.setHeader('Cache-Control', 'public, max-age=60');
        write(res);
        res.end('sent');
      });
      return app.listen(0, '127.0.0.1');
    };
    const answer = await paidFetch(`${await started(make)}/articles/1`);
    expect([answer.status, await answer.text()]).toEqual([200, 'sent']);
    expect(answer.headers.get('cache-control')).toBe('private');
    expect(answer.headers.get('x-own')).toBe('a, b');
    expect(answer.headers.get('payment-receipt')).toBeTruthy();
  },
);

describe('on hono', () => {
  /** One constant for every answer, as a programmer may have it. */
  const shared = new Headers({ 'x-frame-options': 'DENY' });
  const app = (pay: Paywall) => {
    const made = new Hono();
    made.use('/articles/*', honoPaywall(pay));
    return made.all('*', () => new Response('sent', { headers: shared }));
  };
  const onNode = (pay: Paywall) =>
    serve({ fetch: app(pay).fetch, port: 0, hostname: '127.0.0.1' }) as Server;

  test('a paid answer’s headers are on no other answer', async () => {
    const url = await started(onNode);
    const paid = await paidFetch(`${url}/articles/1`);
    expect(paid.headers.getSetCookie()).toHaveLength(1);
    expect(paid.headers.get('x-frame-options')).toBe('DENY');
    const free = await fetch(`${url}/free`);
    expect(free.headers.get('x-frame-options')).toBe('DENY');
    for (const name of ['set-cookie', 'payment-receipt', 'vary', 'cache-control'])
      expect([name, free.headers.get(name)]).toEqual([name, null]);
  });

  test('a text that is paid for goes out in one piece, with its length', async () => {
    const answer = await paidFetch(`${await started(onNode)}/articles/1`);
    expect(answer.headers.get('content-length')).toBe('4');
    expect(await answer.text()).toBe('sent');
  });

  test('an answer is sealed where there is no Node below', async () => {
    const made = app(makePaywall());
    const url = 'https://news.example/articles/1';
    const asked = await made.request(url);
    const [challenge] = challengesFrom(asked.headers.get('www-authenticate') ?? '');
    const receipt = await signReceipt(receiptFor(challenge!), walletKey);
    const authorization = formatCredential({
      challenge: challenge!,
      payload: { type: 'receipt', receipt },
    });
    const answer = await made.request(url, { headers: { authorization } });
    expect([answer.status, await answer.text()]).toEqual([200, 'sent']);
    expect(answer.headers.get('payment-receipt')).toMatch(/^[\w-]+$/);
    expect(answer.headers.getSetCookie()).toHaveLength(1);
    expect(shared.has('payment-receipt')).toBe(false);
  });
});

test('Express holds no body that nobody pays for: it is left to body parsers', async () => {
  const make = (pay: Paywall) => {
    const app = express();
    app.use(expressPaywall(pay, () => undefined));
    app.use((req, res, next) => (req.body === undefined ? next() : void res.send('held')));
    app.use(express.text({ type: '*/*', limit: '4mb' }));
    app.use((req, res) => void res.send(String(String(req.body).length)));
    return app.listen(0, '127.0.0.1');
  };
  const answer = await fetch(await started(make), { method: 'POST', body: large });
  expect(await answer.text()).toBe(String(large.length));
});

test('what a visitor leaves unread does not keep the server', async () => {
  const url = await started(nodeServer);
  const challenge = await challengeAt(`${url}/large`);
  const receipt = await signReceipt(receiptFor(challenge), walletKey);
  const authorization = formatCredential({ challenge, payload: { type: 'receipt', receipt } });
  const leaving = httpRequest(`${url}/large`, { headers: { authorization } });
  leaving.on('error', () => undefined);
  leaving.end();
  const [response] = (await once(leaving, 'response')) as [IncomingMessage];
  response.on('error', () => undefined);
  response.destroy();
  expect((await fetch(url)).status).toBe(402);
});

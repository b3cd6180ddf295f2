/** The wallet's machine side: discovery, keys, wallet addresses, connect and pay; what concerns sessions is beside it. */
import { Hono } from 'hono';
import { discoveryPath, jwksPath, payeeUrl, Problem, type Discovery } from 'micro-pay/protocol';
import { secondsNow } from '../clock.ts';
import type { Context } from '../context.ts';
import { continueConnect } from '../continuation.ts';
import { pay } from '../payments.ts';
import { payeeByName, type Payee } from '../payees.ts';
import { ask } from '../questions.ts';
import { clientAddress } from './address.ts';
import { readBody, readJson } from './body.ts';
import { pageCall, publicRead } from './cors.ts';
import { originOf, type Env } from './env.ts';
import { itemRoutes } from './item-api.ts';
import { problemOf, problemResponse } from './problems.ts';
import { sessionRoutes } from './session-api.ts';

export type { Env };

export function apiRoutes(context: Context): Hono<Env> {
  const api = new Hono<Env>();
  const fresh = `public, max-age=${context.policy.seconds.discoveryFresh}`;
  api.onError((error) => problemResponse(problemOf(context, error)));

  api.get(discoveryPath, publicRead, (c) => c.json(discovery(context), 200, cached(fresh)));
  api.get(jwksPath, publicRead, (c) =>
    c.json({ keys: context.keys.published }, 200, cached(fresh)),
  );
  api.get('/:address{~[a-z0-9-]{1,32}}', publicRead, async (c, next) => {
    c.header('vary', 'Accept');
    const accept = c.req.header('accept') ?? '';
    // People get the payee's page at the same address, and so do messengers that show a card of it: they name no type.
    if (accept.includes('text/html') || !accept.includes('json')) return next();
    const payee = await payeeByName(context, c.req.param('address').slice(1));
    if (!payee) throw new Problem('payee-unknown');
    return c.json(walletAddress(context, payee));
  });

  api.use('/connect', pageCall).post('/connect', async (c) => {
    const { json } = await readJson(c.req.raw);
    const address = clientAddress(context, c.req.raw, c.env);
    return c.json(await ask(context, { json, origin: originOf(c), address }), 200, private_);
  });
  api.use('/connect/continue', pageCall).post('/connect/continue', async (c) => {
    const origin = originOf(c);
    const { json, bytes } = await readJson(c.req.raw);
    const authorization = c.req.header('authorization');
    const answer = await continueConnect(context, { json, bytes, authorization, origin });
    return c.json(answer, 200, private_);
  });
  api.use('/pay', pageCall).post('/pay', async (c) => {
    const origin = originOf(c);
    const { text } = await readBody(c.req.raw, 'text/plain');
    const { status, body } = await pay(context, { text, origin });
    const type = status === 200 ? 'application/json' : 'application/problem+json';
    return new Response(body, { status, headers: { ...private_, 'content-type': type } });
  });
  api.route('/', sessionRoutes(context));
  api.route('/', itemRoutes(context));
  for (const path of ['/connect', '/connect/continue', '/pay'])
    api.all(path, () => problemResponse(new Problem('method-not-allowed')));
  return api;
}

const private_ = { 'cache-control': 'no-store' };
const cached = (value: string) => ({ 'cache-control': value });

function discovery(context: Context): Discovery {
  const { issuer, env, policy } = context;
  const max = policy.balance.singleMax;
  return {
    issuer,
    env,
    method: 'micropay',
    version: '1',
    jwks_uri: `${issuer}${jwksPath}`,
    intents: ['charge', 'session'],
    currencies: [
      { id: 'usd', scale: 2, min: '1', max: String(max / 10_000n) },
      { id: 'usd-micro', scale: 6, min: '1', max: String(max) },
    ],
    endpoints: {
      connect: `${issuer}/connect`,
      continue: `${issuer}/connect/continue`,
      start: `${issuer}/connect/start`,
      pay: `${issuer}/pay`,
      sessions: `${issuer}/sessions`,
      settlements: `${issuer}/settlements`,
    },
    now: secondsNow(context),
  };
}

/** As Open Payments writes a wallet address. @see https://openpayments.dev/resources/wallet-address */
const walletAddress = ({ issuer }: Context, { name, display }: Payee) => ({
  id: payeeUrl(issuer, name),
  publicName: display,
  assetCode: 'USD',
  assetScale: 6,
  authServer: `${issuer}/connect`,
  resourceServer: issuer,
});

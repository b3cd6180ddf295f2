/** The addresses of grants and sessions: a page opens, enlarges, reads and undoes by its own key; a payee's server settles by its. */
import { Hono, type Context as Call } from 'hono';
import { id, maxSettlementBytes, Problem, receiptCodePath, shaped } from 'micro-pay/protocol';
import type { Context } from '../context.ts';
import { exchangeCode } from '../receipt-codes.ts';
import { grantAgain } from '../grant-again.ts';
import type { SentCall } from '../session-calls.ts';
import { undoTap } from '../session-undo.ts';
import { openSession, topUpSession } from '../sessions.ts';
import { settle } from '../settlements.ts';
import { statementOfSession } from '../statements.ts';
import { readBody, readJson } from './body.ts';
import { pageCall, pageRead } from './cors.ts';
import { originOf, type Env } from './env.ts';
import { problemOf, problemResponse } from './problems.ts';

const grant = '/grants/:gnt';
const topUp = '/sessions/:sid/topup';
const undo = '/sessions/:sid/undo';
const statement = '/sessions/:sid/statement';

export function sessionRoutes(context: Context): Hono<Env> {
  const api = new Hono<Env>();
  api.onError((error) => problemResponse(problemOf(context, error)));
  api.use(grant, pageRead).get(grant, async (c) => {
    const gnt = shaped(id, c.req.param('gnt'), 'grant-unknown');
    return c.json(await grantAgain(context, readBy(c), gnt), 200, noStore);
  });
  api.use('/sessions', pageCall).post('/sessions', async (c) => {
    return c.json(await openSession(context, await sentBy(c)), 200, noStore);
  });
  api.use(topUp, pageCall).post(topUp, async (c) => {
    return c.json(await topUpSession(context, await sentBy(c), sidOf(c)), 200, noStore);
  });
  api.use(undo, pageCall).post(undo, async (c) => {
    const body = await undoTap(context, await sentBy(c), sidOf(c));
    return c.body(body, 200, { ...noStore, 'content-type': 'application/json' });
  });
  api.use(statement, pageRead).get(statement, async (c) => {
    return c.json(await statementOfSession(context, readBy(c), sidOf(c)), 200, noStore);
  });
  // A server calls it: no page may, so it says nothing to one.
  api.post('/settlements', async (c) => {
    const read = () => readBody(c.req.raw, 'application/json', maxSettlementBytes);
    const authorization = c.req.header('authorization');
    const sent = { path: c.req.path, authorization, read };
    return c.json(await settle(context, sent), 200, noStore);
  });
  api.post(receiptCodePath, async (c) => {
    const read = () => readBody(c.req.raw, 'application/json');
    const authorization = c.req.header('authorization');
    return c.json(await exchangeCode(context, { authorization, read }), 200, noStore);
  });
  for (const path of [grant, '/sessions', topUp, undo, statement, '/settlements', receiptCodePath])
    api.all(path, () => problemResponse(new Problem('method-not-allowed')));
  return api;
}

const noStore = { 'cache-control': 'no-store' };

const sidOf = (c: Call<Env>): string => shaped(id, c.req.param('sid'), 'not-found');

const readBy = (c: Call<Env>): SentCall => ({
  method: 'GET',
  path: c.req.path,
  json: undefined,
  bytes: new Uint8Array(0),
  authorization: c.req.header('authorization'),
  origin: originOf(c),
});

async function sentBy(c: Call<Env>): Promise<SentCall> {
  const origin = originOf(c);
  const { json, bytes } = await readJson(c.req.raw);
  const authorization = c.req.header('authorization');
  return { method: 'POST', path: c.req.path, json, bytes, authorization, origin };
}

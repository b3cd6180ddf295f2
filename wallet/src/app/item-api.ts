/** The addresses of items: anyone looks one up, a payee's key registers and changes them, a page asks what its person owns. */
import { Hono, type Context as Call } from 'hono';
import { itemId, Problem, shaped } from 'micro-pay/protocol';
import type { Context } from '../context.ts';
import { registerItem, updateItem } from '../item-calls.ts';
import { findItem, publicItem } from '../items.ts';
import { ownedBy } from '../owned.ts';
import type { SentByPayee } from '../payee-calls.ts';
import { readBody, readJson } from './body.ts';
import { pageCall, publicRead } from './cors.ts';
import { originOf, type Env } from './env.ts';
import { problemOf, problemResponse } from './problems.ts';

const one = '/items/:id';

export function itemRoutes(context: Context): Hono<Env> {
  const api = new Hono<Env>();
  api.onError((error) => problemResponse(problemOf(context, error)));
  api.get(one, publicRead, async (c) => {
    const item = await context.store.read(async (tx) => {
      const row = await findItem(tx, idOf(c));
      return row && publicItem(tx, context, row);
    });
    if (!item) throw new Problem('item-unknown');
    const fresh = `public, max-age=${context.policy.seconds.itemFresh}`;
    return c.json(item, 200, { 'cache-control': fresh });
  });
  // Servers and tools call these: no page may, so they say nothing to one.
  api.post('/items', async (c) => c.json(await registerItem(context, sentBy(c)), 200, noStore));
  api.post(one, async (c) => {
    return c.json(await updateItem(context, sentBy(c), idOf(c)), 200, noStore);
  });
  api.use('/owned', pageCall).post('/owned', async (c) => {
    const origin = originOf(c);
    const { json, bytes } = await readJson(c.req.raw);
    const authorization = c.req.header('authorization');
    const sent = { method: 'POST', path: c.req.path, json, bytes, authorization, origin } as const;
    return c.json(await ownedBy(context, sent), 200, noStore);
  });
  for (const path of ['/items', one, '/owned'])
    api.all(path, () => problemResponse(new Problem('method-not-allowed')));
  return api;
}

const noStore = { 'cache-control': 'no-store' };

const idOf = (c: Call<Env>): string => shaped(itemId, c.req.param('id'), 'item-unknown');

const sentBy = (c: Call<Env>): SentByPayee => ({
  path: c.req.path,
  authorization: c.req.header('authorization'),
  read: () => readBody(c.req.raw, 'application/json'),
});

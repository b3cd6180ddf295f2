/** Routes of a payee's keys: the page, adding one, removing one. */
import { Hono } from 'hono';
import type { Env } from '../../app/api.ts';
import type { Context } from '../../context.ts';
import { addPayeeKey, liveKeys, removePayeeKey } from '../../payee-keys.ts';
import { goTo } from '../posts.ts';
import { roomUrl } from './frame.ts';
import { keysPage } from './keys-page.ts';
import { ownRoom, readActForm } from './own.ts';

export function keysRoutes(context: Context): Hono<Env> {
  const routes = new Hono<Env>();
  routes.get('/payee/:name/keys', (c) =>
    ownRoom(context, c, async (own) => {
      const keys = await context.store.read((tx) => liveKeys(tx, own.payee.name));
      return keysPage(context, own, keys);
    }),
  );
  routes.post('/payee/:name/keys/add', async (c) => {
    const { payee, field } = await readActForm(context, c, 'add key');
    const key = { payee: payee.name, x: field('x').trim() };
    await context.store.write((tx) => addPayeeKey(tx, context, key));
    return goTo(c, roomUrl(payee.name, '/keys'));
  });
  routes.post('/payee/:name/keys/remove', async (c) => {
    const { payee, field } = await readActForm(context, c, 'remove key');
    await removePayeeKey(context, { payee: payee.name, x: field('x') });
    return goTo(c, roomUrl(payee.name, '/keys'));
  });
  return routes;
}

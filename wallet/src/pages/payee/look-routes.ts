/** Routes of the page where a payee says how its own page looks. */
import { Hono } from 'hono';
import { bytesFrom } from 'micro-pay/protocol';
import type { Env } from '../../app/api.ts';
import type { Context } from '../../context.ts';
import { lookOf, maxPictureBytes, setLook, setPicture } from '../../payee-pages.ts';
import { goTo } from '../posts.ts';
import { roomUrl } from './frame.ts';
import { lookPage } from './look-page.ts';
import { ownRoom, readActForm } from './own.ts';

/** The picture in base64url, and what else is in the form. */
const maxPictureForm = Math.ceil((maxPictureBytes * 4) / 3) + 1_000;

export function lookRoutes(context: Context): Hono<Env> {
  const routes = new Hono<Env>();
  routes.get('/payee/:name/page', (c) =>
    ownRoom(context, c, async (own) => {
      const look = await context.store.read((tx) => lookOf(tx, own.payee.name));
      return lookPage(context, own, { look, saved: c.req.query('saved') !== undefined });
    }),
  );
  routes.post('/payee/:name/page', async (c) => {
    const { payee, field } = await readActForm(context, c, 'look');
    await setLook(context, payee.name, { about: field('about'), amounts: field('amounts') });
    return goTo(c, `${roomUrl(payee.name, '/page')}?saved`);
  });
  routes.post('/payee/:name/page/picture', async (c) => {
    const { payee, field } = await readActForm(context, c, 'picture', maxPictureForm);
    const picture = field('picture');
    const bytes = picture ? bytesFrom(picture, 'malformed-request') : undefined;
    await setPicture(context, payee.name, bytes);
    return goTo(c, `${roomUrl(payee.name, '/page')}?saved`);
  });
  return routes;
}

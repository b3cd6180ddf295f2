/** Routes of a payee's sites: the page, a look at a site, removing one, and whether buttons may stand anywhere. */
import { Hono } from 'hono';
import type { Env } from '../../app/api.ts';
import type { Context } from '../../context.ts';
import { lookAt, originFrom, originsOf, removeOrigin } from '../../payee-origins.ts';
import { setOpen } from '../../payee-sign-up.ts';
import { zoneOf } from '../../zones.ts';
import { goTo } from '../posts.ts';
import { roomUrl } from './frame.ts';
import { ownRoom, readActForm } from './own.ts';
import { sitesPage } from './sites-page.ts';

export function sitesRoutes(context: Context): Hono<Env> {
  const routes = new Hono<Env>();
  routes.get('/payee/:name/sites', (c) =>
    ownRoom(context, c, async (own) => {
      const zone = await context.store.read((tx) => zoneOf(tx, own.login.person));
      const sites = await originsOf(context, own.payee.name);
      return sitesPage(context, { own, zone, sites });
    }),
  );
  routes.post('/payee/:name/sites/check', async (c) => {
    const { login, payee, field } = await readActForm(context, c, 'check');
    const origin = originFrom(context, field('site'));
    await lookAt(context, { person: login.person, payee: payee.name, origin });
    return goTo(c, roomUrl(payee.name, '/sites'));
  });
  routes.post('/payee/:name/sites/remove', async (c) => {
    const { payee, field } = await readActForm(context, c, 'remove site');
    await removeOrigin(context, { payee: payee.name, origin: field('site') });
    return goTo(c, roomUrl(payee.name, '/sites'));
  });
  routes.post('/payee/:name/sites/open', async (c) => {
    const { payee, field } = await readActForm(context, c, 'open');
    await setOpen(context, { name: payee.name, open: field('open') === 'yes' });
    return goTo(c, roomUrl(payee.name, '/sites'));
  });
  return routes;
}

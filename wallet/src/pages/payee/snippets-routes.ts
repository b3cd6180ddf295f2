/** Routes of the snippet maker: the page, the QR code, and the taps that come in meanwhile. */
import { Hono } from 'hono';
import { Problem } from 'micro-pay/protocol';
import type { Env } from '../../app/api.ts';
import type { Context } from '../../context.ts';
import { tapsSince } from '../../payee-taps.ts';
import { qrCode } from '../../qr-code.ts';
import { soldItems, type SoldItem } from '../../snippet-items.ts';
import { linkOf, wantedFrom, type Wanted } from '../../snippet.ts';
import { hasElement } from '../element-files.ts';
import { policyWithElement } from '../headers.ts';
import { assertLogin, type Call } from '../visitor.ts';
import { ownPayee, ownRoom } from './own.ts';
import { snippetsPage } from './snippets-page.ts';

/** What the form shows first. */
const usual: Record<string, string> = { amount: '0.05' };

export function snippetsRoutes(context: Context): Hono<Env> {
  const routes = new Hono<Env>();
  routes.get('/payee/:name/snippets', async (c) => {
    c.header('content-security-policy', policyWithElement);
    return ownRoom(context, c, async (own) => {
      const { name, open, unchecked, origins } = own.payee;
      const asked = wantedIn(c);
      const sold = await soldItems(context, name, asked.item);
      const standing = {
        cap: unchecked ? context.policy.caps.openTap : undefined,
        open,
        sites: origins.length,
      };
      const wanted = priced(asked, sold.items);
      return snippetsPage(context, { own, wanted, standing, sold, shown: hasElement() });
    });
  });
  routes.get('/payee/:name/qr.svg', async (c) => {
    const { name } = await ownPayee(context, await assertLogin(context, c), c.req.param('name'));
    const link = linkOf({ issuer: context.issuer, name }, wantedIn(c));
    if (!link) throw new Problem('not-found');
    return c.body(qrCode(link), 200, { 'content-type': 'image/svg+xml' });
  });
  routes.get('/payee/:name/taps', async (c) => {
    const login = await assertLogin(context, c);
    const { name } = await ownPayee(context, login, c.req.param('name'));
    context.limits.take('tapsPerPerson', login.person);
    return c.json({ taps: await tapsSince(context, name, sinceIn(c)) });
  });
  return routes;
}

const wantedIn = (c: Call<Env>): Wanted =>
  wantedFrom((name) => (c.req.query(name) ?? usual[name] ?? '').slice(0, 2_000));

/** The price of an item stands at the wallet. */
const priced = (wanted: Wanted, items: SoldItem[]): Wanted => {
  const item = wanted.kind === 'item' && items.find(({ id }) => id === wanted.item);
  if (!item) return wanted;
  return wantedFrom((name) =>
    name === 'amount' ? item.amount : String(Reflect.get(wanted, name) ?? ''),
  );
};

/** @throws Problem `malformed-request` */
function sinceIn(c: Call<Env>): number {
  const since = c.req.query('since') ?? '';
  if (!/^\d{1,12}$/.test(since)) throw new Problem('malformed-request');
  return Number(since);
}

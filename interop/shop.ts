/** Our merchant: a paywall behind `node:http`, with its price list beside it. */
import type { RequestListener } from 'node:http';
import { join } from 'node:path';
import {
  nodePaywall,
  openApi,
  paywall,
  sqliteStore,
  type Item,
  type OpenApiOptions,
  type Paywall,
  type PaywallOptions,
} from '../src/merchant/index.ts';
import type { Town } from './town.ts';

export const secret = 'a secret of at least thirty-two characters';
const price = { amount: '0.02', currency: 'USD' };

export const titles: Readonly<Record<string, string>> = {
  '/articles/1': 'How rivers remember',
  '/articles/2': 'Wie Flüsse sich erinnern – “ganz” genau 🎈',
  '/articles/3': 'Back\\slash and "quotes"',
  '/articles/4': 'Another',
};

export const shopOf = (town: Town): RequestListener =>
  listenerOf(payFor(town, { store: sqliteStore(join(town.folder, 'purchases.db')) }), town);

/** The same, selling by session too. */
export function sessionShopOf(town: Town) {
  const sessions = { key: town.payeeKey, scope: 'GET /articles/*' };
  const store = sqliteStore(join(town.folder, 'taps.db'));
  const pay = payFor(town, { store, sessions });
  return { pay, store, listener: listenerOf(pay, town, { sessions: {} }) };
}

const payFor = ({ payee }: Town, options: Pick<PaywallOptions, 'store' | 'sessions'>): Paywall =>
  paywall({
    payee,
    price,
    secret,
    test: true,
    // The name of this machine, as everybody's checks of a realm expect it: without the port.
    realm: 'localhost',
    ...options,
  });

function listenerOf(
  pay: Paywall,
  { payee }: Town,
  more: Pick<OpenApiOptions, 'sessions'> = {},
): RequestListener {
  const prices = openApi({
    title: 'News',
    payee,
    price,
    ...more,
    items: [
      { path: '/articles/{id}', title: 'An article', example: { id: '1' } },
      { path: '/echo', method: 'POST', title: 'An echo' },
    ],
  });
  const deliver = async (request: Request): Promise<Response> => {
    const { pathname } = new URL(request.url);
    if (pathname === '/openapi.json') return Response.json(prices);
    if (pathname === '/echo') return new Response(`echo: ${await request.text()}`);
    const title = titles[pathname];
    return title ? new Response(`The article: ${title}`) : new Response(null, { status: 404 });
  };
  const item = ({ url, method }: Request): Item | undefined => {
    const { pathname } = new URL(url);
    const title = titles[pathname];
    if (title) return { title };
    return pathname === '/echo' && method === 'POST' ? { title: 'An echo' } : undefined;
  };
  return nodePaywall(pay, deliver, item);
}

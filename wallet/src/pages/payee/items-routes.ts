/** Routes of what a payee sells without a server: the pages, and selling, pricing, closing, locking anew. */
import { Hono, type Context as Call } from 'hono';
import {
  changedItemSchema,
  itemId,
  moneyFrom,
  newItemSchema,
  Problem,
  shaped,
  type Money,
} from 'micro-pay/protocol';
import type { Env } from '../../app/api.ts';
import type { Context } from '../../context.ts';
import { newId } from '../../ids.ts';
import { changeItem, closeItem, reprice, sell } from '../../item-changes.ts';
import { isKept, keepItems } from '../../item-undo.ts';
import { itemsOf, keyIn, partsOf, publicItem, type ItemRow } from '../../items.ts';
import { goTo } from '../posts.ts';
import { roomUrl } from './frame.ts';
import { itemsPage, type Shelf } from './items-page.ts';
import { lockPage } from './lock-page.ts';
import { ownRoom, readActForm } from './own.ts';

/** Items on one page. */
const pageLength = 50;

export function itemsRoutes(context: Context): Hono<Env> {
  const routes = new Hono<Env>();
  const items = '/payee/:name/items';
  routes.get(items, (c) =>
    ownRoom(context, c, async (own) =>
      itemsPage(context, own, await shelfOf(context, own.payee.name, c)),
    ),
  );
  routes.get('/payee/:name/lock', (c) =>
    ownRoom(context, c, async (own) => {
      const all = await context.store.read((tx) => itemsOf(tx, own.payee.name));
      return lockPage(context, own, all.filter(isLocked).slice(0, pageLength));
    }),
  );
  routes.post(items, async (c) => {
    const { payee, field, fields } = await readActForm(context, c, 'sell item');
    const wanted = {
      // A locked page has its id before the wallet hears of it; a list is made here.
      id: field('id') || newId(context, 'itm'),
      title: field('title'),
      ...priceFrom(field('amount')),
      key: field('key') || undefined,
      url: field('url') || undefined,
      items: fields('item').length > 0 ? fields('item') : undefined,
    };
    const item = shaped(newItemSchema, wanted, 'malformed-request');
    await context.store.write((tx) => sell(tx, context, payee.name, item));
    return goTo(c, roomUrl(payee.name, '/items'));
  });
  routes.post(`${items}/price`, async (c) => {
    const { payee, field } = await readActForm(context, c, 'price');
    const item = { payee: payee.name, id: idFrom(field('id')) };
    const price = priceFrom(field('amount'));
    await context.store.write((tx) => reprice(tx, context, item, price));
    return goTo(c, roomUrl(payee.name, '/items'));
  });
  routes.post(`${items}/close`, async (c) => {
    const { payee, field } = await readActForm(context, c, 'close item');
    const id = idFrom(field('id'));
    const closed = field('closed') === 'yes';
    await context.store.write((tx) => closeItem(tx, context, { payee: payee.name, id, closed }));
    return goTo(c, roomUrl(payee.name, '/items'));
  });
  routes.post(`${items}/undo`, async (c) => {
    const { payee, field } = await readActForm(context, c, 'undo items');
    await keepItems(context, payee.name, field('undo') === 'no');
    return goTo(c, roomUrl(payee.name, '/items'));
  });
  // The text is locked anew in the browser: it needs the key, or says another one.
  routes.post(`${items}/change`, async (c) => {
    const { payee, field } = await readActForm(context, c, 'change item');
    const id = idFrom(field('id'));
    const sent = { key: field('key') || undefined, url: field('url') || undefined };
    const change = shaped(changedItemSchema, sent, 'malformed-request');
    return c.json(
      await context.store.write(async (tx) => {
        const row = await changeItem(tx, context, { payee: payee.name, id }, change);
        return { item: await publicItem(tx, context, row), key: keyIn(context, row) };
      }),
    );
  });
  return routes;
}

const isLocked = ({ sealed_key, closed_at }: ItemRow): boolean =>
  sealed_key !== null && closed_at === null;

const idFrom = (text: string): string => shaped(itemId, text, 'item-unknown');

/** As a person writes it. @throws Problem `malformed-request` */
function priceFrom(amount: string): Money {
  try {
    return moneyFrom(amount.trim(), 'USD');
  } catch (cause) {
    throw new Problem('malformed-request', { detail: 'Please write a price like 0.02.', cause });
  }
}

/** @returns a page of them, the newest first */
async function shelfOf(context: Context, payee: string, c: Call<Env>): Promise<Shelf> {
  const from = Math.min(Number(/^\d{1,4}$/.exec(c.req.query('from') ?? '')?.[0] ?? 0), 1_000);
  return context.store.read(async (tx) => {
    const rows = await itemsOf(tx, payee);
    const items = [];
    for (const row of rows.slice(from, from + pageLength)) {
      const parts = await partsOf(tx, row.id);
      items.push({ row, parts: parts.map(({ title }) => title) });
    }
    const next = from + pageLength;
    const older = rows.length > next ? `${roomUrl(payee, '/items')}?from=${next}` : undefined;
    return { items, older, kept: await isKept(tx, payee) };
  });
}

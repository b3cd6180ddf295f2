/** What a first payment does without: the rest of the client is not loaded for it, and may be out of reach. */
import { afterEach, beforeEach, expect, test } from 'vitest';
import { accountOf } from '../../src/client/account.ts';
import type { Paid } from '../../src/client/api.ts';
import { askedCharge, tipCharge } from '../../src/client/charge.ts';
import { newNonce } from '../../src/client/nonce.ts';
import { contextFrom, type News } from '../../src/client/context.ts';
import { memoryStorage } from '../../src/client/memory-storage.ts';
import { quoteOf } from '../../src/client/quote.ts';
import { settle } from '../../src/client/settle.ts';
import { lockOfThisTab } from '../../src/client/tab-lock.ts';
import {
  article,
  device,
  FakePage,
  listen,
  newWorld,
  payee,
  tip,
  walletOrigin,
  worldPorts,
  type World,
} from './support.ts';

let world: World;
let close: () => void;
beforeEach(async () => {
  world = await newWorld();
  close = listen(world);
});
afterEach(() => close());

/** A page that can't load any more of the client than it has. */
function bare() {
  const page = new FakePage(world);
  const storage = memoryStorage();
  const ports = { ...worldPorts(world), page, lock: lockOfThisTab() };
  const offline = () => Promise.reject(new TypeError('Failed to fetch'));
  const news: News[] = [];
  const context = contextFrom(offline, {
    ...ports,
    storage,
    tell: (one) => void news.push(one),
  });
  const pay = async (target: typeof tip | { url: string }): Promise<Paid> => {
    const charge = 'to' in target ? tipCharge(context, target) : await askedCharge(context, target);
    if ('response' in charge) throw new Error('It was free.');
    expect((await quoteOf(context, target, charge)).obstacle?.code).toBe('not-connected');
    const nonce = newNonce(context);
    const window = page.open(`${walletOrigin}/connect/start?n=${nonce}`);
    return settle(context, charge, { nonce, window });
  };
  return { context, page, storage, news, pay };
}

test.each([
  ['a tip', tip],
  ['an article', { url: article }],
])('the first payment of %s needs nothing of the rest', async (_what, target) => {
  const { context, page, pay } = bare();
  expect((await pay(target)).receipt.aud).toBe(payee);
  expect(world.debits).toHaveLength(1);
  expect(page.marked).toBe(false);
  expect(await accountOf(context, payee)).toMatchObject({ known: true, pending: [] });
});

test('out of reach before anything was signed: offline, not charged', async () => {
  const { pay } = bare();
  world.faults['/connect'] = ['unheard'];
  await expect(pay(tip)).rejects.toMatchObject({ code: 'offline', moneyMoved: 'no' });
  expect(world.debits).toEqual([]);
});

test('out of reach when the answer got lost: unknown, kept, and found by resume', async () => {
  const { page, storage, pay } = bare();
  world.faults['/connect/continue'] = ['lost'];
  await expect(pay(tip)).rejects.toMatchObject({ code: 'answer-unknown', moneyMoved: 'unknown' });
  expect(page.marked).toBe(true);
  expect((await device(world, { storage }).micro.resume(tip))?.receipt.amt).toBe('2');
  expect(world.debits).toHaveLength(1);
});

test('out of reach when the delivery failed: paid, kept, and delivered by resume', async () => {
  const { storage, pay } = bare();
  world.deliveries = [503];
  await expect(pay({ url: article })).rejects.toMatchObject({
    code: 'delivery-failed',
    moneyMoved: 'yes',
  });
  const paid = await device(world, { storage }).micro.resume({ url: article });
  expect(await paid?.response?.text()).toBe('the whole article');
  expect(world.debits).toHaveLength(1);
});

test('near a limit the payment is made, and only the word about it is missing', async () => {
  const { pay, context, news } = bare();
  context.caps = { ...context.caps, day: '24000' };
  expect((await pay(tip)).receipt.amt).toBe('2');
  expect(news.filter(({ alert }) => alert)).toEqual([]);
});

/** A meter pays unit after unit in advance, only while somebody looks, and ends in words at a limit. */
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Account } from '../../src/client/account.ts';
import type { Options, Paid } from '../../src/client/api.ts';
import type { Left, MeterState } from '../../src/client/session-api.ts';
import { memoryStorage } from '../../src/client/memory-storage.ts';
import type { Ports } from '../../src/client/ports.ts';
import { lockOfThisTab } from '../../src/client/tab-lock.ts';
import { Problem } from '../../src/protocol/problem.ts';
import {
  device,
  listen,
  newWorld,
  pageOrigin,
  payee,
  start,
  tip,
  type FakePage,
  type World,
} from './support.ts';

let world: World;
let close: () => void;
beforeEach(async () => {
  world = await newWorld();
  close = listen(world);
});
afterEach(() => close());

const minute = { ...tip, reason: 'Reading, minute' };

/** Someone who paid here before. Time passes only by waiting; `at` acts when the meter has waited so many times. */
async function reader(
  at: Record<number, (page: FakePage) => unknown> = {},
  more: Options = {},
  ports: Partial<Ports> = {},
) {
  let waits = -Infinity;
  const made = device(world, {
    ...more,
    ports: {
      ...ports,
      wait: async (ms) => {
        await new Promise((resolve) => setTimeout(resolve, 1));
        world.now += ms;
        await at[++waits]?.(made.page);
      },
    },
  });
  await made.micro.pay(tip);
  waits = 0;
  return made;
}

test('units are paid in advance, one after the other, up to the most that was asked for', async () => {
  const { micro } = await reader();
  const told: MeterState[] = [];
  const meter = await micro.meter({ target: minute, unitMs: 3_000, most: 3 }, (state) =>
    told.push(state),
  );
  await meter.start();
  expect(meter.state()).toMatchObject({ is: 'stopped', units: 3, used: 3_000, cost: 60_000n });
  expect(world.debits).toHaveLength(4);
  expect(
    told.some(({ is, units, used }) => is === 'running' && units === 2 && used === 1_000),
  ).toBe(true);
});

test('while nobody looks no time is used and nothing is paid; then it goes on by itself', async () => {
  const seen: number[] = [];
  const { micro } = await reader({
    2: (page) => (page.isVisible = false),
    40: (page) => {
      seen.push(world.debits.length);
      page.isVisible = true;
    },
  });
  const meter = await micro.meter({ target: minute, unitMs: 3_000, most: 2 });
  await meter.start();
  expect(seen).toEqual([2]);
  expect(meter.state()).toMatchObject({ is: 'stopped', units: 2 });
});

test('what is left of a paid unit is there again after a reload', async () => {
  const storage = memoryStorage();
  const first = await reader({ 2: () => void pausing() }, { storage });
  const meter = await first.micro.meter({ target: minute, unitMs: 60_000 });
  const pausing = () => meter.pause();
  await meter.start();
  expect(meter.state()).toMatchObject({ is: 'paused', units: 1 });
  const { used } = meter.state();
  const again = await (
    await reader({}, { storage })
  ).micro.meter({ target: minute, unitMs: 60_000 });
  expect(again.state()).toMatchObject({ is: 'idle', units: 1, used, cost: 20_000n });
  expect(world.debits).toHaveLength(3);
});

test('at a limit it ends with the reason and the way on, and can go on when the limit is raised', async () => {
  const { micro } = await reader({}, { caps: { day: '70000' } });
  const meter = await micro.meter({ target: minute, unitMs: 1_000, most: 4 });
  await meter.start();
  expect(meter.state()).toMatchObject({
    is: 'refused',
    units: 2,
    problem: { code: 'cap-reached', nextStep: 'raise-cap', moneyMoved: 'no' },
  });
  await micro.caps.set(tip.to, { day: '1000000' });
  await meter.start();
  expect(meter.state()).toMatchObject({ is: 'stopped', units: 4 });
  expect(world.debits).toHaveLength(5);
});

const seconds = { target: minute, unitMs: 3_000 };

/** A tip that was paid by `settle`, as the button pays the first unit. */
async function settledBy({ micro }: Awaited<ReturnType<typeof reader>>): Promise<Paid> {
  const quote = await micro.quote({ ...minute, reason: 'Reading, minute 1' });
  if (quote.response) throw new Error('A tip has a price.');
  return micro.settle(quote);
}

test('a unit that was paid by settle is counted, once, and starts nothing', async () => {
  const made = await reader();
  const meter = await made.micro.meter(seconds);
  const paid = await settledBy(made);
  await meter.add(paid);
  await meter.add(paid);
  expect(meter.state()).toMatchObject({
    is: 'idle',
    units: 1,
    used: 0,
    cost: 20_000n,
    currency: 'usd-micro',
    next: { reason: 'Reading, minute 2' },
  });
  expect(world.debits).toHaveLength(2);
});

test('each unit hands over its receipt', async () => {
  const { micro } = await reader();
  const told = new Set<Paid>();
  const meter = await micro.meter({ ...seconds, most: 2 }, ({ paid }) => paid && told.add(paid));
  await meter.start();
  expect([...told].map(({ target }) => 'to' in target && target.reason)).toEqual([
    'Reading, minute 1',
    'Reading, minute 2',
  ]);
});

test('each unit is asked about before it is paid by itself: no is a pause, a problem a refusal', async () => {
  const { micro } = await reader();
  const asked: string[] = [];
  const meter = await micro.meter({
    ...seconds,
    allow: ({ reason }) => {
      asked.push(reason);
      if (asked.length === 3) throw new Problem('price-mismatch');
      return asked.length < 2;
    },
  });
  await meter.start();
  expect(meter.state()).toMatchObject({ is: 'paused', units: 1 });
  await meter.start();
  expect(meter.state()).toMatchObject({
    is: 'refused',
    units: 1,
    problem: { code: 'price-mismatch' },
  });
  expect(asked).toEqual(['Reading, minute 1', 'Reading, minute 2', 'Reading, minute 2']);
  expect(world.debits).toHaveLength(2);
});

// Red without: src/client/session/meter.ts: if (kept && isFurther(kept, book)) book = kept;
// Red without: src/client/session/meter.ts: if (book.used < unitMs) return;
test('T11 the same meter in two tabs is one: no unit is paid twice', async () => {
  const [storage, lock] = [memoryStorage(), lockOfThisTab()];
  const one = await reader({}, { storage }, { lock });
  const two = await reader({}, { storage }, { lock });
  const before = world.debits.length;
  const meters = await Promise.all(
    [one, two].map(({ micro }) => micro.meter({ ...seconds, most: 5 })),
  );
  await Promise.all(meters.map((meter) => meter.start()));
  expect(world.debits.length - before).toBe(5);
  for (const meter of meters)
    expect(await meter.refresh()).toMatchObject({ is: 'stopped', units: 5, cost: 100_000n });
});

test('what costs nothing runs as well, and hands over the answer', async () => {
  const { micro } = await reader();
  const meter = await micro.meter({
    target: { url: `${pageOrigin}/free` },
    unitMs: 1_000,
    most: 3,
  });
  await meter.start();
  expect(meter.state()).toMatchObject({ is: 'stopped', units: 3, cost: 0n, paid: undefined });
  expect(await meter.state().response?.text()).toBe('free');
  expect(world.debits).toHaveLength(1);
});

test.each(['/read/{n}', '/read/%7Bn%7D'])('the number of the unit stands in %s', async (path) => {
  const { micro } = await reader();
  const target = { url: pageOrigin + path };
  const meter = await micro.meter({ target, unitMs: 1_000, most: 2 });
  await meter.start();
  expect(world.served).toEqual(['/read/1', '/read/2']);
});

test('only the unit that a click asked for opens a window', async () => {
  const key = `account:${payee}`;
  const { micro, page, storage } = device(world, {
    ports: {
      wait: async (ms) => {
        await new Promise((resolve) => setTimeout(resolve, 1));
        world.now += ms;
        // The approval is gone while the first unit runs.
        if (meter.state().units === 0) return;
        const account = (await storage.get(key)) as Account;
        await storage.set(key, { ...account, approval: undefined });
      },
    },
  });
  const meter = await micro.meter({ target: minute, unitMs: 3_000 });
  await meter.start();
  expect(meter.state()).toMatchObject({
    is: 'refused',
    units: 1,
    problem: { code: 'not-connected' },
  });
  expect(page.opened).toHaveLength(1);
});

test('paused while a unit is paid, it keeps the unit whole', async () => {
  const storage = memoryStorage();
  const { micro } = await reader({}, { storage });
  const meter = await micro.meter({
    ...seconds,
    allow: () => {
      void meter.pause();
      return true;
    },
  });
  await meter.start();
  expect(await meter.refresh()).toMatchObject({ is: 'paused', units: 1, used: 0 });
  expect(world.debits).toHaveLength(2);
});

describe('what is left', () => {
  const hold = { sid: 'ses_12345678', grant: '', seq: 0, pks: [], rby: start / 1_000 + 86_400 };
  const rows: [string, NonNullable<Options['caps']>, Partial<Account>, Left, string?][] = [
    [
      'by this device’s day',
      { day: '90000' },
      {},
      { amount: 50_000n, limit: 90_000n, span: 'day' },
    ],
    [
      'by this device in all',
      { total: '100000' },
      {},
      { amount: 60_000n, limit: 100_000n, span: 'total' },
    ],
    ['by the wallet’s day', {}, {}, { amount: 60_000n, limit: 100_000n, span: 'day' }],
    [
      'with what is held and not spent',
      {},
      { hold: { ...hold, dep: 20_000n, owed: 5_000n, signedMax: 5_000n } },
      { amount: 75_000n, limit: 100_000n, span: 'day' },
    ],
    [
      'with what came with the approval, before a tap has looked at it',
      {},
      {},
      { amount: 80_000n, limit: 100_000n, span: 'day' },
      `.${Buffer.from(JSON.stringify({ dep: '20000', rby: hold.rby })).toString('base64url')}.`,
    ],
    [
      'and not what was held and is over',
      {},
      { hold: { ...hold, rby: start / 1_000, dep: 20_000n, owed: 5_000n, signedMax: 5_000n } },
      { amount: 60_000n, limit: 100_000n, span: 'day' },
    ],
  ];

  test.each(rows)('is told %s', async (_name, caps, account, left, session) => {
    world.limits = { tap: '100000', day: '100000', total: '5000000' };
    const { micro, storage } = await reader({}, { caps });
    const key = `account:${payee}`;
    const before = (await storage.get(key)) as Account;
    const approval = before.approval && { ...before.approval, session };
    await storage.set(key, { ...before, approval, ...account });
    const meter = await micro.meter({ target: minute, unitMs: 1_000, most: 1 });
    await meter.start();
    expect(meter.state().left).toEqual(left);
  });
});

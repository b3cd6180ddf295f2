/** A meter pays unit after unit in advance, only while somebody looks, and ends in words at a limit. */
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { Options } from '../../src/client/api.ts';
import type { MeterState } from '../../src/client/session-api.ts';
import { memoryStorage } from '../../src/client/memory-storage.ts';
import { device, listen, newWorld, tip, type FakePage, type World } from './support.ts';

let world: World;
let close: () => void;
beforeEach(async () => {
  world = await newWorld();
  close = listen(world);
});
afterEach(() => close());

const minute = { ...tip, reason: 'Reading, minute' };

/** Someone who paid here before. Time passes only by waiting; `at` acts when the meter has waited so many times. */
async function reader(at: Record<number, (page: FakePage) => unknown> = {}, more: Options = {}) {
  let waits = -Infinity;
  const made = device(world, {
    ...more,
    ports: {
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

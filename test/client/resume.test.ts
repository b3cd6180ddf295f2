/** Lost answers, crashes and reloads: the same signed words again, one debit, delivered once it is paid. */
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Storage } from '../../src/client/api.ts';
import type { Ports } from '../../src/client/ports.ts';
import { memoryStorage } from '../../src/client/memory-storage.ts';
import {
  article,
  device,
  FakePage,
  listen,
  newSigner,
  newWorld,
  payee,
  tip,
  type World,
} from './support.ts';

let world: World;
let close: () => void;
beforeEach(async () => {
  world = await newWorld();
  close = listen(world);
});
afterEach(() => close());

async function connected() {
  const made = device(world);
  await made.micro.pay(tip);
  world.bodies.length = 0;
  world.asked.length = 0;
  return made;
}

/** The same browser after a reload: what was stored is there, what was in memory isn't. */
const reloaded = ({ storage }: { storage: Storage }) => device(world, { storage });

const unknown = { code: 'answer-unknown', moneyMoved: 'unknown', nextStep: 'retry' };

describe('an answer that got lost after the debit', () => {
  test('is asked for again with the same bytes: one debit', async () => {
    const { micro } = await connected();
    world.faults['/pay'] = ['lost'];
    await micro.pay(tip);
    expect(world.bodies).toHaveLength(2);
    expect(world.bodies[1]).toBe(world.bodies[0]);
    expect(world.debits).toHaveLength(2);
  });

  test('for ever is told as unknown, kept, and found by resume after a reload', async () => {
    const one = await connected();
    world.faults['/pay'] = ['lost', 'unheard', 503];
    await expect(one.micro.pay(tip)).rejects.toMatchObject(unknown);
    expect(one.page.marked).toBe(true);
    const two = reloaded(one);
    const paid = await two.micro.resume(tip);
    expect(paid?.receipt.amt).toBe('2');
    expect(new Set(world.bodies).size).toBe(1);
    expect(world.debits).toHaveLength(2);
    expect(two.page.marked).toBe(false);
    expect(await two.micro.resume(tip)).toBeUndefined();
  });

  test('is found by the next tap for the same thing, which then is that tap', async () => {
    const { micro } = await connected();
    world.faults['/pay'] = ['lost', 'lost', 'lost'];
    await expect(micro.pay(tip)).rejects.toMatchObject(unknown);
    await micro.pay(tip);
    expect(world.debits).toHaveLength(2);
    await micro.pay(tip);
    expect(world.debits).toHaveLength(3);
  });

  test('counts for the limits until it is found', async () => {
    const one = await connected();
    await one.micro.caps.set(payee, { day: '50000' });
    world.faults['/pay'] = ['lost', 'lost', 'lost'];
    await expect(one.micro.pay(tip)).rejects.toMatchObject(unknown);
    await expect(one.micro.pay({ ...tip, reason: 'another' })).rejects.toMatchObject({
      code: 'cap-reached',
    });
  });

  test('of the approval is found at the wallet’s other door: one debit', async () => {
    world.faults['/connect/continue'] = ['lost'];
    const { micro } = device(world);
    const paid = await micro.pay(tip);
    expect(paid.receipt.amt).toBe('2');
    expect(world.asked).toContain('POST /pay');
    expect(world.debits).toHaveLength(1);
    // And the approval with it: the next tap needs no window.
    expect(await micro.quote(tip)).toMatchObject({ ready: true });
  });
});

describe('an approval whose answer got lost with its page', () => {
  /** The page died as the wallet's answer was on its way; `again` is its reload. */
  async function died() {
    world.faults['/connect/continue'] = ['lost', 'unheard', 'unheard'];
    world.faults['/pay'] = ['unheard', 'unheard', 'unheard'];
    const one = device(world);
    await expect(one.micro.pay(tip)).rejects.toMatchObject(unknown);
    return reloaded(one);
  }

  test('is told again when its payment is found: nothing is approved twice', async () => {
    const { micro, page } = await died();
    expect((await micro.resume(tip))?.receipt.amt).toBe('2');
    expect(micro.$session.get()).toMatchObject({ payee });
    await micro.pay({ ...tip, reason: 'another' });
    expect(page.opened).toEqual([]);
    expect(world.debits).toHaveLength(2);
  });

  test('that the wallet can’t tell again keeps nobody from the payment: the next tap asks anew', async () => {
    const { micro, storage } = await died();
    const [gnt] = world.grants.keys();
    world.faults[`/grants/${gnt}`] = ['unheard', 503, 'unheard'];
    expect((await micro.resume(tip))?.receipt.amt).toBe('2');
    expect(await micro.quote(tip)).toMatchObject({ ready: false });
    expect(await storage.get(`account:${payee}`)).toMatchObject({ pending: [] });
  });

  test('that the wallet didn’t sign is not used', async () => {
    const { micro } = await died();
    world.grantSigner = await newSigner();
    await micro.resume(tip);
    expect(await micro.quote(tip)).toMatchObject({ ready: false });
  });

  test('delivers what was paid with it, however old its receipt', async () => {
    world.entitles = { scope: 'GET /article/42', seconds: 3_600 };
    world.faults['/connect/continue'] = ['lost', 'unheard', 'unheard'];
    world.faults['/pay'] = ['unheard', 'unheard', 'unheard'];
    const one = device(world);
    const quote = await one.micro.quote({ url: article });
    if (quote.response) throw new Error('It was free.');
    const wallet = one.micro.openWallet(quote);
    await expect(one.micro.settle(quote, { wallet })).rejects.toMatchObject(unknown);
    world.now += 1_200_000;
    const paid = await reloaded(one).micro.resume({ url: article });
    expect(await paid?.response?.text()).toBe('the whole article');
    expect(world.debits).toHaveLength(1);
  });
});

test('a payment the wallet never heard of is told as not charged only when it can no longer arrive', async () => {
  world.faults['/connect/continue'] = ['unheard', 'unheard', 'unheard'];
  const { micro } = device(world);
  await expect(micro.pay(tip)).rejects.toMatchObject(unknown);
  await expect(micro.resume(tip)).rejects.toMatchObject(unknown);
  world.now += 121_000;
  await expect(micro.resume(tip)).rejects.toMatchObject({
    code: 'grant-unknown',
    moneyMoved: 'no',
  });
  expect(await micro.resume(tip)).toBeUndefined();
  expect(world.debits).toEqual([]);
});

test('stopped while the wallet is asked, its fate is unknown and kept', async () => {
  const { micro } = await connected();
  const stop = new AbortController();
  const quote = await micro.quote(tip);
  if (quote.response) throw new Error('It was free.');
  const handle = world.handle;
  world.handle = async (request) => {
    const answer = await handle(request);
    if (request.url.endsWith('/pay')) stop.abort();
    return answer;
  };
  await expect(micro.settle(quote, { signal: stop.signal })).rejects.toMatchObject(unknown);
  expect((await micro.resume(tip))?.receipt.cid).toBe(quote.id);
  expect(world.debits).toHaveLength(2);
});

test('stopped before anything is signed, nothing is charged', async () => {
  const { micro } = await connected();
  const quote = await micro.quote(tip);
  if (quote.response) throw new Error('It was free.');
  const signal = AbortSignal.abort();
  await expect(micro.settle(quote, { signal })).rejects.toMatchObject({
    code: 'aborted',
    moneyMoved: 'no',
  });
  expect(world.bodies).toEqual([]);
});

describe('a delivery that fails after the payment', () => {
  test('is tried again with the same receipt', async () => {
    const { micro } = await connected();
    world.deliveries = [503, 'lost'];
    expect((await micro.fetch(article)).status).toBe(200);
    expect(world.debits).toHaveLength(2);
  });

  test('for ever is told as paid and not delivered; resume delivers it, for nothing', async () => {
    const one = await connected();
    world.deliveries = [500, 500, 'lost'];
    await expect(one.micro.fetch(article)).rejects.toMatchObject({
      code: 'delivery-failed',
      moneyMoved: 'yes',
      nextStep: 'retry',
      extra: { payment: expect.stringMatching(/^pay_/) },
    });
    expect(await one.micro.receipts.list()).toHaveLength(2);
    const paid = await reloaded(one).micro.resume({ url: article });
    expect(await paid?.response?.text()).toBe('the whole article');
    expect(world.debits).toHaveLength(2);
  });

  test('is shown with its evidence when the receipt is too old to open it by itself', async () => {
    const one = await connected();
    world.entitles = { scope: 'GET /article/42', seconds: 86_400 };
    world.deliveries = [500, 500, 500];
    await expect(one.micro.fetch(article)).rejects.toMatchObject({ code: 'delivery-failed' });
    world.now += 3_600_000;
    const paid = await reloaded(one).micro.resume({ url: article });
    expect(paid?.response?.status).toBe(200);
    expect(world.debits).toHaveLength(2);
  });

  test('is not tried by itself for more than a day; the receipt stays', async () => {
    const one = await connected();
    world.deliveries = [500, 500, 500];
    await expect(one.micro.fetch(article)).rejects.toMatchObject({ code: 'delivery-failed' });
    world.now += 86_400_001;
    const two = reloaded(one);
    expect(await two.micro.resume()).toBeUndefined();
    expect(await two.micro.receipts.list()).toHaveLength(2);
    expect(two.page.marked).toBe(false);
  });
});

test('resume of one target leaves another’s payment alone', async () => {
  const { micro } = await connected();
  world.faults['/pay'] = ['lost', 'lost', 'lost'];
  await expect(micro.pay(tip)).rejects.toMatchObject(unknown);
  expect(await micro.resume({ url: article })).toBeUndefined();
  expect(await micro.resume({ ...tip, amount: '0.03' })).toBeUndefined();
  expect(await micro.resume(tip)).toBeDefined();
});

describe('a crash at any step', () => {
  /** Counts every touch of the outside, and dies at the n-th: before it, or just after it took effect. */
  class Crash {
    steps = 0;
    dead = false;
    readonly at: number;
    readonly when: 'before' | 'after';
    constructor(at: number, when: 'before' | 'after') {
      [this.at, this.when] = [at, when];
    }
    async step<T>(work: () => Promise<T>): Promise<T> {
      this.#alive();
      const now = ++this.steps === this.at;
      if (now && this.when === 'before') this.dead = true;
      this.#alive();
      const result = await work();
      if (now) this.dead = true;
      this.#alive();
      return result;
    }
    #alive(): void {
      if (this.dead) throw new Error('crash');
    }
  }

  const crashing = (storage: Storage, crash: Crash): Storage => ({
    get: (key) => crash.step(() => storage.get(key)),
    set: (key, value) => crash.step(() => storage.set(key, value)),
    list: (prefix) => crash.step(() => storage.list(prefix)),
  });

  const doomed = (storage: Storage, crash: Crash) => {
    const ports: Partial<Ports> = {
      fetch: (input, init) => crash.step(() => fetch(input, init)),
    };
    return device(world, { storage: crashing(storage, crash), ports });
  };

  /** What a person does: the tap that died, a reload, what is left of it; another tap only if nothing came of the first. */
  async function story(crash: Crash, storage: Storage): Promise<void> {
    world.price = { amount: '2', currency: 'usd' };
    const tapped = doomed(storage, crash).micro;
    await tapped.fetch(article).catch(() => undefined);
    crash.dead = true;
    const { micro, page } = reloaded({ storage });
    const resumed = await micro.resume({ url: article });
    if (!resumed && world.served.length === 0) await micro.fetch(article);
    expect(world.served.length).toBeGreaterThanOrEqual(1);
    expect(page.marked).toBe(false);
    expect(await micro.resume()).toBeUndefined();
  }

  test.each(['before', 'after'] as const)(
    '%s it: one debit, delivered once it is paid, one receipt kept',
    async (when) => {
      let steps = 1;
      for (let at = 1; at <= steps; at++) {
        const storage = memoryStorage();
        await device(world, { storage }).micro.connect(payee);
        world.debits.length = 0;
        world.served.length = 0;
        const crash = new Crash(at, when);
        await story(crash, storage);
        // The steps of a whole payment are known from the first that reached its end.
        steps = Math.max(steps, crash.steps + (crash.steps >= at ? 1 : 0));
        expect({ at, debits: world.debits.length }).toEqual({ at, debits: 1 });
        const kept = await device(world, { storage }).micro.receipts.list();
        expect(kept).toHaveLength(1);
        expect(await storage.get(`account:${payee}`)).toMatchObject({ pending: [] });
      }
      expect(steps).toBeGreaterThan(12);
    },
  );

  test('of the approval and the first payment: never more than one debit', async () => {
    let steps = 1;
    for (let at = 1; at <= steps; at++) {
      const storage = memoryStorage();
      world.debits.length = 0;
      const crash = new Crash(at, 'after');
      const { micro } = doomed(storage, crash);
      await micro.pay(tip).catch(() => undefined);
      crash.dead = true;
      steps = Math.max(steps, crash.steps + (crash.steps >= at ? 1 : 0));
      const page = new FakePage(world);
      const next = device(world, { storage, page }).micro;
      // A signed payment that never arrived ends by itself; until then nobody says "not charged".
      const resumed = await next.resume(tip).catch(async () => {
        world.now += 121_000;
        return next.resume(tip).catch(() => undefined);
      });
      const kept = await next.receipts.list();
      if (!resumed && kept.length === 0) await next.pay(tip);
      expect({ at, debits: world.debits.length }).toEqual({ at, debits: 1 });
    }
    // One record for each payee: fewer steps than there were when this was 20.
    expect(steps).toBeGreaterThan(12);
  });
});

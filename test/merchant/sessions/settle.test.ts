/** Settling: what is asked of the wallet, when, how often, and what is done with its answers. */
import { describe, expect, test } from 'vitest';
import { Problem } from '../../../src/protocol/problem.ts';
import { memoryStore, sqliteStore, type PaywallStore } from '../../../src/merchant/index.ts';
import { article, signerOf, site, startSeconds, type Shop } from '../support.ts';
import { fakeWallet, moveTo, type FakeWallet } from './fake-wallet.ts';
import {
  codeOf,
  price,
  reader,
  sessionOf,
  sessionShop,
  sid,
  sumsOf,
  tapOf,
  type Reader,
} from './support.ts';

/** The undo of what was tapped at the start is over. */
const ripe = startSeconds + 901;
const redeemBy = startSeconds + 86_400;
const page = (i: number): string => `${site}/articles/${i}`;

interface Scene {
  news: Shop;
  bank: FakeWallet;
  ada: Reader;
  timers: { run: () => void; ms: number }[];
  /** Lets the job's timer go off, and waits for the run */
  tick: () => Promise<number>;
  /** Another process on the same store, after this one ended */
  restarted: (options?: object) => Promise<Shop>;
}

async function scene(settle: object = {}, store: PaywallStore = memoryStore()): Promise<Scene> {
  const bank = await fakeWallet(await signerOf('wallet'));
  const timers: Scene['timers'] = [];
  let isSet = Promise.withResolvers<void>();
  const options = {
    store,
    fetch: bank.fetch,
    sessions: { settle },
    timer: (run: () => void, ms: number) => {
      const timer = { run, ms };
      timers.push(timer);
      isSet.resolve();
      return () => void (timers.includes(timer) && timers.splice(timers.indexOf(timer), 1));
    },
  };
  const news = await sessionShop(options);
  const ada = await reader(news);
  bank.open(sid, ada.session.jwk, redeemBy);
  moveTo(startSeconds, news, bank);
  return {
    news,
    bank,
    ada,
    timers,
    tick: async () => {
      const [timer] = timers.splice(0, 1);
      isSet = Promise.withResolvers();
      timer?.run();
      // The run has ended when the next timer is there.
      await isSet.promise;
      return timer?.ms ?? 0;
    },
    restarted: async () => {
      const after = await sessionShop(options);
      after.clock.seconds = news.clock.seconds;
      return after;
    },
  };
}

const taps = async ({ ada }: Pick<Scene, 'ada'>, from: number, to: number): Promise<void> => {
  for (let i = from; i <= to; i++) {
    const answer = await ada.tap(page(i), { tap: `tap_${String(i).padStart(8, '0')}` });
    expect(answer.headers.has('payment-receipt')).toBe(true);
  }
};

describe('settle', () => {
  test('asks for what was taken, once its undo is over, in one transfer for all taps', async () => {
    const { news, bank, ada } = await scene();
    await taps({ ada }, 1, 5);
    expect(await news.pay.sessions.settle()).toMatchObject({ lines: 0, moved: '0' });
    expect(bank.requests).toEqual([]);
    moveTo(ripe, news, bank);
    const settled = await news.pay.sessions.settle();
    expect(settled).toMatchObject({ lines: 1, moved: '100000', refused: [], closed: [] });
    expect(settled.settlements).toHaveLength(1);
    expect(bank.transfers).toEqual([{ sid, amount: price * 5n }]);
    expect(await sumsOf(news)).toEqual({
      accepted: price * 5n,
      spent: price * 5n,
      undone: 0n,
      claimed: price * 5n,
      settled: price * 5n,
    });
    expect([...bank.items.values()]).toEqual(
      [1, 2, 3, 4, 5].map((i) => ({
        sid,
        tap: `tap_0000000${i}`,
        amount: '20000',
        reason: 'tapped',
        at: startSeconds,
      })),
    );
    expect(news.errors).toEqual([]);
  });

  test('asks nothing when nothing is new', async () => {
    const { news, bank, ada } = await scene();
    await taps({ ada }, 1, 2);
    moveTo(ripe, news, bank);
    await news.pay.sessions.settle();
    expect(await news.pay.sessions.settle()).toMatchObject({ lines: 0, moved: '0' });
    expect(bank.requests).toHaveLength(1);
  });

  test('leaves what can still be undone, and takes it next time', async () => {
    const { news, bank, ada } = await scene();
    await taps({ ada }, 1, 2);
    moveTo(startSeconds + 600, news, bank);
    await taps({ ada }, 3, 4);
    moveTo(ripe, news, bank);
    expect((await news.pay.sessions.settle()).moved).toBe('40000');
    moveTo(ripe + 600, news, bank);
    expect((await news.pay.sessions.settle()).moved).toBe('40000');
    expect(bank.transfers).toHaveLength(2);
  });

  test('asks for all of it before its end, even a few cents that could still be undone', async () => {
    const { news, bank, ada } = await scene({ atLeast: { amount: '1.00', currency: 'USD' } });
    await taps({ ada }, 1, 1);
    moveTo(ripe, news, bank);
    expect((await news.pay.sessions.settle()).moved).toBe('0');
    // Forty minutes before its end, unless the paywall says otherwise.
    moveTo(redeemBy - 2_401, news, bank);
    expect((await news.pay.sessions.settle()).moved).toBe('0');
    moveTo(redeemBy - 2_400, news, bank);
    expect((await news.pay.sessions.settle()).moved).toBe('20000');

    const early = await scene({ marginSeconds: 7_200 });
    moveTo(redeemBy - 3_700, early.news, early.bank);
    await taps(early, 1, 1);
    expect((await early.news.pay.sessions.settle()).moved).toBe('20000');
  });

  test('asks for everything when it is told to', async () => {
    const { news, ada } = await scene();
    await taps({ ada }, 1, 1);
    expect((await news.pay.sessions.settle({ everything: true })).moved).toBe('20000');
  });

  test('tells titles only where the paywall says so', async () => {
    for (const titles of [false, true]) {
      const { news, bank, ada } = await scene({ titles });
      await ada.tap(article, {}, undefined, { title: 'How rivers remember' });
      await news.pay.sessions.settle({ everything: true });
      const [item] = bank.items.values();
      expect(item?.title).toBe(titles ? 'How rivers remember' : undefined);
    }
  });

  test('claims what was taken less what was undone', async () => {
    const { news, bank, ada } = await scene();
    await taps({ ada }, 1, 3);
    await news.ask(await ada.undoing('tap_00000002'));
    moveTo(ripe, news, bank);
    expect((await news.pay.sessions.settle()).moved).toBe('40000');
    expect([...bank.items.keys()]).toEqual([`${sid} tap_00000001`, `${sid} tap_00000003`]);
  });

  test('many sessions in one call, each one line and one transfer', async () => {
    const { news, bank } = await scene();
    const ids = Array.from({ length: 30 }, (_, i) => `ses_many${String(i).padStart(4, '0')}`);
    for (const jti of ids) {
      const one = await reader(news, { jti, sub: `sub_${jti}` });
      bank.open(jti, one.session.jwk, redeemBy);
      for (const i of [1, 2]) await one.tap(page(i));
    }
    moveTo(ripe, news, bank);
    expect(await news.pay.sessions.settle()).toMatchObject({
      lines: 30,
      moved: String(price * 60n),
    });
    expect(bank.requests).toHaveLength(1);
    expect(bank.transfers.map(({ sid: of }) => of)).toEqual(ids);
  });

  test('a thousand taps are one transfer; the thousand and first is told in the next call', async () => {
    const { news, bank } = await scene();
    const one = await reader(news, { jti: 'ses_thousand', dep: String(price * 1_001n) });
    bank.open('ses_thousand', one.session.jwk, redeemBy);
    const taps = (count: number) =>
      Promise.resolve().then(async () => {
        for (let i = 0; i < count; i++) await one.tap(article, {}, undefined, { seconds: 0 });
      });
    await taps(1_000);
    moveTo(ripe, news, bank);
    expect((await news.pay.sessions.settle()).moved).toBe(String(price * 1_000n));
    expect(bank.transfers).toHaveLength(1);
    expect(bank.items.size).toBe(1_000);
    await taps(1);
    await news.pay.sessions.settle({ everything: true });
    expect(bank.items.size).toBe(1_001);
    expect(bank.requests.every(({ items = [] }) => items.length <= 1_000)).toBe(true);
  }, 120_000);
});

describe('an answer that got lost', () => {
  test('is asked for again with a new proof, and moves nothing twice', async () => {
    const { news, bank, ada, restarted } = await scene();
    await taps({ ada }, 1, 3);
    moveTo(ripe, news, bank);
    bank.next = ['lost'];
    await expect(news.pay.sessions.settle()).rejects.toMatchObject({ code: 'wallet-unreachable' });
    expect(await sumsOf(news)).toMatchObject({ claimed: price * 3n, settled: 0n });
    // Another process, that knows only the store.
    const after = await restarted();
    expect(await after.pay.sessions.settle()).toMatchObject({ lines: 1, moved: '0' });
    expect(bank.transfers).toEqual([{ sid, amount: price * 3n }]);
    expect(new Set(bank.proofs).size).toBe(bank.proofs.length);
    expect(bank.items.size).toBe(3);
    expect(await sumsOf(after)).toMatchObject({ claimed: price * 3n, settled: price * 3n });
  });

  test('and taps that came meanwhile, are both settled', async () => {
    const { news, bank, ada } = await scene();
    await taps({ ada }, 1, 2);
    moveTo(ripe, news, bank);
    bank.next = ['lost'];
    await expect(news.pay.sessions.settle()).rejects.toThrow();
    await taps({ ada }, 3, 4);
    expect((await news.pay.sessions.settle({ everything: true })).moved).toBe('40000');
    expect(bank.transfers.map(({ amount }) => amount)).toEqual([price * 2n, price * 2n]);
    expect(bank.items.size).toBe(4);
  });

  test('two instances that settle at once move everything once', async () => {
    const store = sqliteStore(':memory:');
    const { news, bank, ada, restarted } = await scene({}, store);
    await taps({ ada }, 1, 5);
    moveTo(ripe, news, bank);
    const other = await restarted();
    const all = await Promise.all([news, other, news].map(({ pay }) => pay.sessions.settle()));
    expect(all.reduce((sum, { moved }) => sum + BigInt(moved), 0n)).toBe(price * 5n);
    expect(bank.transfers).toEqual([{ sid, amount: price * 5n }]);
  });
});

describe('a line that is refused', () => {
  test('stops no other, is told, and is asked again only with a newer voucher', async () => {
    const { news, bank, ada } = await scene();
    const bob = await reader(news, { jti: 'ses_bob00000', sub: 'sub_bob-at-news' });
    bank.open('ses_bob00000', bob.session.jwk, redeemBy);
    await taps({ ada }, 1, 2);
    await bob.tap();
    bank.refuses.set(sid, new Problem('verification-failed'));
    moveTo(ripe, news, bank);
    const settled = await news.pay.sessions.settle();
    expect(settled).toMatchObject({ lines: 2, moved: '20000' });
    expect(settled.refused).toEqual([{ sid, code: 'verification-failed' }]);
    expect(news.errors.map(String)).toEqual([
      `Error: paywall: ${sid} was not settled: verification-failed.`,
    ]);
    expect(await news.pay.sessions.settle({ everything: true })).toMatchObject({ lines: 0 });
    bank.refuses.clear();
    await taps({ ada }, 3, 3);
    expect((await news.pay.sessions.settle({ everything: true })).moved).toBe('60000');
  });
});

describe('undo and settling', () => {
  test('what the wallet was asked for can’t be undone here any more', async () => {
    const { news, bank, ada } = await scene();
    await taps({ ada }, 1, 1);
    await news.pay.sessions.settle({ everything: true });
    const answer = await news.ask(await ada.undoing('tap_00000001'));
    expect(await codeOf(answer)).toEqual([409, 'already-settled']);
    expect((await tapOf(news, 'tap_00000001'))?.state).toBe('taken');
    expect(bank.transfers).toHaveLength(1);
  });

  // Red without: src/merchant/sessions/manage.ts: if (tap.claimed > 0n) throw new Problem('already-settled');
  test('T32 not even while the answer is on its way: nothing is both settled and given back', async () => {
    const { news, bank, ada } = await scene();
    await taps({ ada }, 1, 1);
    bank.next = ['lost'];
    await expect(news.pay.sessions.settle({ everything: true })).rejects.toThrow();
    const answer = await news.ask(await ada.undoing('tap_00000001'));
    expect(await codeOf(answer)).toEqual([409, 'already-settled']);
    const { claimed = 0n, spent = 0n, undone = 0n } = (await sumsOf(news)) ?? {};
    expect(claimed <= spent - undone).toBe(true);
  });
});

describe('closing', () => {
  test('settles everything and lets go of the rest', async () => {
    const { news, bank, ada } = await scene();
    await taps({ ada }, 1, 2);
    await news.ask(await ada.closing());
    const settled = await news.pay.sessions.settle();
    expect(settled).toMatchObject({ moved: '40000', closed: [sid] });
    expect(bank.requests.at(-1)?.close).toEqual([sid]);
    expect(await sessionOf(news)).toMatchObject({ state: 'closed', pending: false });
    expect(await news.pay.sessions.settle()).toMatchObject({ lines: 0 });
    expect(await codeOf(await ada.tap(page(3)))).toEqual([410, 'session-ended']);
  });

  test('of a session that nothing was taken from is told without a line', async () => {
    const { news, bank, ada } = await scene();
    await news.ask(ada.asking({ action: 'topUp', sessionId: sid, grant: ada.grant }));
    await news.ask(await ada.closing());
    expect((await news.pay.sessions.settle()).closed).toEqual([sid]);
    expect(bank.requests).toEqual([{ lines: [], close: [sid] }]);
  });

  test('is not asked for any more once the wallet has let go by itself', async () => {
    const { news, bank, ada } = await scene();
    await news.ask(ada.asking({ action: 'topUp', sessionId: sid, grant: ada.grant }));
    await news.ask(await ada.closing());
    moveTo(redeemBy + 1, news, bank);
    await news.pay.sessions.settle();
    expect(bank.requests).toEqual([]);
    expect(await sessionOf(news)).toMatchObject({ state: 'closed', pending: false });
  });
});

describe('the job', () => {
  test('runs by the timer only, again and again, and goes on after a restart', async () => {
    const { news, bank, ada, timers, tick, restarted } = await scene();
    const stop = news.pay.sessions.startSettling({ everyMs: 60_000 });
    expect(timers).toHaveLength(1);
    await taps({ ada }, 1, 2);
    moveTo(ripe, news, bank);
    await tick();
    expect(bank.transfers).toHaveLength(1);
    expect(timers.map(({ ms }) => ms)).toEqual([60_000]);
    stop();
    expect(timers).toEqual([]);
    await taps({ ada }, 3, 3);
    moveTo(ripe + 1_000, news, bank);
    (await restarted()).pay.sessions.startSettling({ everyMs: 86_400_000 });
    await tick();
    expect(bank.transfers).toHaveLength(2);
    // Not a day but twenty minutes: half of the margin before a session's end, so that none ends between two runs.
    expect(timers.map(({ ms }) => ms)).toEqual([1_200_000]);
  });

  test('waits longer after each failure, never all at the same moment, and is told of each', async () => {
    const { news, bank, ada, timers, tick } = await scene();
    await taps({ ada }, 1, 1);
    moveTo(ripe, news, bank);
    bank.next = ['away', 'busy', 'away', 'away', 'away', 'away', 'away', 'away', 'lost'];
    news.pay.sessions.startSettling();
    const waits: number[] = [];
    for (let i = 0; i < 9; i++) {
      await tick();
      waits.push(timers[0]?.ms ?? 0);
    }
    const bases = [5, 10, 20, 40, 80, 160, 300, 300, 300].map((seconds) => seconds * 1000);
    for (const [i, base] of bases.entries()) {
      expect(waits[i]).toBeGreaterThanOrEqual(base / 2);
      expect(waits[i]).toBeLessThanOrEqual(base);
    }
    expect(new Set(waits).size).toBe(waits.length);
    expect(news.errors).toHaveLength(9);
    await tick();
    expect(timers.map(({ ms }) => ms)).toEqual([1_200_000]);
    expect(bank.transfers).toEqual([{ sid, amount: price }]);
    expect(await sumsOf(news)).toMatchObject({ settled: price });
  });

  test.each([0, 999, Infinity, 1.5])('every %s ms is a mistake', async (everyMs) => {
    const { news } = await scene();
    expect(() => news.pay.sessions.startSettling({ everyMs })).toThrow('everyMs');
  });
});

test('a call is dated by the wallet’s clock, once it was heard', async () => {
  const { news, bank, ada } = await scene();
  await taps({ ada }, 1, 1);
  // Our clock is ten minutes slow.
  bank.clock.seconds += 600;
  const settle = () => news.pay.sessions.settle({ everything: true });
  await expect(settle()).rejects.toMatchObject({ code: 'proof-invalid' });
  expect((await settle()).moved).toBe('20000');
});

test.each<[name: string, answer: () => Response]>([
  ['no JSON', () => new Response('<html>')],
  ['fewer lines than were asked', () => Response.json({ lines: [], now: startSeconds })],
  ['a settled sum that is none', () => Response.json({ lines: [{ sid, settled: '-1' }], now: 1 })],
  ['two megabytes', () => new Response('x'.repeat(2_000_000))],
])('an answer of %s is a failure, and all is asked again', async (_name, answer) => {
  const { news, bank, ada, restarted } = await scene();
  await taps({ ada }, 1, 1);
  const { fetch } = bank;
  const broken = await sessionShop({
    store: news.store,
    fetch: async (input, init) =>
      new Request(input).url.endsWith('/settlements') ? answer() : fetch(input, init),
  });
  await expect(broken.pay.sessions.settle({ everything: true })).rejects.toMatchObject({
    code: 'unavailable',
  });
  expect(await sumsOf(news)).toMatchObject({ settled: 0n });
  const after = await restarted();
  expect((await after.pay.sessions.settle({ everything: true })).moved).toBe('20000');
});

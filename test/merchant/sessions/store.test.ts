/** Every store of sessions keeps the same rules, and two instances on one of them are as good as one. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  memoryStore,
  sqliteStore,
  sqlStore,
  type Deliver,
  type PaywallStore,
  type Session,
  type SessionStore,
  type Tap,
} from '../../../src/merchant/index.ts';
import { payee, site, wallet } from '../support.ts';
import { noPostgres, postgres } from './postgres.ts';
import { price, reader, sessionShop, sid, sumsOf } from './support.ts';

const directory = mkdtempSync(join(tmpdir(), 'paywall-session-store-'));
const pg = await postgres('micropay_store_test');
afterAll(async () => {
  rmSync(directory, { recursive: true, force: true });
  await pg?.close();
});

const session = (changes: Partial<Session> = {}): Session => ({
  iss: wallet,
  sid,
  version: 0,
  payee,
  sub: 'sub_ada',
  grant: 'a grant',
  seq: 0,
  deposit: 999_999_999_999_999_999n,
  redeemBy: 90_000,
  voucher: 'a voucher',
  accepted: 20_000n,
  signed: 20_000n,
  spent: 20_000n,
  undone: 0n,
  claimed: 0n,
  settled: 0n,
  state: 'open',
  refused: '',
  pending: true,
  ...changes,
});

const tap = (changes: Partial<Tap> = {}): Tap => ({
  iss: wallet,
  sid,
  tap: 'tap_12345678',
  sub: 'sub_ada',
  res: 'GET /1',
  scope: 'GET /1',
  until: 500_000,
  title: 'An “article” – 🎈',
  price: 20_000n,
  amount: 20_000n,
  claimed: 0n,
  told: 0n,
  at: 1_000,
  state: 'taken',
  reason: 'tapped',
  voucher: 'hash',
  pending: true,
  ...changes,
});

let files = 0;
type Make = () => Promise<PaywallStore[]>;
/** Each makes two instances of one shop, with nothing in its store. */
const stores: [name: string, make: Make, isThere: boolean][] = [
  [
    'memory',
    async () => {
      const store = memoryStore();
      return [store, store];
    },
    true,
  ],
  [
    'SQLite',
    async () => {
      const path = join(directory, `${(files += 1)}.db`);
      return [sqliteStore(path), sqliteStore(path)];
    },
    true,
  ],
  [
    'PostgreSQL',
    async () => {
      const tables = ['payments', 'purchases', 'wallet_keys', 'sessions', 'taps'];
      await pg?.run(`truncate ${tables.map((table) => `micropay_${table}`).join(', ')}`);
      return pg ? [sqlStore(pg.instance()), sqlStore(pg.instance())] : [];
    },
    pg !== undefined,
  ],
];

const isThere = stores.filter(([, , there]) => there);
if (!pg) test.skip(noPostgres, () => undefined);

const sessionsOf = ({ sessions }: PaywallStore): SessionStore => {
  if (!sessions) throw new Error('a store without sessions');
  return sessions;
};

describe.each(isThere)('%s', (_name, make) => {
  let one: SessionStore;
  let two: SessionStore;
  let both: PaywallStore[];
  beforeAll(async () => {
    both = await make();
  });
  const fresh = async (): Promise<void> => {
    both = await make();
    [one, two] = both.map(sessionsOf) as [SessionStore, SessionStore];
  };

  test('what one writes the other reads, to the last digit', async () => {
    await fresh();
    expect(await two.find({ iss: wallet, sid }, 'tap_12345678')).toEqual({});
    expect(await one.save(session(), [tap()])).toBe(true);
    expect(await two.find({ iss: wallet, sid }, 'tap_12345678')).toEqual({
      session: session({ version: 1 }),
      tap: tap(),
    });
    expect(await two.find({ iss: wallet, sid })).toEqual({ session: session({ version: 1 }) });
    expect(await two.find({ iss: 'https://w.example', sid }, 'tap_12345678')).toEqual({});
  });

  test('of two that read the same, one writes; the other writes nothing at all', async () => {
    await fresh();
    await one.save(session(), [tap()]);
    expect(await two.save(session(), [tap({ tap: 'tap_late0000' })])).toBe(false);
    const next = session({ version: 1, spent: 40_000n });
    expect(await one.save(next, [tap({ state: 'undone', pending: false })])).toBe(true);
    expect(await two.save(next, [tap({ tap: 'tap_late0000' })])).toBe(false);
    expect(await two.find({ iss: wallet, sid }, 'tap_late0000')).toEqual({
      session: session({ version: 2, spent: 40_000n }),
    });
    expect((await two.find({ iss: wallet, sid }, 'tap_12345678')).tap?.state).toBe('undone');
  });

  test('a scope is owned by a tap that is taken, by that payer, until it ends', async () => {
    await fresh();
    await one.save(session(), [tap()]);
    const owner = { iss: wallet, sub: 'sub_ada', scope: 'GET /1' };
    expect(await two.owns(owner, 499_999)).toBe(true);
    expect(await two.owns(owner, 500_000)).toBe(false);
    for (const other of [{ iss: 'https://w.example' }, { sub: 'sub_bob' }, { scope: 'GET /2' }])
      expect(await two.owns({ ...owner, ...other }, 1_000)).toBe(false);
    await one.save(session({ version: 1 }), [tap({ state: 'undone' })]);
    expect(await two.owns(owner, 1_000)).toBe(false);
  });

  test('taps that were undone are counted by payer and time', async () => {
    await fresh();
    const undone = { state: 'undone', pending: false } as const;
    const taps = [
      tap({ ...undone, tap: 'tap_a0000000', at: 1_000 }),
      tap({ ...undone, tap: 'tap_b0000000', at: 2_000 }),
    ];
    await one.save(session(), [...taps, tap({ state: 'failed', at: 3_000 })]);
    expect(await two.undone({ iss: wallet, sub: 'sub_ada' }, 1_000)).toBe(2);
    expect(await two.undone({ iss: wallet, sub: 'sub_ada' }, 1_001)).toBe(1);
    expect(await two.undone({ iss: wallet, sub: 'sub_bob' }, 0)).toBe(0);
  });

  test('what the wallet is to be told comes in order, page by page', async () => {
    await fresh();
    const ids = ['ses_b0000000', 'ses_A0000000', 'ses_c0000000', 'ses_-0000000'];
    for (const id of ids) await one.save(session({ sid: id }), []);
    await one.save(session({ sid: 'ses_d0000000', pending: false }), []);
    await one.save(session({ sid: 'ses_e0000000', payee: `${wallet}/~busker` }), []);
    const pages: string[] = [];
    for (let after = ''; ; after = pages.at(-1) ?? '') {
      const page = await two.pending(payee, after, 3);
      pages.push(...page.map((found) => found.sid));
      if (page.length < 3) break;
    }
    expect(pages).toEqual(ids.toSorted());
    const key = { iss: wallet, sid: 'ses_A0000000' };
    const taps = [3_000, 1_000, 2_000].map((at) => tap({ ...key, tap: `tap_${at}0000`, at }));
    await one.save(session({ ...key, version: 1 }), [...taps, tap({ ...key, pending: false })]);
    expect((await two.untold(key, 2)).map(({ at }) => at)).toEqual([1_000, 2_000]);
  });

  test('it forgets what is neither of use nor to be told', async () => {
    await fresh();
    const week = 8 * 86_400;
    const gone = tap({ pending: false, until: 0 });
    await one.save(session(), [
      gone,
      tap({ tap: 'tap_untold00', until: 0 }),
      tap({ tap: 'tap_owned000', pending: false, until: 9_000_000 }),
    ]);
    await one.save(session({ sid: 'ses_gone0000', pending: false, redeemBy: 1_000 }), []);
    await one.forget(1_000 + week);
    expect((await two.find({ iss: wallet, sid }, gone.tap)).tap).toBeDefined();
    await one.forget(1_001 + week);
    expect((await two.find({ iss: wallet, sid }, gone.tap)).tap).toBeUndefined();
    expect((await two.find({ iss: wallet, sid }, 'tap_untold00')).tap).toBeDefined();
    expect((await two.find({ iss: wallet, sid }, 'tap_owned000')).tap).toBeDefined();
    expect(await two.find({ iss: wallet, sid: 'ses_gone0000' })).toEqual({});
    expect((await two.find({ iss: wallet, sid })).session).toBeDefined();
  });

  // Red without: src/merchant/sessions/changing.ts: if (write && !(await store.save(...write))) return undefined; → if (write) await store.save(...write);
  test('T12 one tap sent fifty times to two instances at once is taken once and answered fifty times', async () => {
    await fresh();
    const shops = await Promise.all(both.map((store) => sessionShop({ store })));
    const ada = await reader(shops[0]!);
    const sent = await ada.tapping();
    const by: string[] = [];
    const deliver: Deliver = (_request, access) => {
      by.push(access.by);
      return new Response('The article');
    };
    const fifty = () =>
      Promise.all(Array.from({ length: 50 }, (_, i) => shops[i % 2]!.ask(sent.clone(), deliver)));
    // While the first delivery may still fail, and the tap be given back, its copies are told to wait.
    const first = await fifty();
    expect(first.some(({ status }) => status === 200)).toBe(true);
    expect(first.every(({ status }) => status === 200 || status === 503)).toBe(true);
    expect(by.filter((how) => how === 'tap')).toEqual(['tap']);
    for (const { clock } of shops) clock.seconds += 11;
    const answers = await fifty();
    expect(answers.map(({ status }) => status)).toEqual(Array.from({ length: 50 }, () => 200));
    expect(by.filter((how) => how === 'tap')).toEqual(['tap']);
    expect(new Set(answers.map(({ headers }) => headers.get('payment-receipt'))).size).toBe(1);
    expect(await sumsOf(shops[1]!)).toMatchObject({ accepted: price, spent: price, undone: 0n });
  });

  // Red without: src/merchant/sessions/take-tap.ts: if (room(standing.session) < amount) throw refused('payment-insufficient');
  test('T11 fifty taps race on two instances: what is delivered is paid for, and never more than is signed for', async () => {
    await fresh();
    const shops = await Promise.all(both.map((store) => sessionShop({ store })));
    const ada = await reader(shops[0]!, { dep: String(price * 50n) });
    // Fifty addresses, each in a voucher of its own; half of them sign for no more than the one before.
    const requests = await Promise.all(
      Array.from({ length: 50 }, (_, i) =>
        ada.tapping({ url: `${site}/articles/${i}`, cum: price * BigInt(Math.floor(i / 2) + 1) }),
      ),
    );
    const answers = await Promise.all(requests.map((request, i) => shops[i % 2]!.ask(request)));
    const paid = answers.filter(({ status }) => status === 200);
    const refused = answers.filter(({ status }) => status === 402);
    expect(paid.length + refused.length).toBe(50);
    const sums = await sumsOf(shops[1]!);
    expect(sums?.['spent']).toBe(price * BigInt(paid.length));
    expect(Number(sums?.['spent'])).toBeLessThanOrEqual(Number(sums?.['accepted']));
    expect(paid.every(({ headers }) => headers.has('payment-receipt'))).toBe(true);
    expect(refused.some(({ headers }) => headers.has('payment-receipt'))).toBe(false);
    // Nothing that was signed for is lost in a race.
    expect(sums?.['accepted']).toBe(price * 25n);
  });
});

test('a tap is two rows and one transaction', async () => {
  const db = new DatabaseSync(':memory:');
  const store = sqliteStore(db);
  const news = await sessionShop({ store });
  const ada = await reader(news);
  await ada.tap();
  const changes = (): number =>
    (db.prepare('select total_changes() as n').get() as { n: number }).n;
  const before = changes();
  expect((await ada.tap(`${site}/articles/2`)).status).toBe(200);
  expect(changes() - before).toBe(2);
});

test('SQLite writes a session with its taps, or neither', async () => {
  const db = new DatabaseSync(':memory:');
  const store = sessionsOf(sqliteStore(db));
  db.exec("create trigger full before insert on taps begin select raise(abort, 'full'); end");
  await expect(store.save(session(), [tap()])).rejects.toThrow('full');
  expect(await store.find({ iss: wallet, sid })).toEqual({});
});

test('memory has a bound, and what is still needed is not dropped for it', async () => {
  const store = sessionsOf(memoryStore(2));
  const over = session({ pending: false, redeemBy: 1_000 });
  await store.save({ ...over, sid: 'ses_over0000' }, [
    tap({ pending: false, sid: 'ses_over0000' }),
  ]);
  await store.save(session(), [tap()]);
  expect(await store.save(session({ sid: 'ses_third000' }), [tap({ sid: 'ses_third000' })])).toBe(
    true,
  );
  expect(await store.find({ iss: wallet, sid: 'ses_over0000' }, 'tap_12345678')).toEqual({});
  await expect(store.save(session({ sid: 'ses_fourth00' }), [])).rejects.toMatchObject({
    code: 'unavailable',
    moneyMoved: 'no',
  });
  expect(await store.find({ iss: wallet, sid: 'ses_fourth00' })).toEqual({});
});

// Red without: src/merchant/sessions/memory-sessions.ts: const keyed = all.filter(([, { amount }]) => amount > 0n); → const keyed = all;
test('T33 in memory whoever owns something pushes out nobody’s purchase by taps that cost nothing', async () => {
  const store = sessionsOf(memoryStore(3));
  const settled = { claimed: 20_000n, told: 20_000n, pending: false };
  await store.save(session(), [tap(settled)]);
  for (let i = 0; i < 9; i++) {
    const free = { ...settled, tap: `tap_free000${i}`, amount: 0n, until: 0, sub: 'sub_bob' };
    expect(await store.save(session({ version: i + 1 }), [tap(free)])).toBe(true);
  }
  expect(await store.owns({ iss: wallet, sub: 'sub_ada', scope: 'GET /1' }, 2_000)).toBe(true);
  expect(await store.find({ iss: wallet, sid }, 'tap_free0008')).toMatchObject({
    tap: { amount: 0n },
  });
  // They have a bound as well.
  expect((await store.find({ iss: wallet, sid }, 'tap_free0000')).tap).toBeUndefined();
});

/** Every store keeps the same rules: a payment is taken once, and what was bought is owned until it ends. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterAll, describe, expect, test } from 'vitest';
import { memoryStore, sqliteStore, type PaywallStore } from '../../src/merchant/index.ts';

const directory = mkdtempSync(join(tmpdir(), 'paywall-store-'));
afterAll(() => rmSync(directory, { recursive: true, force: true }));

const payment = { id: 'https://wallet.example|rcp_1', credential: 'hash-1', at: 1_000 };
const owner = { iss: 'https://wallet.example', sub: 'sub_ada', scope: 'GET /1' };
const purchase = { ...owner, until: 5_000 };

const stores: [name: string, make: () => PaywallStore][] = [
  ['memory', () => memoryStore()],
  ['SQLite, handed in', () => sqliteStore(new DatabaseSync(':memory:'))],
  ['SQLite, by path', () => sqliteStore(':memory:')],
];

describe.each(stores)('%s', (_name, make) => {
  test('a payment is taken once; the same bytes repeat, others find it used', async () => {
    const store = make();
    expect(await store.find(payment.id)).toBeUndefined();
    expect(await store.take(payment, purchase)).toBe('taken');
    expect(await store.take({ ...payment, at: 1_001 })).toBe('repeat');
    expect(await store.take({ ...payment, credential: 'hash-2' })).toBe('used');
    expect(await store.find(payment.id)).toEqual(payment);
  });

  test('what was bought is owned until it ends, by that payer at that wallet, that thing only', async () => {
    const store = make();
    await store.take(payment, purchase);
    expect(await store.owns(owner, 4_999)).toBe(true);
    expect(await store.owns(owner, 5_000)).toBe(false);
    for (const other of [{ iss: 'https://w.example' }, { sub: 'sub_bob' }, { scope: 'GET /2' }])
      expect(await store.owns({ ...owner, ...other }, 1_000)).toBe(false);
  });

  test('a payment that was used before brings nothing to own', async () => {
    const store = make();
    await store.take(payment);
    await store.take({ ...payment, credential: 'hash-2' }, purchase);
    expect(await store.owns(owner, 1_000)).toBe(false);
  });

  test('one payment at once fifty times is taken once', async () => {
    const store = make();
    const outcomes = await Promise.all(Array.from({ length: 50 }, () => store.take(payment)));
    expect(outcomes.filter((outcome) => outcome === 'taken')).toHaveLength(1);
    expect(outcomes.filter((outcome) => outcome === 'repeat')).toHaveLength(49);
  });
});

test('memory has a bound: the oldest go first', async () => {
  const store = memoryStore(2);
  for (const id of ['one', 'two', 'three'])
    await store.take({ ...payment, id }, { ...purchase, scope: id });
  expect(await store.find('one')).toBeUndefined();
  expect(await store.find('three')).toBeDefined();
  expect(await store.owns({ ...owner, scope: 'one' }, 0)).toBe(false);
  expect(await store.owns({ ...owner, scope: 'two' }, 0)).toBe(true);
});

test('SQLite remembers after a restart, and for two processes', async () => {
  const path = join(directory, 'purchases.db');
  const [one, two] = [sqliteStore(path), sqliteStore(path)];
  expect(await one.take(payment, purchase)).toBe('taken');
  expect(await two.take(payment, purchase)).toBe('repeat');
  expect(await sqliteStore(path).owns(owner, 1_000)).toBe(true);
});

test('SQLite writes every payment through to the disk', () => {
  const db = new DatabaseSync(join(directory, 'pragmas.db'));
  sqliteStore(db);
  expect(db.prepare('pragma journal_mode').get()).toEqual({ journal_mode: 'wal' });
  expect(db.prepare('pragma synchronous').get()).toEqual({ synchronous: 2 });
});

test('SQLite forgets payments after a day, and never what was bought', async () => {
  const store = sqliteStore(':memory:');
  await store.take(payment, { ...purchase, until: 1_000_000 });
  await store.take({ ...payment, id: 'later', at: payment.at + 86_401 });
  expect(await store.find(payment.id)).toBeUndefined();
  expect(await store.owns(owner, 999_999)).toBe(true);
});

test('SQLite keeps all of a payment or nothing', async () => {
  const db = new DatabaseSync(':memory:');
  const store = sqliteStore(db);
  db.exec("create trigger full before insert on purchases begin select raise(abort, 'full'); end");
  await expect(store.take(payment, purchase)).rejects.toThrow('full');
  expect(await store.find(payment.id)).toBeUndefined();
});

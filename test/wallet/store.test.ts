import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import type { Signer } from '../../src/protocol/index.ts';
import { audit } from '../../wallet/src/audit.ts';
import { migrations } from '../../wallet/src/store/migrations.ts';
import type { Tx } from '../../wallet/src/store/store.ts';
import { createWallet } from '../../wallet/src/wallet.ts';
import { connectSqlite, openSqlite } from '../../wallet/src/store/sqlite.ts';
import {
  allowPage,
  ask,
  audited,
  connected,
  contents,
  intentFor,
  issuer,
  newKey,
  newPage,
  newPerson,
  pay,
  proceed,
  send,
  site,
  testWallet,
  type Connected,
  type TestWallet,
} from './support.ts';
import { isKept } from '../../wallet/src/item-undo.ts';
import { undoCharge } from '../../wallet/src/charge-undo.ts';
import { refund } from '../../wallet/src/refunds.ts';
import { charged } from './payee-support.ts';
import { grantIn, item, open, seller, settleBy, topUp, undo, voucher } from './session-support.ts';

let wallet: TestWallet;
beforeEach(async () => {
  wallet = await testWallet();
});
afterEach(() => wallet.close());

/** From now on, the process "dies" at the given statement of each transaction. */
function dieAt(statement: number): () => void {
  const { store } = wallet.context;
  const { write } = store;
  const dying = (tx: Tx): Tx => {
    let left = statement;
    const step = () => {
      if (left-- === 0) throw new Error('died');
    };
    return {
      all: async (...sql) => {
        step();
        return tx.all(...sql);
      },
      get: async (...sql) => {
        step();
        return tx.get(...sql);
      },
      run: async (...sql) => {
        step();
        return tx.run(...sql);
      },
    };
  };
  store.write = (work) => write((tx) => work(dying(tx)));
  return () => void (store.write = write);
}

// Red without: wallet/src/store/queue.ts: this.#db.exec('rollback to event');
test('T29 a payment that dies between any two statements leaves nothing, and asked again is one debit', async () => {
  const reader = await connected(wallet, await newPerson(wallet));
  const before = await contents(wallet);
  let deaths = 0;
  for (let alive = false; !alive; deaths += alive ? 0 : 1) {
    const revive = dieAt(deaths);
    const { status, json } = await pay(wallet, reader, { cid: 'chal_one' });
    revive();
    alive = status === 200;
    if (!alive) {
      expect(json).toMatchObject({ code: 'internal-error', moneyMoved: 'unknown' });
      expect(await contents(wallet)).toEqual(before);
    }
    wallet.clock.now += 1;
  }
  expect(deaths).toBeGreaterThan(15);
  await pay(wallet, reader, { cid: 'chal_one' });
  expect(await audited(wallet)).toMatchObject({ charges: 1, faults: [] });
});

// Red without: wallet/src/store/queue.ts: this.#db.exec('rollback to event');
test('T29 an approval that dies with its first payment leaves neither, and asked again is both, once', async () => {
  const page = await newPage(wallet);
  const { continue: next } = await ask(wallet, page);
  const interact_ref = await allowPage(wallet, page, await newPerson(wallet));
  const intent = await intentFor(wallet, page, next.gnt);
  const before = await contents(wallet);
  let deaths = 0;
  for (let alive = false; !alive; deaths += alive ? 0 : 1) {
    const revive = dieAt(deaths);
    const { status, json } = await proceed(wallet, page, { interact_ref, intent });
    revive();
    alive = status === 200;
    if (alive)
      expect(json).toMatchObject({ grant: expect.any(String), receipt: expect.any(String) });
    else expect(await contents(wallet)).toEqual(before);
  }
  expect(deaths).toBeGreaterThan(20);
  expect(await audited(wallet)).toMatchObject({ charges: 1, faults: [] });
});

/** Everything that moves money of a session, one after another; each is called until it lives. */
const steps: [string, (own: Selling) => Promise<{ status: number }>][] = [
  ['a session', ({ reader }) => open(wallet, reader)],
  ['a top-up', ({ reader, sid }) => topUp(wallet, reader, sid, { seq: 1, amount: '100000' })],
  [
    'a settlement',
    async ({ reader, sid, payee }) => {
      const lines = [{ voucher: await voucher(reader, sid, 60_000n), claim: '60000' }];
      const items = [item(wallet, sid, 'tap_number_0')];
      return settleBy(wallet, payee, { lines, items, close: [sid] });
    },
  ],
  ['an undo', ({ reader, sid }) => undo(wallet, reader, sid, 'tap_number_0')],
];

interface Selling {
  reader: Connected;
  sid: string;
  payee: Signer;
}

// Red without: wallet/src/store/queue.ts: this.#db.exec('rollback to event');
test('T29 a session, its top-up, settlement and undo die between any two statements and leave nothing; asked again each is once', async () => {
  wallet.context.limits.take = () => {};
  const payee = await seller(wallet);
  const reader = await connected(wallet, await newPerson(wallet));
  let sid = '';
  for (const [name, call] of steps) {
    const before = await contents(wallet);
    let deaths = 0;
    for (let alive = false; !alive; deaths += alive ? 0 : 1) {
      const revive = dieAt(deaths);
      alive = (await call({ reader, sid, payee })).status === 200;
      revive();
      if (!alive) expect(await contents(wallet), name).toEqual(before);
    }
    expect(deaths, name).toBeGreaterThan(12);
    const again = await call({ reader, sid, payee });
    expect(again.status, name).toBe(200);
    sid ||= grantIn(await open(wallet, reader)).jti;
    expect((await audited(wallet)).faults, name).toEqual([]);
  }
  const codes = await wallet.context.store.read((tx) =>
    tx.all('select code from transfers order by code'),
  );
  expect(codes.map(({ code }) => code)).toEqual([
    'hold',
    'hold',
    'release',
    'settle',
    'sign-up',
    'undo',
  ]);
});

// Red without: wallet/src/store/queue.ts: this.#db.exec('rollback to event');
test('T29 a refund and an undo of a charge die between any two statements and leave nothing; asked again each is once', async () => {
  const person = await newPerson(wallet);
  const [given, taken] = [await charged(wallet, person), await charged(wallet, person)];
  const wish = { id: 'rfd_12345678', payment: given, payee: 'news', reason: '' };
  const calls = [
    () => refund(wallet.context, wish),
    () => undoCharge(wallet.context, { payment: taken, person }),
  ];
  for (const call of calls) {
    const before = await contents(wallet);
    let deaths = 0;
    for (let alive = false; !alive; deaths += alive ? 0 : 1) {
      const revive = dieAt(deaths);
      alive = await call().then(
        () => true,
        () => false,
      );
      revive();
      if (!alive) expect(await contents(wallet)).toEqual(before);
    }
    expect(deaths).toBeGreaterThan(12);
    await call();
  }
  expect((await contents(wallet))['refunds']).toHaveLength(2);
  expect((await audited(wallet)).faults).toEqual([]);
});

test('what waits is committed together, without a clock: no event waits for a timer, and one that fails fails alone', async () => {
  const { store } = wallet.context;
  const executed = vi.spyOn(DatabaseSync.prototype, 'exec');
  vi.useFakeTimers();
  try {
    const all = Array.from({ length: 200 }, (_, i) =>
      store.write(async (tx) => {
        await tx.run(`insert into meta values ($1, '')`, `n${i}`);
        // Events of another turn of the loop, as a signature is.
        await crypto.subtle.digest('SHA-256', new Uint8Array(1));
        if (i % 50 === 7) throw new Error('no');
      }),
    );
    const told = await Promise.allSettled(all);
    const failed = told.flatMap(({ status }, i) => (status === 'rejected' ? [i] : []));
    expect(failed).toEqual([7, 57, 107, 157]);
    expect(vi.getTimerCount()).toBe(0);
    // The first alone, the others by 64: each commit costs an fsync.
    expect(executed.mock.calls.filter(([sql]) => sql === 'commit')).toHaveLength(5);
  } finally {
    vi.useRealTimers();
    executed.mockRestore();
  }
  const [kept] = await store.read((tx) =>
    tx.all(`select count(*) as n from meta where name like 'n%'`),
  );
  expect(kept).toEqual({ n: 196n });
});

test('a file of the version before is brought up to this one, with its payments and its books', async () => {
  const data = mkdtempSync(join(tmpdir(), 'micro-pay-wallet-'));
  const path = join(data, 'wallet.sqlite');
  const db = connectSqlite(path);
  db.exec(migrations[0] ?? '');
  db.exec(`pragma user_version = 1;
    insert into persons values ('per_old', 'UTC', 0, 20000, 0);
    insert into payees values ('news', 'Example News', 0, 0);
    insert into accounts values ('play-money', 'play-money', 'usd-micro', 10000000, 0, 1, 0),
      ('person:per_old', 'person', 'usd-micro', 20000, 10000000, 0, 0), ('payee:news', 'payee', 'usd-micro', 0, 20000, 0, 0);
    insert into transfers values ('sign-up:per_old', 'play-money', 'person:per_old', 10000000, 'usd-micro', 'sign-up', 0),
      ('pay_1', 'person:per_old', 'payee:news', 20000, 'usd-micro', 'charge', 0);
    insert into payments values ('pay_1', 'per_old', 'news', 'c', 'r', 'q', 'gnt_1', 'paid', 200, '', 'x', 20000, 'usd-micro', 0);
    insert into allowances values ('per_old', 'news', 'usd-micro', 1, 1, 1, 20000, 1, null);
    insert into days values ('per_old', 'news', '1970-01-01', 20000), ('per_old', '*', '1970-01-01', 20000);`);
  db.close();
  const store = openSqlite({ path, serves: false });
  expect(await store.read(audit)).toMatchObject({ charges: 1, sessions: 0, faults: [] });
  await store.close();
  rmSync(data, { recursive: true });
});

test('who kept what items opened goes on doing so in a file that is opened by this version', async () => {
  const data = mkdtempSync(join(tmpdir(), 'micro-pay-wallet-'));
  const path = join(data, 'wallet.sqlite');
  const db = connectSqlite(path);
  db.exec(migrations.slice(0, 3).join(''));
  db.exec(`pragma user_version = 3;
    insert into payees (name, display, open, created_at) values ('keeps', 'Keeps', 0, 0), ('lets', 'Lets', 0, 0);
    insert into payee_pages (payee, undo_items, changed_at) values ('keeps', 0, 7), ('lets', 1, 7);`);
  db.close();
  const store = openSqlite({ path, serves: false });
  expect(
    await store.read((tx) => Promise.all(['keeps', 'lets'].map((payee) => isKept(tx, payee)))),
  ).toEqual([true, false]);
  await store.close();
  rmSync(data, { recursive: true });
});

test('what fails is undone alone, and what waits beside it is kept', async () => {
  const { store } = wallet.context;
  const put = (name: string) => (tx: Tx) => tx.run(`insert into meta values ($1, '')`, name);
  const all = await Promise.allSettled([
    store.write(put('a')),
    store.write(async (tx) => {
      await put('b')(tx);
      throw new Error('no');
    }),
    store.write(put('c')),
    store.write(put('a')),
  ]);
  expect(all.map(({ status }) => status)).toEqual([
    'fulfilled',
    'rejected',
    'fulfilled',
    'rejected',
  ]);
  const rows = await store.read((tx) => tx.all(`select name from meta where length(name) = 1`));
  expect(rows.map((row) => row['name'])).toEqual(['a', 'c']);
});

test('a read sees one state, whatever is written meanwhile', async () => {
  const { store } = wallet.context;
  const count = (tx: Tx) => tx.all('select name from meta').then((rows) => rows.length);
  const [first, second] = await store.read(async (tx) => {
    const before = await count(tx);
    await store.write((writer) => writer.run(`insert into meta values ('x', '')`));
    return [before, await count(tx)];
  });
  expect(second).toBe(first);
  expect(await store.read(count)).toBe(Number(first) + 1);
});

test('the file is kept as the durability of payments needs it', () => {
  const db = connectSqlite(join(wallet.data, 'wallet.sqlite'));
  const read = (name: string) => db.prepare(`pragma ${name}`).get()?.[name];
  expect([read('journal_mode'), read('synchronous'), read('foreign_keys')]).toEqual([
    'wal',
    2n,
    1n,
  ]);
  db.close();
});

test('a file of a newer program is not touched', () => {
  const path = join(wallet.data, 'other.sqlite');
  const db = connectSqlite(path);
  db.exec('pragma user_version = 99');
  db.close();
  expect(() => openSqlite({ path, serves: false })).toThrow('newer version');
});

test('the keys are made once, and only their owner can read them', async () => {
  expect(statSync(join(wallet.data, 'keys.json')).mode & 0o777).toBe(0o600);
  const { published } = wallet.context.keys;
  await wallet.restart();
  expect(wallet.context.keys.published).toEqual(published);
});

// Red without: wallet/src/store/lock.ts: lock.exec('begin exclusive');
test('T30 a second wallet on the same folder is refused in this process, and names the holder', async () => {
  const second = createWallet({ data: wallet.data, issuer, dev: true });
  await expect(second).rejects.toThrow(`process ${process.pid}) serves this data already`);
});

// Red without: wallet/src/store/sqlite.ts: if (read.get()?.['value'] !== ours) throw new Error('Another process took over this data.');
test('T30 a process whose data another took over writes nothing more', async () => {
  const reader = await connected(wallet, await newPerson(wallet));
  const body = await intentFor(wallet, reader.page, reader.grantId);
  const other = openSqlite({ path: join(wallet.data, 'wallet.sqlite'), serves: true });
  const { json } = await send(wallet, '/pay', { body, origin: site, type: 'text/plain' });
  expect(json).toMatchObject({ code: 'internal-error' });
  await other.close();
  expect((await audited(wallet)).charges).toBe(0);
});

describe('the command', () => {
  const root = fileURLToPath(new URL('../..', import.meta.url));
  let data: string;
  const children: ChildProcess[] = [];
  beforeEach(() => {
    data = mkdtempSync(join(tmpdir(), 'micro-pay-wallet-'));
  });
  afterEach(async () => {
    for (const child of children.splice(0)) await dead(child);
    rmSync(data, { recursive: true });
  });

  const dead = async (child: ChildProcess) => {
    if (child.exitCode !== null || child.signalCode !== null) return;
    child.kill('SIGKILL');
    await once(child, 'exit');
  };

  function start(...args: string[]): ChildProcess {
    const node = ['--import', './test/wallet/sources.mjs', 'wallet/src/cli.ts'];
    const child = spawn(process.execPath, [...node, ...args], { cwd: root });
    children.push(child);
    return child;
  }

  const firstLine = async (child: ChildProcess): Promise<string> => {
    let text = '';
    for await (const part of child.stdout ?? []) {
      text += String(part);
      if (text.includes('\n')) break;
    }
    return text.split('\n')[0] ?? '';
  };

  async function run(...args: string[]): Promise<{ code: unknown; out: string; err: string }> {
    const child = start(...args);
    let [out, err] = ['', ''];
    child.stdout?.on('data', (part) => (out += String(part)));
    child.stderr?.on('data', (part) => (err += String(part)));
    const [code] = await once(child, 'close');
    return { code, out, err };
  }

  const serve = () => start('serve', '--data', data, '--dev', '--port', '0');

  // Red without: wallet/src/store/lock.ts: lock.exec('begin exclusive');
  test('T30 serves once: a second start exits with the reason, short commands work beside it, a kill leaves no lock', async () => {
    const first = serve();
    expect(await firstLine(first)).toMatch(/^wallet ready at http:\/\/localhost:\d+$/);
    const second = await run('serve', '--data', data, '--dev', '--port', '0');
    expect(second).toMatchObject({ code: 1, out: '' });
    expect(second.err).toContain(`Another wallet (process ${first.pid}) serves this data already.`);
    const added = await run('payee', 'add', 'news', '--data', data, '--open');
    expect(added).toMatchObject({ code: 0 });
    expect(added.out).toMatch(/^payee http:\/\/localhost:\d+\/~news$/m);
    expect((await run('payee', 'list', '--data', data)).out).toContain('~news');
    expect(await run('ledger', 'check', '--data', data)).toMatchObject({ code: 0 });
    await dead(first);
    expect(await firstLine(serve())).toMatch(/^wallet ready/);
  });

  test('adds keys of a payee, lists their thumbprints, and takes them back', async () => {
    const [one, two] = [await newKey(wallet.random), await newKey(wallet.random)];
    const where = ['--data', data];
    const added = await run(
      'payee',
      'add',
      'news',
      '--key',
      one.jwk.x,
      '--display',
      'News',
      ...where,
    );
    expect(added).toMatchObject({ code: 0, err: '' });
    const both = await run('payee', 'key', 'news', '--add', two.jwk.x, ...where);
    expect(both).toMatchObject({ code: 0, err: '' });
    for (const { kid } of [one, two]) expect(both.out).toContain(`  key ${kid}\n`);
    const gone = await run('payee', 'key', 'news', '--remove', one.jwk.x, ...where);
    expect(gone.out).toBe(`~news  News\n  key ${two.kid}\n`);
    expect((await run('payee', 'list', ...where)).out).toBe(gone.out);
    const none = await run('payee', 'key', 'nobody', '--add', one.jwk.x, ...where);
    expect(none).toMatchObject({ code: 1, err: 'micro-pay-wallet: there is no payee ~nobody\n' });
    const bad = await run('payee', 'key', 'news', '--add', 'AAAA', ...where);
    expect(bad.code).toBe(1);
  });

  test.each([
    ['plain http without a proxy', ['serve', '--issuer', 'https://wallet.example'], '--proxy'],
    [
      'plain http behind a proxy',
      ['serve', '--issuer', 'http://localhost', '--proxy', '::1'],
      'https',
    ],
    ['no folder', ['payee', 'list'], '--data DIR'],
    ['an unknown command', ['sign-in', 'someone'], '--help'],
    ['an unknown flag', ['serve', '--no-passkeys'], '--no-passkeys'],
  ])('ends with a reason for %s', async (what, args, reason) => {
    const { code, err } = await run(...args, ...(what === 'no folder' ? [] : ['--data', data]));
    expect(code).toBe(1);
    expect(err).toContain(reason);
  });

  test('checks the books, and ends with 1 when they are not good', async () => {
    expect((await run('ledger', 'check', '--data', wallet.data)).out).toMatch(
      /the books are good\n$/,
    );
    await wallet.context.store.write((tx) => tx.run('update accounts set credits = credits + 1'));
    const { code, out } = await run('ledger', 'check', '--data', wallet.data);
    expect(code).toBe(1);
    expect(out).toMatch(/WRONG: account payee:news differs from its transfers/);
  });
});

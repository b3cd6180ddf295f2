import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { payeeUrl } from '../../src/protocol/index.ts';
import { undoCharge } from '../../wallet/src/charge-undo.ts';
import { dayOf, dayStart } from '../../wallet/src/clock.ts';
import { booksOf, monthBooksOf } from '../../wallet/src/payee-books.ts';
import { csvField, payeeCsv } from '../../wallet/src/payee-csv.ts';
import { payeeLines, payeePaymentOf } from '../../wallet/src/payee-payments.ts';
import { payerId } from '../../wallet/src/payer-id.ts';
import { daysOf, monthAfter, monthFrom, monthPeriod } from '../../wallet/src/periods.ts';
import { refund } from '../../wallet/src/refunds.ts';
import { charged, inAccount } from './payee-support.ts';
import {
  audited,
  chargeOf,
  connected,
  issuer,
  newPerson,
  news,
  pay,
  site,
  testWallet,
  type TestWallet,
} from './support.ts';
import { item, opened, seller, settled, undo } from './session-support.ts';

let wallet: TestWallet;
beforeEach(async () => {
  wallet = await testWallet();
  wallet.context.limits.take = () => {};
});
afterEach(() => wallet.close());

const day = 86_400;
const zones = ['UTC', 'Pacific/Auckland', 'America/New_York', 'Asia/Kathmandu'];

/** Two readers, forty days, everything that moves money at ~news: charges, taps with a fee, undos, refunds; and a hold that stays. */
async function aMonthAtNews(): Promise<{ refunded: string; undone: string; sid: string }> {
  const key = await seller(wallet);
  wallet.context.policy = { ...wallet.context.policy, payeeFeeBps: 1_000 };
  const [one, two] = [await newPerson(wallet), await newPerson(wallet)];
  wallet.clock.now -= 40 * day;
  const refunded = await charged(wallet, one, { description: 'The river' });
  await charged(wallet, two, { description: 'The river' });
  wallet.clock.now += 20 * day;
  const reader = await connected(wallet, one);
  await pay(wallet, reader, { charge: chargeOf({ description: '=A "lighthouse"' }) });
  wallet.clock.now += 1;
  const sid = await opened(wallet, reader);
  const items = [0, 1, 2].map((i) => item(wallet, sid, `tap_number_${i}`, { title: 'Taps' }));
  await settled(wallet, key, reader, { sid, cum: 60_000n, items, close: [sid] });
  await undo(wallet, reader, sid, 'tap_number_0');
  wallet.clock.now += 19 * day - 1;
  const undone = await charged(wallet, two, { amount: '7' });
  await undoCharge(wallet.context, { payment: undone, person: two });
  wallet.clock.now += 80_000;
  const wish = { id: 'rfd_12345678', payment: refunded, payee: 'news', amount: 5_000n };
  await refund(wallet.context, { ...wish, reason: '+Sorry, twice' });
  wallet.clock.now += day - 80_000;
  await charged(wallet, one, { amount: '11' });
  await opened(wallet, await connected(wallet, two));
  // Another payee's money is nobody's business here.
  await charged(wallet, one, { payee: 'busker', recipient: payeeUrl(issuer, 'busker') });
  return { refunded, undone, sid };
}

interface Moved {
  at: number;
  amount: bigint;
  code: string;
}
/** Straight from the transfers, without a query of ours. */
async function movedAtNews(): Promise<Moved[]> {
  const rows = await wallet.context.store.read((tx) =>
    tx.all<{ at: bigint; amount: bigint; code: string; debit: string; credit: string }>(
      'select * from transfers',
    ),
  );
  return rows.flatMap(({ at, amount, code, debit, credit }) => {
    if (debit !== 'payee:news' && credit !== 'payee:news') return [];
    return [{ at: Number(at), code, amount: credit === 'payee:news' ? amount : -amount }];
  });
}
const sumOf = (moved: Moved[], ...codes: string[]): bigint =>
  moved.reduce((sum, { code, amount }) => (codes.includes(code) ? sum + amount : sum), 0n);
const takingsFrom = (moved: Moved[]) => ({
  charged: sumOf(moved, 'charge'),
  settled: sumOf(moved, 'settle'),
  fees: -sumOf(moved, 'fee'),
  back: -sumOf(moved, 'undo', 'refund'),
  net: moved.reduce((sum, { amount }) => sum + amount, 0n),
});

describe('a payee’s figures', () => {
  test.each(zones)('are what its transfers say, by the days and months of %s', async (zone) => {
    await aMonthAtNews();
    const books = await booksOf(wallet.context, 'news', zone);
    const moved = await movedAtNews();
    const { now } = wallet.clock;
    const today = dayOf(now, zone);
    const on = (start: string) => moved.filter(({ at }) => dayOf(at, zone).startsWith(start));
    expect(books.today).toEqual(takingsFrom(on(today)));
    expect(books.month).toEqual(takingsFrom(on(today.slice(0, 7))));
    const week = moved.filter(({ at }) => at > now - 7 * day);
    expect(books.week).toEqual(takingsFrom(week));
    expect(books.balance).toBe(takingsFrom(moved).net);
    expect(books.balance).toBe(await inAccount(wallet, 'payee:news'));
    expect(books.held).toBe(200_000n);
    const taken = books.sites.reduce((sum, one) => sum + one.taken, 0n);
    const back = books.sites.reduce((sum, one) => sum + one.back, 0n);
    expect(taken).toBe(books.month.charged + books.month.settled);
    expect(back).toBe(books.month.back);
  });

  test.each(zones)('a month’s statement adds up, day by day, in %s', async (zone) => {
    await aMonthAtNews();
    const moved = await movedAtNews();
    let opening = 0n;
    for (const month of ['2026-10', '2026-11']) {
      const books = await monthBooksOf(wallet.context, 'news', month, zone);
      expect(books.opening).toBe(opening);
      for (const { day: on, takings } of books.days)
        expect(takings).toEqual(takingsFrom(moved.filter(({ at }) => dayOf(at, zone) === on)));
      const days = books.days.reduce((sum, { takings }) => sum + takings.net, 0n);
      expect(books.closing).toBe(opening + days);
      opening = books.closing;
    }
    expect(opening).toBe(await inAccount(wallet, 'payee:news'));
  });

  test('say what was bought most, and on which sites', async () => {
    await aMonthAtNews();
    const books = await booksOf(wallet.context, 'news', 'UTC');
    expect(books.sales).toEqual([
      { site, title: 'Taps', count: 2, amount: 40_000n },
      { site: issuer, title: 'An article', count: 1, amount: 110_000n },
      { site, title: '=A "lighthouse"', count: 1, amount: 20_000n },
    ]);
    expect(books.sites).toEqual([
      { site: issuer, taken: 180_000n, back: 75_000n },
      { site, taken: 80_000n, back: 20_000n },
    ]);
  });

  test('of nobody’s payments are zeros', async () => {
    const books = await booksOf(wallet.context, 'news', 'UTC');
    const nothing = { charged: 0n, settled: 0n, fees: 0n, back: 0n, net: 0n };
    expect(books).toMatchObject({ balance: 0n, held: 0n, today: nothing, month: nothing });
    expect(books).toMatchObject({ week: nothing, sales: [], sites: [] });
  });
});

describe('a payee’s payments', () => {
  test('each have one fate, newest first, also leafed through one by one', async () => {
    const { refunded, undone, sid } = await aMonthAtNews();
    const all = await payeeLines(wallet.context, 'news', { limit: 20 });
    expect(all.map(({ fate, amount, back, held }) => [fate, amount, back, held])).toEqual([
      ['held', 0n, 0n, 200_000n],
      ['charged', 110_000n, 0n, 0n],
      ['undone', 70_000n, 70_000n, 0n],
      expect.any(Array),
      expect.any(Array),
      expect.any(Array),
      expect.any(Array),
    ]);
    const fates = new Map(all.map(({ id, fate }) => [id, fate]));
    expect(fates.get(refunded)).toBe('refunded in part');
    expect(fates.get(undone)).toBe('undone');
    expect(all.find(({ id }) => id === sid)).toMatchObject({
      fate: 'settled',
      amount: 60_000n,
      back: 20_000n,
      held: 0n,
      taps: 3,
    });
    const leafed = [];
    for (let before: string | undefined, i = 0; i < 20; i += 1) {
      const [line] = await payeeLines(wallet.context, 'news', {
        limit: 1,
        ...(before === undefined ? {} : { before }),
      });
      if (!line) break;
      leafed.push(line);
      before = line.id;
    }
    expect(leafed).toEqual(all);
  });

  test('are refunded when all came back by their payee, and a hold nothing was taken of was not used', async () => {
    const key = await seller(wallet);
    const person = await newPerson(wallet);
    const payment = await charged(wallet, person);
    await refund(wallet.context, { id: 'rfd_12345678', payment, payee: 'news', reason: '' });
    const reader = await connected(wallet, person);
    const sid = await opened(wallet, reader);
    await settled(wallet, key, reader, { sid, cum: 0n, close: [sid] });
    const lines = await payeeLines(wallet.context, 'news', { limit: 9 });
    expect(new Map(lines.map(({ id, fate }) => [id, fate]))).toEqual(
      new Map([
        [payment, 'refunded'],
        [sid, 'not used'],
      ]),
    );
  });

  test('tell the payee no more of the payer than the pairwise id', async () => {
    const person = await newPerson(wallet);
    const payment = await charged(wallet, person);
    const seen = await payeePaymentOf(wallet.context, 'news', payment);
    expect(seen?.sub).toBe(payerId(wallet.context.keys, person, news));
    const all = [seen, await payeeLines(wallet.context, 'news', { limit: 9 })];
    const text = JSON.stringify(all, (_, value: unknown) =>
      typeof value === 'bigint' ? String(value) : value,
    );
    expect(text).not.toContain(person);
  });

  // Red without: wallet/src/payer-id.ts: text += `\n${payee}`;
  test('T28 name one reader in two ways at two payees, in a payment and in the file', async () => {
    const person = await newPerson(wallet);
    const recipient = payeeUrl(issuer, 'busker');
    const seen = [
      await payeePaymentOf(wallet.context, 'news', await charged(wallet, person)),
      await payeePaymentOf(
        wallet.context,
        'busker',
        await charged(wallet, person, { payee: 'busker', recipient }),
      ),
    ];
    const files = await Promise.all(
      ['news', 'busker'].map((name) =>
        new Response(payeeCsv(wallet.context, name, monthPeriod('2026-11', 'UTC'))).text(),
      ),
    );
    const subs = [
      ...seen.map((one) => one?.sub),
      ...files.map((text) => /sub_[\w-]+/.exec(text)?.[0]),
    ];
    expect(new Set(subs).size).toBe(2);
    expect(subs[0]).toBe(subs[2]);
  });

  test('are one payee’s, and a refused one is nobody’s', async () => {
    const person = await newPerson(wallet);
    const payment = await charged(wallet, person);
    await seller(wallet);
    await expect(charged(wallet, person, { amount: '3000' })).rejects.toThrow('cap-');
    const sid = await opened(wallet, await connected(wallet, person));
    for (const id of [payment, sid])
      expect(await payeePaymentOf(wallet.context, 'busker', id)).toBeUndefined();
    const rows = await wallet.context.store.read((tx) =>
      tx.all<{ id: string }>(`select id from payments where status = 'refused'`),
    );
    expect(rows).toHaveLength(1);
    expect(await payeePaymentOf(wallet.context, 'news', rows[0]?.id ?? '')).toBeUndefined();
    expect(await payeeLines(wallet.context, 'news', { limit: 9 })).toHaveLength(2);
    expect(await payeeLines(wallet.context, 'busker', { limit: 9 })).toEqual([]);
    const before = await payeeLines(wallet.context, 'news', { limit: 9, before: 'pay_not_here_1' });
    expect(before).toEqual([]);
  });

  test('can be given back until 180 days are over, while something is left', async () => {
    const payment = await charged(wallet, await newPerson(wallet));
    const until = wallet.clock.now + 180 * day;
    const seen = () => payeePaymentOf(wallet.context, 'news', payment);
    expect(await seen()).toMatchObject({ left: 20_000n, refundUntil: until });
    wallet.clock.now = until;
    expect(await seen()).not.toHaveProperty('refundUntil');
  });
});

/** By RFC 4180, as a stranger would read it. */
function read(csv: string): string[][] {
  const rows: string[][] = [[]];
  for (const [, quoted, plain, end] of csv.matchAll(/(?:"((?:[^"]|"")*)"|([^",\r\n]*))(,|\r\n)/g)) {
    rows.at(-1)?.push(quoted?.replaceAll('""', '"') ?? plain ?? '');
    if (end === '\r\n') rows.push([]);
  }
  expect(rows.pop()).toEqual([]);
  return rows;
}
const file = async (month = '2026-11', zone = 'UTC') =>
  read(await new Response(payeeCsv(wallet.context, 'news', monthPeriod(month, zone))).text());

describe('the CSV of a month', () => {
  test('has a row for each movement, oldest first; its amounts are what the account grew by', async () => {
    const { refunded } = await aMonthAtNews();
    const [head, ...rows] = await file();
    expect(head?.join()).toBe('time,event,number,amount,currency,money,site,for,payer,reason');
    expect(rows.map(([, event, , amount]) => `${event} ${amount}`)).toEqual([
      'charged 0.02',
      'fee -0.006',
      'settled 0.06',
      'undone -0.02',
      'charged 0.07',
      'undone -0.07',
      'refunded -0.005',
      'charged 0.11',
    ]);
    const { month } = await booksOf(wallet.context, 'news', 'UTC');
    const micro = (decimal = '') => BigInt(Math.round(Number(decimal) * 1_000_000));
    expect(rows.reduce((sum, [, , , amount]) => sum + micro(amount), 0n)).toBe(month.net);
    const back = rows.find(([, event]) => event === 'refunded');
    expect(back).toEqual([
      '2026-11-23T10:13:20.000Z',
      'refunded',
      refunded,
      '-0.005',
      'USD',
      'play',
      issuer,
      'The river',
      expect.stringMatching(/^sub_[\w-]{43}$/),
      `'+Sorry, twice`,
    ]);
    for (const row of rows) expect(row).toHaveLength(10);
    expect((await file('2026-10')).length + rows.length).toBe((await movedAtNews()).length + 1);
  });

  test.each([
    ['plain', 'plain'],
    ['a,b', '"a,b"'],
    ['say "no"', '"say ""no"""'],
    ['two\r\nlines', '"two\r\nlines"'],
    ['=1+1', `'=1+1`],
    ['+1', `'+1`],
    ['-1', `'-1`],
    ['@SUM(A1)', `'@SUM(A1)`],
    ['\t=1', `'\t=1`],
    ['=HYPERLINK("http://evil.example","x")', `"'=HYPERLINK(""http://evil.example"",""x"")"`],
  ])('a field of %j is %j: no formula, and one field', (text, field) => {
    expect(csvField(text)).toBe(field);
  });

  test('is read in parts, each row once, however many share a second', async () => {
    const person = await newPerson(wallet);
    await wallet.context.store.write(async (tx) => {
      await tx.run(
        'update accounts set credits = credits + 1000000000 where id = $1',
        `person:${person}`,
      );
    });
    const { policy } = wallet.context;
    const caps = { ...policy.caps, allSitesDay: 10n ** 12n, allSitesMonth: 10n ** 12n };
    wallet.context.policy = {
      ...policy,
      caps,
      strongAuthAfter: 10n ** 12n,
    } as unknown as typeof policy;
    for (let i = 0; i < 1_203; i += 1) await charged(wallet, person, { amount: '1' });
    let reads = 0;
    const { store } = wallet.context;
    const { read: reading } = store;
    store.read = (work) => {
      reads += 1;
      return reading(work);
    };
    const rows = await file();
    expect(reads).toBe(4);
    expect(rows).toHaveLength(1_204);
    expect(new Set(rows.map(([, , number]) => number)).size).toBe(1_204);
  });

  test('names nobody', async () => {
    const person = await newPerson(wallet);
    await charged(wallet, person);
    expect(JSON.stringify(await file())).not.toContain(person);
  });
});

describe('periods', () => {
  test.each([
    ['2026-11-23', 'UTC', '2026-11-23T00:00:00Z'],
    ['2026-11-23', 'Pacific/Kiritimati', '2026-11-22T10:00:00Z'],
    ['2026-11-23', 'Pacific/Pago_Pago', '2026-11-23T11:00:00Z'],
    ['2026-03-29', 'Europe/Berlin', '2026-03-28T23:00:00Z'],
    ['2026-03-30', 'Europe/Berlin', '2026-03-29T22:00:00Z'],
    // Samoa had no 30 December 2011.
    ['2011-12-30', 'Pacific/Apia', '2011-12-30T10:00:00Z'],
    ['2011-12-31', 'Pacific/Apia', '2011-12-30T10:00:00Z'],
  ])('%s begins in %s at %s', (date, zone, at) => {
    expect(new Date(dayStart(date, zone) * 1000).toISOString()).toBe(at.replace('Z', '.000Z'));
  });

  test('months follow one another without a gap, over years and changes of the clock', () => {
    let month = '2025-11';
    for (let i = 0; i < 15; i += 1, month = monthAfter(month))
      expect(monthPeriod(month, 'Europe/Berlin').to).toBe(
        monthPeriod(monthAfter(month), 'Europe/Berlin').from,
      );
    expect(monthAfter('2026-01', -1)).toBe('2025-12');
    expect(daysOf('2028-02')).toHaveLength(29);
    expect([daysOf('2026-11')[0], daysOf('2026-11').at(-1)]).toEqual(['2026-11-01', '2026-11-30']);
  });

  test.each([
    '',
    '2026',
    '2026-13',
    '2026-1',
    '1999-01',
    '2026-11-23',
    '../../etc',
    'P0D',
    '２026-11',
  ])('no month is written %j', (text) => {
    expect(() => monthFrom(text)).toThrow('malformed-request');
  });
});

test('the books of all this are good', async () => {
  await aMonthAtNews();
  expect((await audited(wallet)).faults).toEqual([]);
});

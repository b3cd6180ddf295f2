import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import {
  balance,
  openAccount,
  personAccount,
  post,
  type Transfer,
} from '../../wallet/src/ledger.ts';
import { connectSqlite } from '../../wallet/src/store/sqlite.ts';
import {
  audited,
  chargeOf,
  connected,
  contents,
  newPerson,
  pay,
  testWallet,
  type TestWallet,
} from './support.ts';
import { undoCharge } from '../../wallet/src/charge-undo.ts';
import { refund } from '../../wallet/src/refunds.ts';
import { charged, idIn } from './payee-support.ts';
import { item, opened, seller, settled, topUp, undo } from './session-support.ts';

let wallet: TestWallet;
let person: string;
beforeEach(async () => {
  wallet = await testWallet();
  person = await newPerson(wallet);
});
afterEach(() => wallet.close());

const write = <T>(work: Parameters<typeof wallet.context.store.write<T>>[0]) =>
  wallet.context.store.write(work);

const transfer = (changes: Partial<Transfer> = {}): Transfer => ({
  id: 'pay_1',
  debit: personAccount(person),
  credit: 'payee:news',
  amount: 20_000n,
  currency: 'usd-micro',
  code: 'charge',
  at: 0n,
  ...changes,
});

test('a transfer takes from one account what it gives to another', async () => {
  await write((tx) => post(tx, wallet.context, [transfer()]));
  const read = (account: string) => wallet.context.store.read((tx) => balance(tx, account));
  expect(await read(personAccount(person))).toBe(9_980_000n);
  expect(await read('payee:news')).toBe(20_000n);
  expect((await audited(wallet)).sums).toEqual({ 'usd-micro': 0n });
});

test('the same transfer posted again is not posted again', async () => {
  await write((tx) => post(tx, wallet.context, [transfer()]));
  const before = await contents(wallet);
  await write((tx) => post(tx, wallet.context, [transfer()]));
  expect(await contents(wallet)).toEqual(before);
});

test('a person holds what a wallet may store, to the last millionth, and no more', async () => {
  const given = (id: string, amount: bigint) =>
    transfer({ id, debit: 'play-money', credit: personAccount(person), amount, code: 'sign-up' });
  await write((tx) => post(tx, wallet.context, [given('pay_1', 140_000_000n)]));
  const before = await contents(wallet);
  const more = write((tx) => post(tx, wallet.context, [given('pay_2', 1n)]));
  await expect(more).rejects.toMatchObject({ code: 'cap-reached', moneyMoved: 'no' });
  expect(await contents(wallet)).toEqual(before);
});

describe('nothing at all is posted', () => {
  test.each([
    ['a debit above the credits', { amount: 10_000_001n }, 'insufficient-funds'],
    ['a known id with another amount', { id: 'known', amount: 2n }, 'id-reused'],
    ['a known id with another payee', { id: 'known', credit: 'payee:busker' }, 'id-reused'],
  ])('for %s', async (_what, changes, code) => {
    await write((tx) => post(tx, wallet.context, [transfer({ id: 'known' })]));
    const before = await contents(wallet);
    const both = [transfer({ id: 'pay_2' }), transfer(changes)];
    await expect(write((tx) => post(tx, wallet.context, both))).rejects.toMatchObject({ code });
    expect(await contents(wallet)).toEqual(before);
  });

  test.each([
    ['nothing', { amount: 0n }],
    ['less than nothing', { amount: -1n }],
    ['an account to itself', { credit: 'play-money', debit: 'play-money' }],
    ['an account that is not open', { credit: 'payee:nobody' }],
    ['another currency', { currency: 'eur-micro' }],
  ])('for a transfer of %s', async (_what, changes) => {
    const before = await contents(wallet);
    await expect(write((tx) => post(tx, wallet.context, [transfer(changes)]))).rejects.toThrow();
    expect(await contents(wallet)).toEqual(before);
  });

  test('for an account whose currency is not the transfer’s', async () => {
    const eur = { id: 'eur', kind: 'payee' as const, currency: 'eur-micro', at: 0n };
    await write((tx) => openAccount(tx, eur));
    const before = await contents(wallet);
    await expect(
      write((tx) => post(tx, wallet.context, [transfer({ credit: 'eur' })])),
    ).rejects.toThrow();
    expect(await contents(wallet)).toEqual(before);
  });
});

describe('what was written is never edited', () => {
  test.each([
    `update holds set amount = 1`,
    `update holds set day = '2026-01-01'`,
    `delete from holds`,
    `replace into holds select * from holds`,
    `delete from sessions`,
    `update session_grants set signed = ''`,
    `delete from session_grants`,
    `update settlements set gross = 1`,
    `delete from settlements`,
    `update settlement_lines set amount = 1`,
    `delete from settlement_lines`,
    `update settlement_items set amount = 1`,
    `delete from settlement_items`,
    `replace into settlement_items select * from settlement_items`,
    `update refunds set amount = 1`,
    `delete from refunds`,
    `replace into refunds select * from refunds`,
    `update session_undos set answer = ''`,
    `delete from session_undos`,
  ])('%s', async (sql) => {
    await usedSession(wallet, person);
    await givenBack(wallet, person);
    await expect(write((tx) => tx.run(sql))).rejects.toThrow(/never/);
  });

  test.each([
    `update transfers set amount = 1`,
    `delete from transfers`,
    `update payments set status = 'paid'`,
    `delete from payments`,
    `update consents set scope = ''`,
    `delete from consents`,
    `insert or replace into transfers select id, debit, credit, 1, currency, code, at from transfers`,
    `replace into payments select * from payments`,
    `replace into consents select * from consents`,
  ])('%s', async (sql) => {
    await write((tx) => post(tx, wallet.context, [transfer()]));
    const [, table = ''] = /(transfers|payments|consents)/.exec(sql) ?? [];
    const fill: Record<string, string> = {
      payments: `insert into payments values ('pay_1', '${person}', 'news', 'c', 'r', 'q', null, 'paid', 200, '', '', 1, 'usd-micro', 0)`,
      consents: `insert into consents values ('con_1', '${person}', 'news', 'o', 'v', '{}', 0)`,
    };
    if (fill[table]) await write((tx) => tx.run(fill[table] ?? ''));
    await expect(write((tx) => tx.run(sql))).rejects.toThrow(/never/);
  });
});

/** A session that grew, was settled twice with a fee, undone and closed; and one that is open. */
async function usedSession(own: TestWallet, payer: string): Promise<string> {
  const payee = await seller(own);
  const [reader, other] = [await connected(own, payer), await connected(own, payer)];
  const sid = await opened(own, reader);
  await topUp(own, reader, sid, { seq: 1, amount: '100000' });
  own.context.policy = { ...own.context.policy, payeeFeeBps: 1_000 };
  const items = [item(own, sid, 'tap_number_0'), item(own, sid, 'tap_number_1')];
  await settled(own, payee, reader, { sid, cum: 20_000n });
  await settled(own, payee, reader, { sid, cum: 60_000n, items, close: [sid] });
  await undo(own, reader, sid, 'tap_number_0');
  await opened(own, other, 50_000n);
  return sid;
}

/** A tap that bought something and came back in part; a payment on the wallet's own page that was taken back. */
async function givenBack(own: TestWallet, payer: string): Promise<{ tap: string; page: string }> {
  const methodDetails = { entitles: { scope: 'GET /articles/1', seconds: 86_400 } };
  const reader = await connected(own, payer);
  const { json } = await pay(own, reader, { charge: chargeOf({ methodDetails }) });
  const tap = idIn((json as { receipt: string }).receipt);
  const page = await charged(own, payer);
  const wish = { payment: tap, payee: 'news', amount: 5_000n, reason: '' };
  await refund(own.context, { ...wish, id: 'rfd_of_a_part' });
  await undoCharge(own.context, { payment: page, person: payer });
  return { tap, page };
}

describe('the audit of good books with refunds names one thing that was changed in them', () => {
  const edit = (sql: string) => `drop trigger refunds_stay_1; update refunds set ${sql}`;
  const part = `where id = 'rfd_of_a_part'`;
  const insert = (id: string, payment: string, amount: number, by: string) =>
    `insert into refunds values ('${id}', '${payment}', 'PERSON', 'news', ${amount}, '${by}', '', '', 0)`;
  /** A transfer in balance: only its meaning is wrong. */
  const moved = (id: string, amount: number) =>
    `insert into transfers values ('refund:${id}', 'payee:news', 'person:PERSON', ${amount}, 'usd-micro', 'refund', 0);
     update accounts set debits = debits + ${amount} where id = 'payee:news';
     update accounts set credits = credits + ${amount} where id = 'person:PERSON'`;
  test.each<[string, string, RegExp[]]>([
    ['nothing', `select 1`, []],
    [
      'a refund nobody gave, in balance',
      moved('rfd_x', 5),
      [/refund:rfd_x is no refund of a payment/],
    ],
    [
      'a refund without a transfer',
      insert('rfd_x', 'TAP', 5, 'payee'),
      [/allowance of PERSON at news/, /all that was paid/, /refund rfd_x has no transfer/],
    ],
    [
      'the sum of a refund',
      edit(`amount = 4999 ${part}`),
      [
        /allowance of PERSON at news/,
        /all that was paid/,
        /rfd_of_a_part has no transfer/,
        /refund:rfd_of_a_part is no refund/,
      ],
    ],
    [
      'who got it',
      edit(`person = 'per_x' ${part}`),
      [/has no transfer/, /is no refund/, /rfd_of_a_part is not its payment’s/],
    ],
    [
      'the payment of a refund',
      edit(`payment = 'pay_x' ${part}`),
      [/allowance of PERSON at news/, /all that was paid/, /rfd_of_a_part is not its payment’s/],
    ],
    [
      'a refund taken out',
      `drop trigger refunds_stay_2; delete from refunds ${part}`,
      [/allowance of PERSON at news/, /all that was paid/, /refund:rfd_of_a_part is no refund/],
    ],
    [
      'a refund of more than was paid, counted and moved',
      `${insert('rfd_x', 'PAGE', 1, 'payee')}; ${moved('rfd_x', 1)};
       update days set used = used - 1 where payee = '*'`,
      [/more came back of payment PAGE than was paid/],
    ],
    [
      'a second undo',
      `${edit(`by = 'payee'`)}; ${edit(`by = 'undo'`).replace('drop trigger refunds_stay_1;', '')};
       ${insert('rfd_x', 'TAP', 1, 'undo')}; ${moved('rfd_x', 1)};
       update days set used = used - 1; update allowances set used = used - 1`,
      [/payment TAP was taken back twice/],
    ],
    [
      'what is owned of what was paid back',
      `${insert('rfd_x', 'TAP', 15_000, 'payee')}; ${moved('rfd_x', 15_000)};
       update days set used = used - 15000; update allowances set used = used - 15000`,
      [/the entitlement to GET \/articles\/1 was paid back/],
    ],
    [
      'what is used of an allowance',
      `update allowances set used = used + 5000`,
      [/payments/, /days/],
    ],
  ])('%s', async (_what, sql, faults) => {
    const { tap, page } = await givenBack(wallet, person);
    const db = connectSqlite(join(wallet.data, 'wallet.sqlite'));
    db.exec('pragma foreign_keys = off');
    db.exec(sql.replaceAll('PERSON', person).replaceAll('TAP', tap).replaceAll('PAGE', page));
    db.close();
    const found = (await audited(wallet)).faults.map((fault) =>
      fault.replaceAll(person, 'PERSON').replaceAll(tap, 'TAP').replaceAll(page, 'PAGE'),
    );
    expect(found).toEqual(faults.map((fault) => expect.stringMatching(fault)));
  });
});

describe('the audit of a session’s good books names one thing that was changed in them', () => {
  const edit = (table: string, sql: string) => `drop trigger if exists ${table}_stay_1; ${sql}`;
  const remove = (table: string, sql: string) => `drop trigger ${table}_stay_2; ${sql}`;
  const account = (id: string, column: string) =>
    `update accounts set ${column} = ${column} + 5 where id = '${id}'`;
  /** A transfer in balance: only its meaning is wrong. */
  const planted = (id: string, debit: string, credit: string, code: string) =>
    `insert into transfers values ('${id}', '${debit}', '${credit}', 5, 'usd-micro', '${code}', 0);
     ${account(debit, 'debits')}; ${account(credit, 'credits')}`;
  const open = `(select id from sessions where closed_at is null)`;
  const payer = 'person:PERSON';
  test.each<[string, string, RegExp[]]>([
    ['nothing', `select 1`, []],
    [
      'a hold nobody asked for',
      planted('hold:SID:7', payer, 'hold:SID', 'hold'),
      [/is no hold of a session/, /holds another sum than its account/],
    ],
    [
      'a settlement without a line',
      planted('settle:x:SID', 'hold:SID', 'payee:news', 'settle'),
      [/is below zero/, /is no settle of a session/, /holds another sum/],
    ],
    ['a fee nobody owes', planted('fee:x:SID', 'payee:news', 'fees', 'fee'), [/is no fee of/]],
    [
      'a release of what is not left',
      planted('release:SID-2', 'payee:news', payer, 'release'),
      [/is no release of/],
    ],
    ['an undo of no tap', planted('undo:SID:x', 'payee:news', payer, 'undo'), [/is no undo of/]],
    [
      'a hold taken out',
      remove('transfers', `delete from transfers where id = 'hold:SID:1'`),
      [/hold:SID differs/, /person:PERSON differs/, /^hold:SID:1 has no transfer/],
    ],
    [
      'a release taken out',
      remove('transfers', `delete from transfers where code = 'release'`),
      [/hold:SID differs/, /person:PERSON differs/, /^release:SID has no transfer/],
    ],
    [
      'an undo taken out',
      remove('transfers', `delete from transfers where code = 'undo'`),
      [/payee:news differs/, /person:PERSON differs/, /^undo:SID:tap_number_0 has no transfer/],
    ],
    [
      'a fee taken out',
      remove('transfers', `delete from transfers where code = 'fee' and amount = 2000`),
      [/fees differs/, /payee:news differs/, /^fee:stl_[^ ]+:SID has no transfer/],
    ],
    [
      'the deposit',
      `update sessions set deposit = deposit + 5 where id = ${open}`,
      [/holds another sum/, /differs from its parts/],
    ],
    [
      'what was taken',
      `update sessions set settled = settled + 5, settled_at = 1 where id = ${open}`,
      [/holds another sum/, /differs from its settlements/],
    ],
    [
      'what was given back',
      `update sessions set released = 5 where id = ${open}`,
      [
        /release:ses_[^ ]+ has no transfer/,
        /holds another sum/,
        /what came back of/,
        /neither open nor/,
      ],
    ],
    [
      'what was undone',
      `update sessions set undone = undone + 5 where id = 'SID'`,
      [/what came back of/, /differs from its undone taps/],
    ],
    [
      'the fee that was charged',
      `update sessions set fee_charged = 0 where id = 'SID'`,
      [/SID differs from its settlements/],
    ],
    [
      'when it was taken first',
      `update sessions set settled_at = null where id = 'SID'`,
      [/SID differs from its settlements/],
    ],
    ['its end', `update sessions set closed_at = null where id = 'SID'`, [/neither open nor/]],
    [
      'an end before what is left went back',
      `update sessions set closed_at = 1 where id = ${open}`,
      [/neither open nor/],
    ],
    ['its number', `update sessions set seq = 7 where id = 'SID'`, [/its parts or its grants/]],
    ['its key', `update sessions set jwk = '{}' where id = 'SID'`, [/SID is not its approval’s/]],
    [
      'two open sessions of one approval',
      `drop index sessions_open; update sessions set grant_id = (select grant_id from sessions where id = 'SID')`,
      [/is not its approval’s/],
    ],
    [
      'a part',
      edit('holds', `update holds set amount = amount + 5 where seq = 1`),
      [
        /the allowance of PERSON at news/,
        /differ from all that was paid/,
        /^hold:SID:1 has no transfer/,
        /transfer hold:SID:1 is no hold/,
        /its parts or its grants/,
        /the day of PERSON at news on 2026-11-23/,
      ],
    ],
    [
      'what came back of a part',
      `update holds set back = back - 5 where seq = 1`,
      [
        /the allowance of PERSON at news/,
        /differ from all that was paid/,
        /what came back of session SID/,
        /the day of PERSON at news on 2026-11-23/,
      ],
    ],
    [
      'the day of a part',
      edit('holds', `update holds set day = '2026-11-22' where seq = 0`),
      [/the day of PERSON at news on 2026-11-22 counts less/],
    ],
    [
      'a grant taken out',
      remove('session_grants', `delete from session_grants where seq = 1`),
      [/SID differs from its parts or its grants/],
    ],
    [
      'a line',
      edit(
        'settlement_lines',
        `update settlement_lines set amount = amount + 5 where amount = 40000`,
      ),
      [
        /^settle:stl_[^ ]+ has no transfer/,
        /is no settle of a session/,
        /SID differs from its settlements/,
        /settlement stl_[^ ]+ differs from its lines/,
      ],
    ],
    [
      'a settlement’s sum',
      edit('settlements', `update settlements set gross = gross + 5 where gross = 40000`),
      [/differs from its lines/],
    ],
    [
      'a settlement’s payee',
      edit('settlements', `update settlements set payee = 'busker' where gross = 40000`),
      [/differs from its lines/],
    ],
    [
      'a tap that was never taken',
      `insert into settlement_items values ('SID', 'tap_number_9', 40000, 'tapped', null, 0)`,
      [/the taps told of session SID are more/],
    ],
    [
      'the sum of an undone tap',
      edit('settlement_items', `update settlement_items set amount = 1 where tap = 'tap_number_0'`),
      [/the undone tap tap_number_0 was not settled/],
    ],
    [
      'an undone tap taken out',
      remove('session_undos', `delete from session_undos`),
      [/is no undo of a session/, /differs from its undone taps/],
    ],
    [
      'an account of no session',
      `insert into accounts values ('hold:ses_x', 'hold', 'usd-micro', 0, 0, 0, 0)`,
      [/account hold:ses_x is no session’s/],
    ],
    [
      'a hold’s account of another kind',
      `update accounts set kind = 'payee' where id = 'hold:SID'`,
      [/SID holds another sum/],
    ],
    [
      'a hold that may fall below zero',
      `update accounts set overdraft = 1 where id = 'hold:SID'`,
      [/may fall below zero/],
    ],
    [
      'an allowance taken out',
      `delete from allowances`,
      [/the sessions of PERSON at news have no allowance/],
    ],
    [
      'what is used of an allowance',
      `update allowances set used = used + 5`,
      [/allowance of PERSON at news/, /days of PERSON at news/],
    ],
    [
      'a third key of a payee',
      `insert into payee_keys values ('a', 'news', 'x', 0, null), ('b', 'news', 'y', 0, null)`,
      [/payee news has more than two keys/],
    ],
  ])('%s', async (_what, sql, faults) => {
    const sid = await usedSession(wallet, person);
    const db = connectSqlite(join(wallet.data, 'wallet.sqlite'));
    // Whoever edits the file is stopped by no rule of its own.
    db.exec('pragma foreign_keys = off; pragma ignore_check_constraints = on');
    db.exec(sql.replaceAll('PERSON', person).replaceAll('SID', sid));
    db.close();
    const found = (await audited(wallet)).faults.map((fault) =>
      fault.replaceAll(person, 'PERSON').replaceAll(sid, 'SID'),
    );
    expect(found).toEqual(faults.map((fault) => expect.stringMatching(fault)));
  });
});

describe('the audit names', () => {
  test.each([
    [
      'a balance that was edited',
      `update accounts set credits = credits + 1 where id = 'payee:news'`,
      'account payee:news differs',
    ],
    [
      'money that was made',
      `update accounts set credits = credits + 1 where id = 'payee:news'`,
      'is 1, not 0',
    ],
    ['a charge without a payment', `select 1`, 'charge pay_1 has no payment'],
    [
      'a receipt without a debit',
      `insert into payments values ('pay_x', 'PERSON', 'news', 'c', 'r', 'q', null, 'paid', 200, '', 'text', 1, 'usd-micro', 0)`,
      'payment pay_x has a receipt and no debit',
    ],
    [
      'an allowance that was edited',
      `insert into allowances values ('PERSON', 'news', 'usd-micro', 1, 1, 1, 7, 1, null)`,
      'differs from its payments',
    ],
  ])('%s', async (_what, sql, fault) => {
    await write((tx) => post(tx, wallet.context, [transfer()]));
    await write((tx) => tx.run(sql.replace('PERSON', person)));
    expect((await audited(wallet)).faults.join('\n')).toContain(fault);
  });
});

describe('the audit of good books names one thing that was changed in them', () => {
  const edit = (table: string, sql: string) => `drop trigger ${table}_stay_1; ${sql}`;
  const remove = (table: string, sql: string) => `drop trigger ${table}_stay_2; ${sql}`;
  const planted = `insert into transfers values ('pay_x', 'play-money', 'person:PERSON', 5, 'usd-micro', 'CODE', 0);
    update accounts set debits = debits + 5 where id = 'play-money';
    update accounts set credits = credits + 5 where id = 'person:PERSON'`;
  test.each<[string, string, RegExp[]]>([
    ['nothing', `select 1`, []],
    [
      'a balance',
      `update accounts set credits = credits + 1 where id = 'payee:news'`,
      [/sum of all/, /payee:news differs/],
    ],
    [
      'two balances, in balance',
      `update accounts set credits = credits + 1, debits = debits + 1 where id = 'payee:news'`,
      [/payee:news differs/],
    ],
    [
      'an amount',
      edit('transfers', `update transfers set amount = 1 where code = 'charge'`),
      [/news differs/, /PERSON differs/, /has a receipt and no debit/],
    ],
    [
      'the currency of a transfer',
      edit('transfers', `update transfers set currency = 'eur-micro' where code = 'charge'`),
      [/another currency/],
    ],
    [
      'a debit taken out',
      remove('transfers', `delete from transfers where code = 'charge'`),
      [/news differs/, /PERSON differs/, /has a receipt and no debit/],
    ],
    [
      'a gift, in balance',
      planted.replace('CODE', 'sign-up'),
      [/neither a charge, a refund nor a sign-up/],
    ],
    [
      'a transfer of no kind',
      planted.replace('CODE', 'gift'),
      [/neither a charge, a refund nor a sign-up/],
    ],
    ['a charge nobody made', planted.replace('CODE', 'charge'), [/pay_x has no payment/]],
    [
      'a payment taken out',
      remove('payments', `delete from payments`),
      [/has no payment/, /allowance of PERSON at news/, /all that was paid/],
    ],
    [
      'a payment made smaller',
      edit('payments', `update payments set amount = 1`),
      [/no debit/, /allowance of PERSON at news/, /all that was paid/],
    ],
    [
      'a receipt taken away',
      edit('payments', `update payments set receipt = null`),
      [/has a receipt and no debit, or/],
    ],
    [
      'a payment called refused',
      edit('payments', `update payments set status = 'refused'`),
      [/has no payment/, /allowance of PERSON at news/, /all that was paid/],
    ],
    [
      'what is used of an allowance',
      `update allowances set used = 0`,
      [/allowance of PERSON at news/, /days of PERSON at news/],
    ],
    ['an allowance taken out', `delete from allowances`, [/have no allowance/]],
    [
      'a day of one site',
      `update days set used = 0 where payee = 'news'`,
      [/days of PERSON at news/],
    ],
    ['a day of all sites', `update days set used = 0 where payee = '*'`, [/all that was paid/]],
    [
      'a right to fall below zero',
      `update accounts set overdraft = 1 where id = 'person:PERSON'`,
      [/may fall below zero/],
    ],
  ])('%s', async (_what, sql, faults) => {
    await pay(wallet, await connected(wallet, person));
    const db = connectSqlite(join(wallet.data, 'wallet.sqlite'));
    db.exec('pragma foreign_keys = off');
    db.exec(sql.replaceAll('PERSON', person));
    db.close();
    const found = (await audited(wallet)).faults.map((fault) => fault.replaceAll(person, 'PERSON'));
    expect(found).toEqual(faults.map((fault) => expect.stringMatching(fault)));
  });
});

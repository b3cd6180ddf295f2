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
  connected,
  contents,
  newPerson,
  pay,
  testWallet,
  type TestWallet,
} from './support.ts';

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
    ['a gift, in balance', planted.replace('CODE', 'sign-up'), [/neither a charge nor a sign-up/]],
    ['a transfer of no kind', planted.replace('CODE', 'gift'), [/neither a charge nor a sign-up/]],
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

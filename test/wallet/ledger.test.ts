import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import {
  balance,
  openAccount,
  personAccount,
  post,
  type Transfer,
} from '../../wallet/src/ledger.ts';
import { audited, contents, newPerson, testWallet, type TestWallet } from './support.ts';

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
  await write((tx) => post(tx, [transfer()]));
  const read = (account: string) => wallet.context.store.read((tx) => balance(tx, account));
  expect(await read(personAccount(person))).toBe(9_980_000n);
  expect(await read('payee:news')).toBe(20_000n);
  expect((await audited(wallet)).sums).toEqual({ 'usd-micro': 0n });
});

test('the same transfer posted again is not posted again', async () => {
  await write((tx) => post(tx, [transfer()]));
  const before = await contents(wallet);
  await write((tx) => post(tx, [transfer()]));
  expect(await contents(wallet)).toEqual(before);
});

describe('nothing at all is posted', () => {
  test.each([
    ['a debit above the credits', { amount: 10_000_001n }, 'insufficient-funds'],
    ['a known id with another amount', { id: 'known', amount: 2n }, 'id-reused'],
    ['a known id with another payee', { id: 'known', credit: 'payee:busker' }, 'id-reused'],
  ])('for %s', async (_what, changes, code) => {
    await write((tx) => post(tx, [transfer({ id: 'known' })]));
    const before = await contents(wallet);
    const both = [transfer({ id: 'pay_2' }), transfer(changes)];
    await expect(write((tx) => post(tx, both))).rejects.toMatchObject({ code });
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
    await expect(write((tx) => post(tx, [transfer(changes)]))).rejects.toThrow();
    expect(await contents(wallet)).toEqual(before);
  });

  test('for an account whose currency is not the transfer’s', async () => {
    const eur = { id: 'eur', kind: 'payee' as const, currency: 'eur-micro', at: 0n };
    await write((tx) => openAccount(tx, eur));
    const before = await contents(wallet);
    await expect(write((tx) => post(tx, [transfer({ credit: 'eur' })]))).rejects.toThrow();
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
  ])('%s', async (sql) => {
    await write((tx) => post(tx, [transfer()]));
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
    await write((tx) => post(tx, [transfer()]));
    await write((tx) => tx.run(sql.replace('PERSON', person)));
    expect((await audited(wallet)).faults.join('\n')).toContain(fault);
  });
});

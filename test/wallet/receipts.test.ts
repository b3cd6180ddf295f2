import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { parseReceipt, payeeUrl } from '../../src/protocol/index.ts';
import { personBalance } from '../../wallet/src/ledger.ts';
import { payHere } from '../../wallet/src/payments.ts';
import { receiptsOf } from '../../wallet/src/history.ts';
import { receiptOf } from '../../wallet/src/receipts.ts';
import {
  audited,
  chargeOf,
  connected,
  contents,
  issuer,
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

const busker = payeeUrl(issuer, 'busker');
const tip = chargeOf({ recipient: busker, amount: '25', description: 'Thank you' });
const here = (id: string, request = tip) =>
  payHere(wallet.context, { person, payee: 'busker', request, id });

describe('a payment confirmed on the wallet’s own page', () => {
  test('needs no approval of a site, and its receipt says it was a tip', async () => {
    const { status, body } = await here('page_12345678');
    expect(status).toBe(200);
    if (!('receipt' in body) || typeof body.receipt !== 'string') throw new Error('No receipt.');
    const { receipt } = parseReceipt(body.receipt, 'receipt-invalid');
    expect(receipt).toMatchObject({
      aud: busker,
      amt: '25',
      rlm: issuer,
      rsn: { code: 'tip', text: 'Thank you' },
    });
    expect(receipt.cnf).toBeUndefined();
    expect((await personBalance(wallet.context, person)).available).toBe(9_750_000n);
    expect((await audited(wallet)).faults).toEqual([]);
  });

  test('sent twice is one payment with one answer', async () => {
    const [first, second] = await Promise.all([here('page_12345678'), here('page_12345678')]);
    expect(second).toEqual(first);
    expect((await audited(wallet)).charges).toBe(1);
  });

  test('under a used id with another amount is 409', async () => {
    await here('page_12345678');
    const other = await here('page_12345678', { ...tip, amount: '24' });
    expect(other).toMatchObject({ status: 409, body: { code: 'id-reused', moneyMoved: 'no' } });
  });

  test('counts towards the limit of all sites in a day', async () => {
    for (let i = 0; i < 20; i += 1) expect((await here(`page_1234567${i}`)).status).toBe(200);
    const over = await here('page_one_more', { ...tip, amount: '1' });
    expect(over).toMatchObject({ status: 403, body: { code: 'cap-reached' } });
  });

  test.each([
    ['of another payee', chargeOf(), 'verification-failed'],
    ['in another currency', { ...tip, currency: 'eur' }, 'verification-failed'],
    ['of nothing', { ...tip, amount: '0' }, 'malformed-request'],
  ])('%s is refused, and nothing is kept', async (_what, request, code) => {
    const before = await contents(wallet);
    await expect(here('page_12345678', request)).rejects.toMatchObject({ code });
    expect(await contents(wallet)).toEqual(before);
  });
});

describe('a person sees their payments', () => {
  test('newest first, page by page, refused ones too', async () => {
    const reader = await connected(wallet, person);
    for (let i = 1; i <= 3; i += 1) {
      await pay(wallet, reader, { charge: chargeOf({ description: `Article ${i}` }) });
      wallet.clock.now += 1;
    }
    await pay(wallet, reader, { charge: chargeOf({ amount: '99', description: 'Dear\u202e' }) });
    const first = await receiptsOf(wallet.context, person, { limit: 2 });
    expect(first).toMatchObject([
      { reason: 'Dear', status: 'refused', money: { amount: '99', currency: 'usd' } },
      {
        reason: 'Article 3',
        status: 'paid',
        payee: 'news',
        display: 'Example News',
        origin: 'https://news.example',
      },
    ]);
    const before = first.at(-1)?.id ?? '';
    const rest = await receiptsOf(wallet.context, person, { limit: 100, before });
    expect(rest.map(({ reason }) => reason)).toEqual(['Article 2', 'Article 1']);
  });

  test('and the wallet’s signed word of each, their own only', async () => {
    await here('page_12345678');
    const [item] = await receiptsOf(wallet.context, person, { limit: 1 });
    const id = item?.id ?? '';
    const found = await receiptOf(wallet.context, person, id);
    expect(found).toMatchObject({ id, origin: issuer, receipt: expect.stringContaining('.') });
    expect(await receiptOf(wallet.context, await newPerson(wallet), id)).toBeUndefined();
  });
});

import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { parseReceipt, verifyJws } from '../../src/protocol/index.ts';
import { personBalance } from '../../wallet/src/ledger.ts';
import { revokeSite } from '../../wallet/src/allowances.ts';
import {
  audited,
  chargeOf,
  connected,
  contents,
  intentFor,
  newPerson,
  news,
  pay,
  send,
  site,
  testWallet,
  type Connected,
  type TestWallet,
} from './support.ts';

let wallet: TestWallet;
let reader: Connected;
beforeEach(async () => {
  wallet = await testWallet();
  reader = await connected(wallet, await newPerson(wallet));
});
afterEach(() => wallet.close());

const available = async () => (await personBalance(wallet.context, reader.person)).available;

describe('a payment', () => {
  test('is debited once, and its receipt says to whom, how much and why', async () => {
    const before = await available();
    const { status, json } = await pay(wallet, reader, { cid: 'chal_one' });
    expect(status).toBe(200);
    const { jws, receipt } = parseReceipt((json as { receipt: string }).receipt, 'receipt-invalid');
    const { receipts } = wallet.context.keys;
    await verifyJws(jws, receipts.jwk, wallet.context.verify, 'receipt-invalid');
    expect(jws.kid).toBe(receipts.kid);
    expect(receipt).toMatchObject({
      env: 'test',
      aud: news,
      amt: '2',
      cur: 'usd',
      cid: 'chal_one',
      rsn: { code: 'tapped', text: 'An article' },
      cnf: { jkt: reader.page.key.kid },
    });
    expect(before - (await available())).toBe(20_000n);
    expect((await audited(wallet)).faults).toEqual([]);
  });

  test('tells the page what is left of its own limits, and nothing of the balance', async () => {
    const { json } = await pay(wallet, reader);
    expect(json).toMatchObject({
      allowance: {
        currency: 'usd-micro',
        tap: '100000',
        day: { limit: '1000000', used: '20000', resets: Date.UTC(2026, 10, 24) / 1000 },
        total: { limit: '5000000', used: '20000' },
      },
    });
  });

  test('of a tip has a realm that is the page itself', async () => {
    const good = await pay(wallet, reader, { cid: 'tip_12345678', rlm: site });
    expect(good.json).toHaveProperty('receipt');
    const other = await pay(wallet, reader, { cid: 'tip_87654321', rlm: 'news.example' });
    expect(other.json).toMatchObject({ code: 'verification-failed', moneyMoved: 'no' });
  });
});

describe('the same payment asked again', () => {
  test('has the same answer, byte for byte, and is debited once', async () => {
    const first = await pay(wallet, reader, { cid: 'chal_one' });
    const before = await contents(wallet);
    const second = await pay(wallet, reader, { cid: 'chal_one' });
    expect(second.text).toBe(first.text);
    expect(await contents(wallet)).toEqual(before);
  });

  test('has the same answer after its intent has ended', async () => {
    const body = await intentFor(wallet, reader.page, reader.grantId);
    const again = () => send(wallet, '/pay', { body, origin: site, type: 'text/plain' });
    const first = await again();
    wallet.clock.now += 365 * 86_400;
    expect((await again()).text).toBe(first.text);
  });

  test('has the same answer after a restart, and after the approval was taken back', async () => {
    const first = await pay(wallet, reader, { cid: 'chal_one' });
    await wallet.restart();
    await revokeSite(wallet.context, reader.person, 'news');
    const second = await pay(wallet, reader, { cid: 'chal_one' });
    expect(second.text).toBe(first.text);
  });

  test('a hundred times at once has one debit and a hundred equal answers', async () => {
    const before = await available();
    const asked = Array.from({ length: 100 }, () => pay(wallet, reader, { cid: 'chal_one' }));
    const answers = await Promise.all(asked);
    expect(new Set(answers.map(({ text }) => text)).size).toBe(1);
    expect(before - (await available())).toBe(20_000n);
  });

  test.each([
    ['another amount', { charge: chargeOf({ amount: '3' }) }],
    ['another description', { charge: chargeOf({ description: 'Another' }) }],
    ['another realm', { rlm: 'elsewhere' }],
  ])('with %s is 409, and nothing is charged', async (_what, changes) => {
    await pay(wallet, reader, { cid: 'chal_one' });
    const before = await contents(wallet);
    const { status, json } = await pay(wallet, reader, { cid: 'chal_one', ...changes });
    expect(status).toBe(409);
    expect(json).toMatchObject({ code: 'id-reused', moneyMoved: 'no' });
    expect(await contents(wallet)).toEqual(before);
  });
});

describe('a refusal', () => {
  const cases: [string, Parameters<typeof pay>[2], number][] = [
    ['cap-reached', { charge: chargeOf({ amount: '100001', currency: 'usd-micro' }) }, 0],
    ['payment-expired', {}, 121],
    ['grant-expired', {}, 31 * 86_400],
  ];
  test.each(cases)(
    'for %s is final: nothing is debited, then or later',
    async (code, how, later) => {
      const { cid } = reader.page;
      const { page, grantId } = await connected(wallet, reader.person, {
        page: { charge: chargeOf({ amount: '100' }) },
        limits: { perPayment: 100_000n, perDay: 1_000_000n, total: 5_000_000n },
      });
      const iat = wallet.clock.now + (code === 'grant-expired' ? later : 0);
      const body = await intentFor(wallet, page, grantId, {
        charge: chargeOf(),
        ...how,
        cid,
        iat,
        exp: iat + 60,
      });
      const again = () => send(wallet, '/pay', { body, origin: site, type: 'text/plain' });
      wallet.clock.now += later;
      const first = await again();
      expect(first.json).toMatchObject({ code, moneyMoved: 'no', allowance: expect.anything() });
      // By this number its person can ask about it.
      const [row] = (await contents(wallet))['payments'] ?? [];
      expect(first.json).toMatchObject({ payment: row?.['id'] });
      expect(row).toMatchObject({ id: expect.stringMatching(/^pay_/), status: 'refused' });
      // Nothing stands in its way now, and still it is refused.
      await connected(wallet, reader.person, {
        limits: { perPayment: 5_000_000n, perDay: 5_000_000n, total: 30_000_000n },
      });
      wallet.clock.now -= later;
      expect((await again()).text).toBe(first.text);
      expect((await audited(wallet)).charges).toBe(0);
    },
  );

  test('for empty funds is final, and says what to do', async () => {
    await drain();
    const first = await pay(wallet, reader, { cid: 'chal_one' });
    expect(first.status).toBe(403);
    expect(first.json).toMatchObject({ code: 'insufficient-funds', nextStep: 'top-up' });
    expect((await pay(wallet, reader, { cid: 'chal_one' })).text).toBe(first.text);
    expect((await audited(wallet)).faults).toEqual([]);
  });
});

/** Spends all but a cent, five dollars a day. */
async function drain(): Promise<void> {
  const big = { perPayment: 5_000_000n, perDay: 5_000_000n, total: 30_000_000n };
  for (const amount of ['500', '499']) {
    const charge = chargeOf({ amount });
    reader = await connected(wallet, reader.person, { page: { charge }, limits: big });
    const { status, text } = await pay(wallet, reader);
    if (status !== 200) throw new Error(text);
    wallet.clock.now += 86_400;
  }
}

describe('what is owned', () => {
  const entitles = { scope: 'GET /article/42', seconds: 3_600 };
  const owning = { charge: chargeOf({ methodDetails: { entitles } }) };

  test('is in the receipt, and is not charged again, also on another device', async () => {
    const { json } = await pay(wallet, reader, owning);
    const text = (json as { receipt: string }).receipt;
    const until = wallet.clock.now + 3_600;
    const { receipt } = parseReceipt(text, 'receipt-invalid');
    expect(receipt.own).toEqual({ scope: 'GET /article/42', until });
    const device = await connected(wallet, reader.person);
    const before = await contents(wallet);
    const again = await pay(wallet, device, owning);
    expect(again.status).toBe(409);
    expect(again.json).toMatchObject({ code: 'already-owned', moneyMoved: 'no', receipt: text });
    expect(await contents(wallet)).toEqual(before);
  });

  test('can be bought again when it has ended', async () => {
    await pay(wallet, reader, owning);
    wallet.clock.now += 3_600;
    expect((await pay(wallet, reader, owning)).status).toBe(200);
    expect((await audited(wallet)).charges).toBe(2);
  });

  test('is one person’s, not another’s', async () => {
    await pay(wallet, reader, owning);
    const stranger = await connected(wallet, await newPerson(wallet));
    expect((await pay(wallet, stranger, owning)).status).toBe(200);
  });
});

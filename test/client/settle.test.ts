/** Paying: what is charged, served, kept and shown; and what must not be. */
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { Problem } from '../../src/protocol/problem-table.ts';
import type { Storage } from '../../src/client/api.ts';
import { memoryStorage } from '../../src/client/memory-storage.ts';
import { device, article, listen, newSigner, newWorld, payee, tip, type World } from './support.ts';

let world: World;
let close: () => void;
beforeEach(async () => {
  world = await newWorld();
  close = listen(world);
});
afterEach(() => close());

const url = { url: article };

/** A device with an approval, which the first tip brought. */
async function connected() {
  const made = device(world);
  await made.micro.pay(tip);
  world.asked.length = 0;
  world.bodies.length = 0;
  return made;
}

describe('a tip', () => {
  test('the first tap asks for approval and pays in the same step; the second needs no window', async () => {
    const { micro, page } = device(world);
    const first = await micro.pay(tip);
    expect(first.receipt).toMatchObject({ aud: payee, amt: '2', cur: 'usd', env: 'test' });
    expect(page.opened).toHaveLength(1);
    expect(world.asked).not.toContain('POST /pay');
    const second = await micro.pay(tip);
    expect(second.receipt.jti).not.toBe(first.receipt.jti);
    expect(page.opened).toHaveLength(1);
    expect(world.debits).toHaveLength(2);
    expect(micro.$session.get()).toMatchObject({ payee, env: 'test' });
    expect(page.marked).toBe(false);
    const kept = await micro.receipts.list({ payee });
    expect(kept.map(({ text }) => text).sort()).toEqual([first.text, second.text].sort());
    expect(micro.$receipts.get()).toHaveLength(2);
  });

  test('a tap under a standing approval is one request to the wallet', async () => {
    const { micro } = await connected();
    await micro.pay(tip);
    expect(world.asked).toEqual(['POST /pay']);
  });

  test('a quote asks nobody before the tap', async () => {
    const { micro } = device(world);
    expect(await micro.quote(tip)).toMatchObject({
      money: { amount: '2', currency: 'usd' },
      reason: 'Thank you',
      ready: false,
      obstacle: { code: 'not-connected', nextStep: 'approve' },
    });
    expect(world.asked).toEqual([]);
  });

  test.each([
    [{ to: 'https://wallet.test/news' }, 'payee-unknown'],
    [{ to: 'http://wallet.test/~news' }, 'payee-unknown'],
    [{ amount: '0.0000001' }, 'invalid-price'],
    [{ amount: 'NaN' }, 'invalid-price'],
    [{ amount: '1000000000' }, 'invalid-price'],
    [{ amount: '0' }, 'invalid-price'],
    [{ currency: 'usd' }, 'invalid-price'],
  ])('%j is no tip: %s', async (change, code) => {
    const { micro } = device(world);
    await expect(micro.quote({ ...tip, ...change })).rejects.toMatchObject({ code });
    expect(world.asked).toEqual([]);
  });

  test('a wallet that the page does not take is not asked', async () => {
    const { micro } = device(world, { wallets: ['https://other.test'] });
    await expect(micro.pay(tip)).rejects.toMatchObject({ code: 'wallet-not-accepted' });
    expect(world.asked).toEqual([]);
  });
});

describe('an address that asks for money', () => {
  test('is paid and opened, and its answer is handed on unread', async () => {
    const { micro } = await connected();
    const quote = await micro.quote(url);
    if (quote.response) throw new Error('It was free.');
    expect(quote).toMatchObject({ ready: true, owned: false, reason: 'An article' });
    const paid = await micro.settle(quote);
    expect(await paid.response?.text()).toBe('the whole article');
    expect(paid.receipt.cid).toBe(quote.id);
    expect(world.debits).toHaveLength(2);
  });

  test('settling one quote twice is one payment', async () => {
    const { micro } = await connected();
    const quote = await micro.quote(url);
    if (quote.response) throw new Error('It was free.');
    const [one, two] = await Promise.all([micro.settle(quote), micro.settle(quote)]);
    expect(two).toBe(one);
    expect(await micro.settle(quote)).toBe(one);
    expect(world.debits).toHaveLength(2);
  });

  test('fetch pays within the caps and gives other answers back as they are', async () => {
    const { micro } = await connected();
    expect(await (await micro.fetch(article)).text()).toBe('the whole article');
    expect(await (await micro.fetch('/free')).text()).toBe('free');
    world.header = () => 'Bearer realm="x"';
    expect((await micro.fetch('/elsewhere')).status).toBe(402);
    expect(world.debits).toHaveLength(2);
  });

  test('fetch without an approval is refused, with the way on', async () => {
    const { micro } = device(world);
    await expect(micro.fetch(article)).rejects.toMatchObject({
      code: 'not-connected',
      moneyMoved: 'no',
      nextStep: 'approve',
    });
  });

  test('a request with a body is sent again as it was', async () => {
    const { micro } = await connected();
    const init = { method: 'POST', body: 'a letter', headers: { 'content-type': 'text/plain' } };
    const answer = await micro.fetch('/letters', init);
    expect(answer.status).toBe(200);
    expect(world.asked.filter((line) => line === 'POST /letters')).toHaveLength(2);
  });

  test('a challenge that has ended is not paid any more', async () => {
    const { micro } = await connected();
    const quote = await micro.quote(url);
    if (quote.response) throw new Error('It was free.');
    world.now += 600_000;
    await expect(micro.settle(quote)).rejects.toMatchObject({ code: 'payment-expired' });
    expect(world.debits).toHaveLength(1);
  });

  test('what is owned opens again by its receipt, on this device and on another, for nothing', async () => {
    world.entitles = { scope: 'GET /article/42', seconds: 86_400 };
    const { micro } = await connected();
    await micro.fetch(article);
    const debits = world.debits.length;
    world.now += 3_600_000;
    expect(await micro.quote(url)).toMatchObject({ owned: true, ready: true });
    expect((await micro.fetch(article)).status).toBe(200);
    expect(world.asked.filter((line) => line === 'POST /pay')).toHaveLength(1);
    const other = device(world);
    await other.micro.connect(payee);
    const paid = await other.micro.fetch(article);
    expect(await paid.text()).toBe('the whole article');
    expect(world.debits).toHaveLength(debits);
  });
});

describe('a challenge', () => {
  test.each([
    ['32 has parameter names in mixed case', (own: string) => own.replace('realm=', 'ReALM=')],
    ['33 holds the word Payment in a value', (own: string) => `${own}, title="a Payment b"`],
    ['34 has unknown parameters', (own: string) => `${own}, colour=blue, x="1, 2"`],
    ['stands after foreign schemes', (own: string) => `Bearer realm="a, Payment b", Basic, ${own}`],
    ['stands after another method', (own: string) => `${own.replace('micropay', 'card')}, ${own}`],
    ['names its header', (own: string) => `${own}, header="Payment-Authorization"`],
    ['names the usual header', (own: string) => `${own}, header="Authorization"`],
    [
      'names its header in small letters',
      (own: string) => `${own}, header="payment-authorization"`,
    ],
    [
      'stands after one for a header nobody knows',
      (own: string) => `${own}, header="X-Pay", ${own}`,
    ],
  ])('%s and is paid', async (_rule, header) => {
    const { micro } = await connected();
    world.header = header;
    expect((await micro.fetch(article)).status).toBe(200);
    expect(world.debits).toHaveLength(2);
  });

  test.each(['Cookie', 'X-Pay', 'Authorization ', ''])(
    'for the header %j is not ours to answer',
    async (name) => {
      const { micro } = await connected();
      world.header = (own) => `${own}, header="${name}"`;
      expect((await micro.fetch(article)).status).toBe(402);
      expect(world.bodies).toEqual([]);
      expect(world.debits).toHaveLength(1);
    },
  );

  test.each([
    ['a price of nothing', { amount: '0', currency: 'usd' }],
    ['an amount that is no number', { amount: '1e3', currency: 'usd' }],
    ['a currency of the wrong spelling', { amount: '2', currency: 'USD' }],
    ['more than eighteen digits', { amount: '9'.repeat(19), currency: 'usd' }],
  ])('with %s is refused and nothing is signed', async (_rule, price) => {
    const { micro } = await connected();
    world.price = price;
    await expect(micro.fetch(article)).rejects.toMatchObject({ code: 'invalid-challenge' });
    expect(world.bodies).toEqual([]);
  });
});

test('a price in a currency that was not approved asks for approval: what there is, the wallet knows', async () => {
  const { micro } = await connected();
  world.price = { amount: '2', currency: 'xxx' };
  await expect(micro.fetch(article)).rejects.toMatchObject({ code: 'not-connected' });
  expect(world.bodies).toEqual([]);
});

describe('a refusal', () => {
  test.each([
    'insufficient-funds',
    'cap-reached',
    'payment-action-required',
    'grant-revoked',
  ] as const)('%s is told as not charged, ends the payment, and stays a refusal', async (code) => {
    const { micro, page } = await connected();
    world.refusal = code;
    const quote = await micro.quote(url);
    if (quote.response) throw new Error('It was free.');
    await expect(micro.settle(quote)).rejects.toMatchObject({ code, moneyMoved: 'no' });
    expect(page.marked).toBe(false);
    world.refusal = undefined;
    expect(await micro.resume()).toBeUndefined();
    await expect(micro.settle(quote)).rejects.toMatchObject({ code });
    expect(world.debits).toHaveLength(1);
    await micro.fetch(article);
    expect(world.debits).toHaveLength(2);
  });

  test('of the first payment leaves the approval standing', async () => {
    world.refusal = 'insufficient-funds';
    const { micro, page } = device(world);
    await expect(micro.pay(tip)).rejects.toMatchObject({ code: 'insufficient-funds' });
    world.refusal = undefined;
    await micro.pay(tip);
    expect(page.opened).toHaveLength(1);
    expect(world.debits).toHaveLength(1);
  });

  test('without a connection is said before anything is signed', async () => {
    const { micro, page } = await connected();
    page.isOnline = false;
    await expect(micro.pay(tip)).rejects.toMatchObject({ code: 'offline', moneyMoved: 'no' });
    expect(page.marked).toBe(false);
  });

  test('to wait is honoured, within a bound, and then told', async () => {
    const { micro, page } = await connected();
    world.waited.length = 0;
    world.faults['/pay'] = [429, 429, 429];
    await expect(micro.pay(tip)).rejects.toMatchObject({ code: 'rate-limited', moneyMoved: 'no' });
    expect(world.waited).toEqual([2_000, 2_000]);
    expect(page.marked).toBe(false);
    expect(world.debits).toHaveLength(1);
  });
});

describe('a receipt', () => {
  const forged: [string, () => Promise<void> | void][] = [
    ['signed by another key', async () => void (world.receiptSigner = await newSigner())],
    [
      'signed by another key under the wallet’s name',
      async () => void (world.receiptSigner = { ...(await newSigner()), kid: world.signer.kid }),
    ],
    ['for another amount', () => void (world.receiptChange = { amt: '3' })],
    ['in another currency', () => void (world.receiptChange = { cur: 'eur' })],
    ['for another payee', () => void (world.receiptChange = { aud: 'https://wallet.test/~evil' })],
    ['for another challenge', () => void (world.receiptChange = { cid: 'another_challenge' })],
    ['for another realm', () => void (world.receiptChange = { rlm: 'evil.test' })],
    ['of the other environment', () => void (world.receiptChange = { env: 'live' })],
    ['of another wallet', () => void (world.receiptChange = { iss: 'https://evil.test' })],
    ['to another key', () => void (world.receiptChange = { cnf: { jkt: 'x'.repeat(43) } })],
  ];

  test.each(forged)('%s is not believed, and nothing is shown as paid', async (_rule, forge) => {
    const { micro } = await connected();
    const kept = micro.$receipts.get();
    await forge();
    await expect(micro.pay(tip)).rejects.toMatchObject({
      code: 'receipt-invalid',
      moneyMoved: 'unknown',
      nextStep: 'contact',
    });
    expect(await micro.receipts.list()).toHaveLength(1);
    expect(micro.$receipts.get()).toEqual(kept);
    expect(micro.$alerts.get()[0]?.rule).toBe('receipt-differs');
  });
});

test.each([10, -10])('a device clock that is %i years off has no effect', async (years) => {
  world.now += years * 365 * 86_400_000;
  world.walletAhead = -years * 365 * 86_400_000;
  const { micro } = device(world);
  await micro.pay(tip);
  await micro.pay(tip);
  expect(await (await micro.fetch(article)).text()).toBe('the whole article');
  expect(world.debits).toHaveLength(3);
});

/** A device's storage that fails once, or from then on, at its nth use after `break` was called. */
function failing(storage: Storage, forEver: boolean) {
  let left = Infinity;
  const used = async <T>(work: () => Promise<T>): Promise<T> => {
    if (left-- > 0) return work();
    if (!forEver) left = Infinity;
    throw new Problem('storage-unavailable');
  };
  return {
    break: (at: number) => void (left = at),
    storage: {
      get: (key: string) => used(() => storage.get(key)),
      set: (key: string, value: unknown) => used(() => storage.set(key, value)),
      list: (prefix: string) => used(() => storage.list(prefix)),
    },
  };
}

describe.each([
  ['once', false],
  ['for ever', true],
])('a storage that fails %s at any of its uses', (_word, forEver) => {
  test.each([
    ['a first tip', false],
    ['a further tip', true],
  ])('leaves %s paid, told as unknown, or not charged indeed', async (_what, further) => {
    let ends = 0;
    for (let at = 0; at < 40; at++) {
      const kept = failing(memoryStorage(), forEver);
      const { micro } = device(world, { storage: kept.storage });
      if (further) await micro.pay({ ...tip, reason: 'Before' });
      const before = world.debits.length;
      kept.break(at);
      const told = await micro.pay(tip).catch((problem: unknown) => problem);
      const moved = world.debits.length - before;
      expect(moved).toBeLessThanOrEqual(1);
      if (told instanceof Problem && told.moneyMoved === 'no')
        expect({ at, moved, code: told.code }).toMatchObject({ at, moved: 0 });
      else ends += moved;
      world.debits.length = 0;
    }
    expect(ends).toBeGreaterThan(0);
  });
});

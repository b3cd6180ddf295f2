/** Items by the SDK, at the wallet itself: the key comes with the receipt by every way, is kept, and is had again for nothing. */
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { MicroPay, Storage } from '../../src/client/api.ts';
import { memoryStorage } from '../../src/client/memory-storage.ts';
import { createMicroPay } from '../../src/client/micro-pay.ts';
import type { WholePage } from '../../src/client/later/whole-page.ts';
import type { NewItem, Signer } from '../../src/protocol/index.ts';
import { approve, awaitConnect, type Result } from '../../wallet/src/connects.ts';
import { newContentKey, scopeOf, sold, soldList, update } from '../wallet/item-support.ts';
import { seller } from '../wallet/session-support.ts';
import {
  contents,
  issuer,
  newPerson,
  news,
  site,
  testWallet,
  usualLimits,
  type TestWallet,
} from '../wallet/support.ts';

let wallet: TestWallet;
let payee: Signer;
let item: NewItem & { key: string };
let person: string;
beforeEach(async () => {
  wallet = await testWallet();
  payee = await seller(wallet);
  item = await sold(wallet, payee);
  person = await newPerson(wallet);
});
afterEach(() => wallet.close());

interface Device {
  micro: MicroPay;
  storage: Storage;
  /** Paths asked of the wallet */
  asked: string[];
  /** Answers of the wallet's doors that get lost once, by path, after they were given; `*`: all of them */
  lost: Set<string>;
  page: WholePage;
}

/** A page of the payee's site on a device of someone, who says yes to every question. */
function deviceOf(
  who: string,
  kept: Storage = memoryStorage(),
  address = `${site}/rivers`,
): Device {
  const [asked, lost, listeners] = [
    [] as string[],
    new Set<string>(),
    new Set<(event: never) => void>(),
  ];
  const yes = async (nonce: string): Promise<Result> => {
    await awaitConnect(wallet.context, nonce);
    const scope = { shown: 'in a test' };
    return approve(wallet.context, { nonce, person: who, limits: usualLimits, scope });
  };
  const page: WholePage = {
    origin: site,
    href: () => address,
    lang: () => 'en',
    online: () => true,
    clicked: () => true,
    visible: () => true,
    challenges: () => [],
    mark: () => undefined,
    unmark: () => undefined,
    replace: (url) => void (address = url),
    go: (url) => {
      const nonce = new URL(url).searchParams.get('n') ?? '';
      void yes(nonce).then(({ to }) => (address = to));
    },
    open: (url) => {
      const source = { closed: false, close: () => undefined };
      void yes(new URL(url).searchParams.get('n') ?? '').then(({ message: data }) => {
        for (const hear of listeners) hear({ origin: issuer, source, data } as never);
      });
      return source as unknown as Window;
    },
    on: (_type, listener) => {
      listeners.add(listener as (event: never) => void);
      return () => void listeners.delete(listener as (event: never) => void);
    },
  };
  const fetchAtWallet: typeof fetch = async (input, init) => {
    const request = new Request(input, init);
    request.headers.set('origin', site);
    const path = new URL(request.url).pathname;
    asked.push(path);
    const answer = await wallet.door(request, '192.0.2.4');
    if (lost.has('*') || lost.delete(path)) throw new TypeError('the answer got lost');
    return answer;
  };
  const micro = createMicroPay(
    {
      storage: kept,
      fetch: fetchAtWallet,
      now: () => wallet.clock.now * 1000,
      random: wallet.random,
    },
    {
      page,
      timeout: () => new AbortController().signal,
      wait: (ms) => new Promise((resolve) => ms < 600_000 && setTimeout(resolve, 1)),
    },
  );
  return { micro, storage: kept, asked, lost, page };
}

const wanted = ({ id, amount, title }: NewItem, price = amount) => ({
  to: news,
  amount: (Number(price) / 100).toFixed(2),
  currency: 'USD',
  reason: title,
  item: id,
});
const charges = async () =>
  ((await contents(wallet))['transfers'] ?? []).filter(({ code }) => code === 'charge').length;

describe('an item that is paid', () => {
  test('with its approval has receipt and key in one answer, and both are kept', async () => {
    const { micro, asked } = deviceOf(person);
    const paid = await micro.pay(wanted(item));
    expect(paid).toMatchObject({ key: item.key, receipt: { own: { scope: scopeOf(item) } } });
    expect(asked).not.toContain('/pay');
    const mine = { scope: scopeOf(item), text: paid.text, key: item.key };
    asked.length = 0;
    expect(await micro.owned(news, { from: 'device' })).toMatchObject([mine]);
    expect(asked).toEqual([]);
  });

  test('under a standing approval has its key too', async () => {
    const { micro, asked } = deviceOf(person);
    await micro.pay(wanted(await sold(wallet, payee)));
    asked.length = 0;
    expect((await micro.pay(wanted(item))).key).toBe(item.key);
    expect(asked).toEqual(['/pay']);
  });

  test.each(['/connect/continue', '/pay'])(
    'whose answer at %s got lost has its key when it is asked again, and is charged once',
    async (path) => {
      const device = deviceOf(person);
      if (path === '/pay') await device.micro.pay(wanted(await sold(wallet, payee)));
      const before = await charges();
      device.lost.add(path);
      const paid = await device.micro.pay(wanted(item));
      expect(paid.key).toBe(item.key);
      expect(await charges()).toBe(before + 1);
    },
  );

  test('after a way through this tab has its key', async () => {
    const device = deviceOf(person);
    const quote = await device.micro.quote(wanted(item));
    if (quote.response) throw new Error('An item has a price.');
    void device.micro.redirect(quote);
    await expect.poll(() => device.page.href()).toContain('interact_ref');
    const again = deviceOf(person, device.storage, device.page.href());
    expect((await again.micro.resume(wanted(item)))?.key).toBe(item.key);
    expect(await charges()).toBe(1);
  });

  test('is paid once: the next tap opens it by what is kept, and asks nobody', async () => {
    const { micro, asked } = deviceOf(person);
    await micro.pay(wanted(item));
    asked.length = 0;
    expect(await micro.pay(wanted(item))).toMatchObject({ key: item.key, owned: true });
    expect(asked).toEqual([]);
    expect(await charges()).toBe(1);
  });
});

describe('what was bought on another device', () => {
  test('opens here for nothing, whatever the page says it costs', async () => {
    await deviceOf(person).micro.pay(wanted(item));
    const laptop = deviceOf(person);
    const paid = await laptop.micro.pay(wanted(item));
    expect(paid).toMatchObject({ key: item.key, owned: true });
    expect(await charges()).toBe(1);
    expect(await laptop.micro.owned(news, { from: 'device' })).toMatchObject([
      { scope: scopeOf(item), key: item.key },
    ]);
  });

  test('is told by the wallet to a page that has an approval, and kept for later', async () => {
    const other = await sold(wallet, payee);
    const [phone, laptop] = [deviceOf(person), deviceOf(person)];
    await laptop.micro.pay(wanted(other));
    await phone.micro.pay(wanted(item));
    const scope = scopeOf(item);
    expect(await laptop.micro.owned(news, { scope, from: 'device' })).toEqual([]);
    expect(await laptop.micro.owned(news, { scope })).toMatchObject([{ scope, key: item.key }]);
    expect(await laptop.micro.owned(news, { scope, from: 'device' })).toMatchObject([
      { scope, key: item.key },
    ]);
    expect(await laptop.micro.owned(news)).toHaveLength(2);
    expect(await charges()).toBe(2);
  });

  test('is not asked of a wallet without an approval', async () => {
    const { micro, asked } = deviceOf(person);
    expect(await micro.owned(news)).toEqual([]);
    await expect(micro.owned(news, { from: 'wallet' })).rejects.toMatchObject({
      code: 'not-connected',
    });
    await expect(micro.owned('maya')).rejects.toMatchObject({ code: 'payee-unknown' });
    expect(asked).toEqual([]);
  });

  test('is what the device knows while the wallet is away', async () => {
    const { micro, lost } = deviceOf(person);
    await micro.pay(wanted(item));
    lost.add('*');
    expect(await micro.owned(news)).toMatchObject([{ key: item.key }]);
  });

  test('in a list opens by its own key, and stays kept beside the others', async () => {
    const two = await sold(wallet, payee);
    const list = await soldList(wallet, payee, [item.id, two.id], '3');
    const { micro } = deviceOf(person);
    await micro.pay(wanted(list));
    for (const part of [item, two])
      expect(await micro.pay(wanted(part))).toMatchObject({ key: part.key, owned: true });
    const kept = await micro.owned(news, { from: 'device' });
    expect(Object.fromEntries(kept.map(({ scope, key }) => [scope, key]))).toEqual({
      [scopeOf(list)]: undefined,
      [scopeOf(item)]: item.key,
      [scopeOf(two)]: two.key,
    });
    expect(await charges()).toBe(1);
  });

  test('and locked anew opens by the key that the wallet has now', async () => {
    const { micro } = deviceOf(person);
    await micro.pay(wanted(item));
    const key = newContentKey(wallet);
    await update(wallet, payee, item.id, { key });
    const scope = scopeOf(item);
    expect(await micro.owned(news, { scope, from: 'wallet' })).toMatchObject([{ key }]);
    expect(await micro.owned(news, { scope, from: 'device' })).toMatchObject([{ key }]);
  });
});

describe('a refusal', () => {
  test('of a price says the wallet’s, with the approval and under it, and nothing is charged', async () => {
    const { micro } = deviceOf(person);
    const cheap = wanted(item, '1');
    await expect(micro.pay(cheap)).rejects.toMatchObject({
      code: 'item-repriced',
      moneyMoved: 'no',
      extra: { price: { amount: '20000', currency: 'usd-micro' } },
    });
    await micro.pay(wanted(await sold(wallet, payee)));
    await expect(micro.pay(cheap)).rejects.toMatchObject({
      code: 'item-repriced',
      extra: { price: { amount: '20000' } },
    });
    expect(await charges()).toBe(1);
  });
});

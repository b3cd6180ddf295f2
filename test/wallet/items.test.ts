import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { base64url, parseReceipt, type Signer } from '../../src/protocol/index.ts';
import { closeItem, reprice } from '../../wallet/src/item-changes.ts';
import { removePayeeKey } from '../../wallet/src/payee-keys.ts';
import {
  audited,
  connected,
  contents,
  newPerson,
  news,
  site,
  testWallet,
  type TestWallet,
} from './support.ts';
import {
  buy,
  look,
  newContentKey,
  newItem,
  owned,
  register,
  scopeOf,
  sold,
  soldList,
  update,
} from './item-support.ts';
import { seller } from './session-support.ts';

let wallet: TestWallet;
let payee: Signer;
beforeEach(async () => {
  wallet = await testWallet();
  payee = await seller(wallet);
});
afterEach(() => wallet.close());

describe('an item', () => {
  test('is registered by the payee’s key, and anyone may look up what it costs', async () => {
    const item = newItem(wallet, { key: newContentKey(wallet), url: `${site}/rivers` });
    const { status, json } = await register(wallet, payee, item);
    const { key, ...told } = item;
    expect([status, json]).toEqual([200, { item: { ...told, payee: news }, key }]);
    const { item: found, headers } = await look(wallet, item.id);
    expect(found).toEqual({ ...told, payee: news });
    expect(headers.get('access-control-allow-origin')).toBe('*');
    expect(headers.get('cache-control')).toBe('public, max-age=60');
  });

  test('that nobody registered is not there', async () => {
    for (const id of ['itm_AAAAAAAAAAAAAAAAAAAAAA', 'itm_short', 'x'.repeat(300)])
      expect(await look(wallet, id)).toMatchObject({ status: 404, item: { code: 'item-unknown' } });
  });

  test('registered once more by a call whose answer got lost is the same item', async () => {
    const item = newItem(wallet, { key: newContentKey(wallet) });
    const first = await register(wallet, payee, item);
    const again = await register(wallet, payee, item);
    expect(again.text).toBe(first.text);
  });

  test.each([
    ['title', { title: 'Another' }],
    ['price', { amount: '3' }],
    ['currency', { amount: '20000', currency: 'usd-micro' }],
    ['key', { key: base64url(new Uint8Array(32)) }],
    ['address', { url: `${site}/other` }],
  ])('is not another one by registering its id with another %s', async (_what, change) => {
    const item = await sold(wallet, payee);
    const before = await look(wallet, item.id);
    const { status, json } = await register(wallet, payee, { ...item, ...change });
    expect([status, json]).toMatchObject([409, { code: 'id-reused' }]);
    expect((await look(wallet, item.id)).item).toEqual(before.item);
  });

  test('keeps its id from any other payee', async () => {
    const item = await sold(wallet, payee, { url: undefined });
    const other = await seller(wallet, 'busker');
    const again = await register(wallet, other, item);
    expect([again.status, again.json]).toMatchObject([409, { code: 'id-reused' }]);
    const change = await update(wallet, other, item.id, { title: 'Mine now' });
    expect([change.status, change.json]).toMatchObject([404, { code: 'item-unknown' }]);
    expect((await look(wallet, item.id)).item.title).toBe(item.title);
  });

  test.each<[string, Record<string, unknown>, number, string]>([
    ['no title', { title: '' }, 400, 'malformed-request'],
    ['a title of marks nobody sees', { title: '\u200b\u202e' }, 400, 'malformed-request'],
    ['a title of 81 characters', { title: 'x'.repeat(81) }, 400, 'malformed-request'],
    ['a price of nothing', { amount: '0' }, 400, 'malformed-request'],
    ['a price below nothing', { amount: '-2' }, 400, 'malformed-request'],
    ['more than one payment can be', { amount: '3001' }, 400, 'malformed-request'],
    ['another currency', { currency: 'eur' }, 400, 'malformed-request'],
    ['a name too short to be nobody’s', { id: 'itm_12345678' }, 400, 'malformed-request'],
    ['another kind of name', { id: 'pay_AAAAAAAAAAAAAAAAAAAAAA' }, 400, 'malformed-request'],
    ['a key of 31 bytes', { key: base64url(new Uint8Array(31)) }, 400, 'malformed-request'],
    ['a key with bits to spare', { key: `${'A'.repeat(42)}B` }, 400, 'malformed-request'],
    ['an address on another site', { url: 'https://evil.example/' }, 403, 'origin-not-listed'],
    ['an address that is a script', { url: 'javascript:alert(1)' }, 403, 'origin-not-listed'],
    ['an address with a name in it', { url: 'https://a@news.example/' }, 400, 'malformed-request'],
  ])('with %s is refused, and nothing is kept', async (_what, change, status, code) => {
    const before = (await contents(wallet))['items'];
    const answer = await register(wallet, payee, { ...newItem(wallet), ...change });
    expect([answer.status, answer.json]).toMatchObject([status, { code }]);
    expect((await contents(wallet))['items']).toEqual(before);
  });

  test('is one of a thousand at most', async () => {
    const { context } = wallet;
    await context.store.write(async (tx) => {
      for (let i = 0; i < 1_000; i++)
        await tx.run(
          `insert into items (id, payee, title, amount, currency, created_at, changed_at)
           values ($1, 'news', 'x', '2', 'usd', 1, 1)`,
          `itm_${String(i).padStart(22, '0')}`,
        );
    });
    const answer = await register(wallet, payee, newItem(wallet));
    expect([answer.status, answer.json]).toMatchObject([400, { code: 'malformed-request' }]);
  });

  test('is changed by its payee’s key, which hears the key it has; the price stays', async () => {
    const item = await sold(wallet, payee);
    const same = await update(wallet, payee, item.id, {});
    expect(same.json).toMatchObject({ item: { title: item.title, amount: '2' }, key: item.key });
    const key = newContentKey(wallet);
    const changed = await update(wallet, payee, item.id, { title: 'New words', key, amount: '1' });
    expect(changed.json).toMatchObject({ item: { title: 'New words', amount: '2' }, key });
  });

  test('hears no call twice, and none of a key that was taken back', async () => {
    const item = newItem(wallet);
    const jti = 'call_once_only';
    await register(wallet, payee, item, { jti });
    const again = await update(wallet, payee, item.id, { title: 'Again' }, { jti });
    expect([again.status, again.json]).toMatchObject([401, { code: 'proof-invalid' }]);
    await removePayeeKey(wallet.context, { payee: 'news', x: payee.jwk.x });
    const late = await register(wallet, payee, newItem(wallet));
    expect([late.status, late.json]).toMatchObject([401, { code: 'proof-invalid' }]);
  });

  test('and its key are sealed: no key stands anywhere in the database, and a swapped row opens nothing', async () => {
    const [one, two] = [await sold(wallet, payee), await sold(wallet, payee)];
    const kept = JSON.stringify(await contents(wallet), (_name, value: unknown) =>
      typeof value === 'bigint' ? String(value) : value,
    );
    for (const { key } of [one, two]) expect(kept).not.toContain(key);
    await wallet.context.store.write((tx) =>
      tx.run(
        'update items set sealed_key = (select sealed_key from items where id = $1) where id = $2',
        one.id,
        two.id,
      ),
    );
    expect((await update(wallet, payee, two.id, {})).status).toBe(500);
  });
});

describe('a list', () => {
  test('names the items of its payee, and no list', async () => {
    const parts = [await sold(wallet, payee), await sold(wallet, payee)].map(({ id }) => id);
    const list = await soldList(wallet, payee, parts, '3');
    expect((await look(wallet, list.id)).item.items).toEqual(parts.toSorted());
    const other = await seller(wallet, 'busker');
    const foreign = await sold(wallet, other, { url: undefined });
    for (const items of [
      [list.id, parts[0]],
      [parts[0], foreign.id],
      [parts[0], 'itm_AAAAAAAAAAAAAAAAAAAAAA'],
      [parts[0]],
    ])
      expect((await register(wallet, payee, newItem(wallet, { items } as object))).status).not.toBe(
        200,
      );
    const keyed = newItem(wallet, { items: parts, key: newContentKey(wallet) });
    expect((await register(wallet, payee, keyed)).status).toBe(400);
    expect((await update(wallet, payee, list.id, { key: newContentKey(wallet) })).status).toBe(400);
  });

  test('is bought with all that is in it, each with its key', async () => {
    const parts = [await sold(wallet, payee), await sold(wallet, payee, { amount: '3' })];
    const list = await soldList(
      wallet,
      payee,
      parts.map(({ id }) => id),
      '4',
    );
    const reader = await connected(wallet, await newPerson(wallet));
    const bought = await buy(wallet, reader, list);
    expect(bought.status).toBe(200);
    expect(bought.json.key).toBeUndefined();
    for (const part of parts) {
      const { status, json } = await buy(wallet, reader, part);
      expect([status, json]).toMatchObject([409, { code: 'already-owned', key: part.key }]);
      expect(json.receipt).toBe(bought.json.receipt);
    }
    expect((await audited(wallet)).faults).toEqual([]);
  });

  test('costs less by what is owned of it, and nothing when that is its price', async () => {
    const parts = [
      await sold(wallet, payee, { amount: '2' }),
      await sold(wallet, payee, { amount: '3' }),
      await sold(wallet, payee, { amount: '4' }),
    ] as const;
    const list = await soldList(
      wallet,
      payee,
      parts.map(({ id }) => id),
      '5',
    );
    const reader = await connected(wallet, await newPerson(wallet));
    const charges = async () =>
      ((await contents(wallet))['payments'] ?? []).filter(({ status }) => status === 'paid').length;
    await buy(wallet, reader, parts[0]);
    const whole = await buy(wallet, reader, list);
    expect([whole.status, whole.json]).toMatchObject([
      409,
      { code: 'item-repriced', moneyMoved: 'no', price: { amount: '30000', deducted: true } },
    ]);
    const second = await buy(wallet, reader, parts[1]);
    expect(await charges()).toBe(2);
    const free = await buy(wallet, reader, list);
    expect([free.status, free.json]).toMatchObject([
      409,
      { code: 'already-owned', moneyMoved: 'no', receipt: second.json.receipt },
    ]);
    expect(await charges()).toBe(2);
    expect((await buy(wallet, reader, parts[2])).json).toMatchObject({
      code: 'already-owned',
      key: parts[2].key,
    });
    const other = await connected(wallet, await newPerson(wallet));
    await buy(wallet, other, parts[0]);
    const rest = { ...list, amount: '3' };
    expect((await buy(wallet, other, rest)).status).toBe(200);
    expect((await audited(wallet)).faults).toEqual([]);
  });

  test('doesn’t take over what was bought before by itself', async () => {
    const parts = [await sold(wallet, payee), await sold(wallet, payee)] as const;
    const list = await soldList(
      wallet,
      payee,
      parts.map(({ id }) => id),
      '3',
    );
    const reader = await connected(wallet, await newPerson(wallet));
    const first = await buy(wallet, reader, parts[0]);
    await buy(wallet, reader, { ...list, amount: '1' });
    expect((await buy(wallet, reader, parts[0])).json.receipt).toBe(first.json.receipt);
  });
});

describe('what is owned', () => {
  test('is told to the page of its payee, with receipt and key, and only that', async () => {
    const item = await sold(wallet, payee);
    const reader = await connected(wallet, await newPerson(wallet));
    const none = await owned(wallet, reader);
    expect(none.json).toEqual({ owned: [], now: wallet.clock.now });
    const { json } = await buy(wallet, reader, item);
    const { own } = parseReceipt(json.receipt, 'receipt-invalid').receipt;
    const mine = { scope: scopeOf(item), until: own?.until, receipt: json.receipt, key: item.key };
    expect((await owned(wallet, reader)).json).toMatchObject({ owned: [mine] });
    expect((await owned(wallet, reader, scopeOf(item))).json).toMatchObject({ owned: [mine] });
    const elsewhere = await owned(wallet, reader, scopeOf({ id: 'itm_AAAAAAAAAAAAAAAAAAAAAA' }));
    expect(elsewhere.json).toMatchObject({ owned: [] });
    const stranger = await connected(wallet, await newPerson(wallet));
    expect((await owned(wallet, stranger)).json).toMatchObject({ owned: [] });
  });

  test('is asked by the key and the site of the grant, while it stands', async () => {
    const reader = await connected(wallet, await newPerson(wallet));
    const other = await connected(wallet, await newPerson(wallet));
    for (const [changes, code] of [
      [{ signer: other.page.key }, 'proof-invalid'],
      [{ origin: 'https://evil.example' }, 'origin-not-listed'],
      [{ origin: undefined }, 'origin-missing'],
    ] as const)
      expect((await owned(wallet, reader, undefined, changes)).json).toMatchObject({ code });
    await wallet.context.store.write((tx) =>
      tx.run('update grants set revoked_at = 1 where id = $1', reader.grantId),
    );
    expect((await owned(wallet, reader)).json).toMatchObject({ code: 'grant-revoked' });
  });
});

test('an item that is closed is sold again when it is opened again', async () => {
  const item = await sold(wallet, payee);
  const reader = await connected(wallet, await newPerson(wallet));
  const set = (closed: boolean) =>
    wallet.context.store.write((tx) =>
      closeItem(tx, wallet.context, { payee: 'news', id: item.id, closed }),
    );
  await set(true);
  expect((await look(wallet, item.id)).item.closed).toBe(true);
  expect((await buy(wallet, reader, item)).json).toMatchObject({ code: 'item-closed' });
  await set(false);
  expect((await look(wallet, item.id)).item.closed).toBeUndefined();
  expect((await buy(wallet, reader, item)).status).toBe(200);
});

test('a price that was changed is the price from then on, in whatever unit it is asked', async () => {
  const item = await sold(wallet, payee);
  const reader = await connected(wallet, await newPerson(wallet));
  await wallet.context.store.write((tx) =>
    reprice(
      tx,
      wallet.context,
      { payee: 'news', id: item.id },
      { amount: '30000', currency: 'usd-micro' },
    ),
  );
  expect((await buy(wallet, reader, item)).json).toMatchObject({
    code: 'item-repriced',
    price: { amount: '30000', currency: 'usd-micro' },
  });
  expect((await buy(wallet, reader, { ...item, amount: '3' })).status).toBe(200);
});

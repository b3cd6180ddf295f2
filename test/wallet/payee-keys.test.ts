import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { addPayeeKey, liveKeys, removePayeeKey } from '../../wallet/src/payee-keys.ts';
import { addPayee, allPayees, payeeByName } from '../../wallet/src/payees.ts';
import { newKey, contents, testWallet, type TestWallet } from './support.ts';
import { seller, settleBy } from './session-support.ts';

let wallet: TestWallet;
beforeEach(async () => {
  wallet = await testWallet();
});
afterEach(() => wallet.close());

const kids = async (payee = 'news') =>
  (await wallet.context.store.read((tx) => liveKeys(tx, payee))).map(({ kid }) => kid);
const add = (payee: string, x: string) =>
  wallet.context.store.write((tx) => addPayeeKey(tx, wallet.context, { payee, x }));

describe('a payee’s keys', () => {
  test('are two at a time: a third takes the place of the older', async () => {
    const [one, two, three] = [
      await seller(wallet),
      await seller(wallet),
      await newKey(wallet.random),
    ];
    expect((await kids()).toSorted()).toEqual([one.kid, two.kid].toSorted());
    wallet.clock.now += 1;
    await add('news', two.jwk.x);
    wallet.clock.now += 1;
    await add('news', three.jwk.x);
    expect(await kids()).toEqual([three.kid, two.kid]);
    expect((await settleBy(wallet, one, {})).status).toBe(401);
    for (const key of [two, three]) expect((await settleBy(wallet, key, {})).status).toBe(200);
  });

  test('are good again when they are added again', async () => {
    const key = await seller(wallet);
    await removePayeeKey(wallet.context, { payee: 'news', x: key.jwk.x });
    expect(await kids()).toEqual([]);
    await add('news', key.jwk.x);
    await add('news', key.jwk.x);
    expect(await kids()).toEqual([key.kid]);
  });

  test('are one payee’s each, for ever', async () => {
    const key = await seller(wallet);
    await removePayeeKey(wallet.context, { payee: 'news', x: key.jwk.x });
    const before = await contents(wallet);
    await expect(add('busker', key.jwk.x)).rejects.toMatchObject({ code: 'malformed-request' });
    await expect(
      removePayeeKey(wallet.context, { payee: 'busker', x: key.jwk.x }),
    ).rejects.toMatchObject({ code: 'not-found' });
    expect(await contents(wallet)).toEqual(before);
  });

  // Red without: wallet/src/payee-keys.ts: assertStrongKey(jwk);
  test.each([
    ['of small order', `AQ${'A'.repeat(41)}`],
    ['of order 8', 'xxdqcD1N2E-6PAt2DRBnDyogU_osOczGTsf9d5KsA3o'],
    ['of zeros', 'A'.repeat(43)],
    ['too short', 'AAAA'],
    ['with bits to spare', `${'A'.repeat(42)}B`],
    ['in other letters', `${'+'.repeat(42)}A`],
  ])(
    'T23 are sound: one %s is refused, and nothing of the payee is changed',
    async (_what, key) => {
      const before = await contents(wallet);
      const changed = { name: 'news', open: true, origins: [], display: 'Other', key };
      await expect(addPayee(wallet.context, changed)).rejects.toMatchObject({
        code: 'malformed-request',
      });
      expect(await contents(wallet)).toEqual(before);
    },
  );

  test('are listed by their thumbprints', async () => {
    const key = await seller(wallet);
    const found = (await allPayees(wallet.context)).find(({ name }) => name === 'news');
    expect(found?.keys).toEqual([key.kid]);
  });
});

test('a payee that is added again without a text keeps the one it has', async () => {
  await seller(wallet);
  expect(await payeeByName(wallet.context, 'news')).toMatchObject({ display: 'Example News' });
  await addPayee(wallet.context, { name: 'news', open: false, origins: [], display: 'News' });
  expect(await payeeByName(wallet.context, 'news')).toMatchObject({ display: 'News' });
});

import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { parseRefund, policy, verifyJws } from '../../src/protocol/index.ts';
import { revokeSite } from '../../wallet/src/allowances.ts';
import { personBalance } from '../../wallet/src/ledger.ts';
import { payerId } from '../../wallet/src/payer-id.ts';
import { undoCharge } from '../../wallet/src/charge-undo.ts';
import { sell } from '../../wallet/src/item-changes.ts';
import { keepItems } from '../../wallet/src/item-undo.ts';
import { refund } from '../../wallet/src/refunds.ts';
import { refundTap, undoOwnTap } from '../../wallet/src/session-undo.ts';
import { charged, idIn, inAccount } from './payee-support.ts';
import {
  audited,
  chargeOf,
  connected,
  contents,
  issuer,
  newPerson,
  news,
  pay,
  testWallet,
  type Connected,
  type TestWallet,
} from './support.ts';
import { item, opened, seller, settled, undo } from './session-support.ts';

let wallet: TestWallet;
let person: string;
let payment: string;
beforeEach(async () => {
  wallet = await testWallet();
  person = await newPerson(wallet);
  payment = await charged(wallet, person);
});
afterEach(() => wallet.close());

let forms = 0;
type Wish = Parameters<typeof refund>[1];
const give = (changes: Partial<Wish> = {}) =>
  refund(wallet.context, {
    id: `rfd_of_form_${(forms += 1)}`,
    payment,
    payee: 'news',
    reason: '',
    ...changes,
  });
const takeBack = (changes: Partial<Parameters<typeof undoCharge>[1]> = {}) =>
  undoCharge(wallet.context, { payment, person, ...changes });
const available = async () => (await personBalance(wallet.context, person)).available;
const days = async () => (await contents(wallet))['days'];
const sound = async () => expect((await audited(wallet)).faults).toEqual([]);

/** A tap of a page with an approval. @returns the payment's id */
const tapped = async (
  reader: Connected,
  changes: Parameters<typeof chargeOf>[0] = {},
): Promise<string> => {
  const { json, text } = await pay(wallet, reader, { charge: chargeOf(changes) });
  const { receipt } = json as { receipt?: string };
  if (!receipt) throw new Error(text);
  return idIn(receipt);
};
/** From the question of a page until its answer is fetched, in seconds. */
const longestAnswer = policy.seconds.pendingTap + policy.seconds.interactRef;
const article = (id: number) => ({
  methodDetails: { entitles: { scope: `GET /articles/${id}`, seconds: 86_400 } },
});

/** Nothing moves and no row is written. */
async function refused(work: () => Promise<unknown>, code: string): Promise<void> {
  const before = await contents(wallet);
  await expect(work()).rejects.toMatchObject({ code, moneyMoved: 'no' });
  expect(await contents(wallet)).toEqual(before);
}

describe('the payee gives back', () => {
  test('all of a payment: from its account to the payer’s, with a signed word of how much and why', async () => {
    wallet.clock.now += 60;
    const { signed, ...row } = await give({ reason: 'It was the\u202e wrong chapter.' });
    expect(row).toMatchObject({ payment, payee: 'news', amount: 20_000n, by: 'payee' });
    expect([await inAccount(wallet, 'payee:news'), await available()]).toEqual([0n, 10_000_000n]);
    const { jws, refund: claims } = parseRefund(signed, 'verification-failed');
    const { keys, verify } = wallet.context;
    await verifyJws(jws, keys.receipts.jwk, verify, 'verification-failed');
    expect(claims).toEqual({
      iss: issuer,
      env: 'test',
      aud: news,
      sub: payerId(keys, person, news),
      jti: row.id,
      iat: wallet.clock.now,
      of: payment,
      amt: '20000',
      cur: 'usd-micro',
      rsn: { code: 'refund', text: 'It was the wrong chapter.' },
    });
    await sound();
  });

  test('parts, until nothing is left', async () => {
    await give({ amount: 5_000n });
    await give({ amount: 1n });
    expect((await give()).amount).toBe(14_999n);
    expect(await inAccount(wallet, 'payee:news')).toBe(0n);
    await refused(() => give(), 'refund-too-large');
    await sound();
  });

  // Red without: wallet/src/refunds.ts: if (back > left || left === 0n) throw tooLarge(left);
  test('T32 never more than was paid, in one or in many', async () => {
    await charged(wallet, person);
    await refused(() => give({ amount: 20_001n }), 'refund-too-large');
    await give({ amount: 15_000n });
    await refused(() => give({ amount: 5_001n }), 'refund-too-large');
    expect((await give({ amount: 5_000n })).amount).toBe(5_000n);
    await refused(() => give({ amount: 1n }), 'refund-too-large');
    await sound();
  });

  // Red without: wallet/src/refunds.ts: if (known) return sameAs(known, { payment, amount });
  test('T32 once for a form, however often it is sent', async () => {
    const wish = { id: 'rfd_sent_twice', amount: 5_000n };
    const first = await give(wish);
    wallet.clock.now += 86_400;
    expect(await give({ ...wish, reason: 'other words' })).toEqual(first);
    expect(await inAccount(wallet, 'payee:news')).toBe(15_000n);
    await refused(() => give({ ...wish, amount: 6_000n }), 'id-reused');
    const other = await charged(wallet, person);
    await refused(() => give({ ...wish, payment: other }), 'id-reused');
    await sound();
  });

  // Red without: wallet/src/refunds.ts: const left = leftOf(paid, await refundsOf(tx, payment)); → const left = paid.amount;
  test('T32 fifty at once give back what was paid and no more', async () => {
    await charged(wallet, person);
    const asked = Array.from({ length: 50 }, () => give({ amount: 1_000n }));
    const told = await Promise.allSettled(asked);
    expect(told.filter(({ status }) => status === 'fulfilled')).toHaveLength(20);
    for (const outcome of told)
      if (outcome.status === 'rejected')
        expect(outcome.reason).toMatchObject({ code: 'refund-too-large' });
    expect(await inAccount(wallet, 'payee:news')).toBe(20_000n);
    await sound();
  });

  // Red without: wallet/src/refunds.ts: const left = leftOf(paid, await refundsOf(tx, payment)); → const left = paid.amount;
  test('T32 two processes on one file, twenty-five each at once, give back what was paid and no more', async () => {
    await charged(wallet, person);
    const cwd = fileURLToPath(new URL('../..', import.meta.url));
    const script = ['--import', './test/wallet/sources.mjs', 'test/wallet/refund-process.ts'];
    const run = async (name: string): Promise<number> => {
      const told = [wallet.data, payment, name, '25', String(wallet.clock.now)];
      const { stdout } = await promisify(execFile)(process.execPath, [...script, ...told], { cwd });
      return Number(stdout);
    };
    const [one, two] = await Promise.all([run('one'), run('two')]);
    expect(one + two).toBe(20);
    expect(await inAccount(wallet, 'payee:news')).toBe(20_000n);
    await sound();
  });

  test.each([0n, -1n, -20_000n])('never %s', async (amount) => {
    await refused(() => give({ amount }), 'malformed-request');
  });

  test.each(['', 'short', 'pay_12345678', `rfd_${'x'.repeat(80)}`, 'rfd_; drop table'])(
    'under no id like %j',
    async (id) => {
      await refused(() => give({ id }), 'malformed-request');
    },
  );

  test('nothing of another payee’s payment, of a refused one, of a refund, or of what never was', async () => {
    await refused(() => give({ payee: 'busker' }), 'not-found');
    await refused(() => give({ payment: 'pay_never_was_one' }), 'not-found');
    const { id } = await give({ amount: 1n });
    await refused(() => give({ payment: id }), 'not-found');
    await expect(charged(wallet, person, { amount: '3000' })).rejects.toThrow('cap-');
    const rows = (await contents(wallet))['payments'] ?? [];
    const no = rows.find(({ status }) => status === 'refused')?.['id'];
    await refused(() => give({ payment: String(no) }), 'not-found');
  });

  test('only what it has still', async () => {
    await wallet.context.store.write((tx) =>
      tx.run(`update accounts set debits = debits + 1 where id = 'payee:news'`),
    );
    await refused(() => give(), 'insufficient-funds');
    expect((await give({ amount: 19_999n })).amount).toBe(19_999n);
  });

  test('for 180 days, also when the approval was taken back', async () => {
    const reader = await connected(wallet, person);
    payment = await tapped(reader);
    await revokeSite(wallet.context, person, 'news');
    wallet.clock.now += 180 * 86_400 - 1;
    expect((await give({ amount: 1n })).amount).toBe(1n);
    wallet.clock.now += 1;
    await refused(() => give({ amount: 1n }), 'refund-ended');
  });

  test('no more than a hundred and twenty times an hour', async () => {
    for (let i = 0; i < 120; i += 1) await give({ amount: 1n });
    await refused(() => give({ amount: 1n }), 'rate-limited');
  });

  test('also to who holds the most a wallet keeps: it was theirs before', async () => {
    await wallet.context.store.write((tx) =>
      tx.run(`update accounts set credits = credits + 140020000 where id = $1`, `person:${person}`),
    );
    await give();
    expect(await available()).toBe(150_020_000n);
  });
});

describe('what comes back counts no more', () => {
  test('of a tap: on its day, at its site and at all sites, and for the next passkey', async () => {
    const reader = await connected(wallet, person);
    wallet.clock.now += 1;
    const before = await contents(wallet);
    payment = await tapped(reader);
    wallet.clock.now += 3 * 86_400;
    await give({ amount: 5_000n });
    expect(await days()).toEqual(
      expect.arrayContaining([
        { person, payee: 'news', day: '2026-11-23', used: 15_000n },
        { person, payee: '*', day: '2026-11-23', used: 35_000n },
      ]),
    );
    await sound();
    await give();
    expect((await contents(wallet))['allowances']).toEqual(before['allowances']);
    expect((await contents(wallet))['persons']).toEqual(before['persons']);
    await sound();
  });

  test('of a payment on the wallet’s own page: at all sites only, as it was counted', async () => {
    await connected(wallet, person);
    await give();
    expect(await days()).toEqual([{ person, payee: '*', day: '2026-11-23', used: 0n }]);
    expect((await contents(wallet))['allowances']).toMatchObject([{ used: 0n }]);
    await sound();
  });

  test('on the day of the payer’s own zone', async () => {
    wallet.clock.now = Date.UTC(2026, 10, 23, 23, 30) / 1000;
    const far = await newPerson(wallet, 'Pacific/Auckland');
    payment = await charged(wallet, far);
    wallet.clock.now += 86_400;
    await give();
    expect(await days()).toContainEqual({ person: far, payee: '*', day: '2026-11-24', used: 0n });
    await sound();
  });
});

describe('what was bought', () => {
  const owned = async () => (await contents(wallet))['entitlements'];

  test('is owned while a part of its price is kept, and ends when all came back; then it can be bought again', async () => {
    const reader = await connected(wallet, person);
    payment = await tapped(reader, article(1));
    const kept = await tapped(reader, article(2));
    await give({ amount: 19_999n });
    expect(await owned()).toHaveLength(2);
    const again = await pay(wallet, reader, { charge: chargeOf(article(1)) });
    expect(again.json).toMatchObject({ code: 'already-owned' });
    await give({ amount: 1n });
    expect(await owned()).toMatchObject([{ payment: kept }]);
    const bought = await tapped(reader, article(1));
    expect(await owned()).toContainEqual(expect.objectContaining({ payment: bought }));
    await sound();
  });

  test('again, after the first time ended, stays when the first is given back late', async () => {
    const reader = await connected(wallet, person);
    payment = await tapped(reader, article(1));
    wallet.clock.now += 86_400;
    const second = await tapped(reader, article(1));
    await give();
    expect(await owned()).toMatchObject([{ payment: second }]);
    await sound();
  });
});

describe('the payer takes back', () => {
  test('all of it within fifteen minutes, and asked again it is the same', async () => {
    wallet.clock.now += 899;
    const first = await takeBack();
    expect(first).toMatchObject({ amount: 20_000n, by: 'undo', reason: '' });
    expect(parseRefund(first.signed, 'internal-error').refund.rsn).toEqual({ code: 'reversal' });
    wallet.clock.now += 86_400;
    expect(await takeBack()).toEqual(first);
    expect(await available()).toBe(10_000_000n);
    await sound();
  });

  // Red without: wallet/src/undo-rules.ts: if (at + BigInt(policy.seconds.undo) <= now) return new Problem('undo-ended');
  test('T32 nothing later', async () => {
    wallet.clock.now += 900;
    await refused(() => takeBack(), 'undo-ended');
  });

  // Red without: wallet/src/undo-rules.ts: if (asked >= BigInt(policy.undo.count)) return new Problem('undo-ended', { detail: often });
  test('T32 three times in seven days at one payee, taps and payments together', async () => {
    const key = await seller(wallet);
    const reader = await connected(wallet, person);
    const sid = await opened(wallet, reader);
    const items = [0, 1, 2].map((i) => item(wallet, sid, `tap_number_${i}`));
    await settled(wallet, key, reader, { sid, cum: 60_000n, items });
    expect((await undo(wallet, reader, sid, 'tap_number_0')).status).toBe(200);
    await undoOwnTap(wallet.context, { person, session: sid, tap: 'tap_number_1' });
    await takeBack();
    payment = await charged(wallet, person);
    await refused(() => takeBack(), 'undo-ended');
    expect((await undo(wallet, reader, sid, 'tap_number_2')).json).toMatchObject({
      code: 'undo-ended',
    });
    const elsewhere = await charged(wallet, person, {
      payee: 'busker',
      recipient: `${issuer}/~busker`,
    });
    expect((await takeBack({ payment: elsewhere })).payee).toBe('busker');
    wallet.clock.now += 7 * 86_400;
    payment = await charged(wallet, person);
    expect((await takeBack()).by).toBe('undo');
    await sound();
  });

  test('what the payee gave back meanwhile counts as no undo, and only the rest comes', async () => {
    for (let i = 0; i < 3; i += 1) await give({ amount: 1n });
    expect((await takeBack()).amount).toBe(19_997n);
    payment = await charged(wallet, person);
    await give();
    await refused(() => takeBack(), 'undo-ended');
    await sound();
  });

  // Red without: wallet/src/charge-undo.ts: if (own && (await undoneBefore(tx, paid, own.scope)))
  test('T32 what it opened once, once: it can’t be bought, read and taken back for ever', async () => {
    const reader = await connected(wallet, person);
    payment = await tapped(reader, article(1));
    await takeBack();
    payment = await tapped(reader, article(1));
    await refused(() => takeBack(), 'undo-ended');
    payment = await tapped(reader, article(2));
    expect((await takeBack()).by).toBe('undo');
  });

  describe('an item', () => {
    const itemsToSell = async (): Promise<[string, string]> => {
      const ids: [string, string] = ['itm_12345678', 'itm_23456789'];
      for (const id of ids) {
        const item = { id, title: 'The rest', amount: '2', currency: 'usd' };
        await wallet.context.store.write((tx) => sell(tx, wallet.context, 'news', item));
      }
      return ids;
    };
    const buys = (reader: Connected, item: string) => tapped(reader, { methodDetails: { item } });

    test('unless its payee keeps what it opens', async () => {
      const [item] = await itemsToSell();
      await keepItems(wallet.context, 'news', true);
      wallet.clock.now += longestAnswer + 1;
      payment = await buys(await connected(wallet, person), item);
      await refused(() => takeBack(), 'undo-ended');
      // Said again it holds from when it was said first.
      await keepItems(wallet.context, 'news', true);
      await refused(() => takeBack(), 'undo-ended');
      await keepItems(wallet.context, 'news', false);
      expect((await takeBack()).by).toBe('undo');
    });

    test('as it was said when its payer allowed to be paid, also where that was being asked', async () => {
      const [item, next] = await itemsToSell();
      const early = await connected(wallet, person);
      await keepItems(wallet.context, 'news', true);
      wallet.clock.now += longestAnswer;
      const late = await connected(wallet, person);
      wallet.clock.now += 3_600;
      for (const [reader, id] of [
        [early, item],
        [late, next],
      ] as const) {
        payment = await buys(reader, id);
        expect((await takeBack()).by).toBe('undo');
      }
    });
  });

  test('nobody else’s payment, and not from an empty account', async () => {
    const other = await newPerson(wallet);
    await refused(() => takeBack({ person: other }), 'not-found');
    await refused(() => takeBack({ payment: 'pay_never_was_one' }), 'not-found');
    await wallet.context.store.write((tx) =>
      tx.run(`update accounts set debits = debits + 1 where id = 'payee:news'`),
    );
    await refused(() => takeBack(), 'insufficient-funds');
  });

  test('fifty times at once is one', async () => {
    const told = await Promise.all(Array.from({ length: 50 }, () => takeBack()));
    expect(new Set(told.map(({ id }) => id)).size).toBe(1);
    expect(await available()).toBe(10_000_000n);
  });
});

describe('a settled tap', () => {
  let sid: string;
  let reader: Connected;
  const giveTap = (changes: Partial<Parameters<typeof refundTap>[1]> = {}) =>
    refundTap(wallet.context, { payee: 'news', session: sid, tap: 'tap_number_0', ...changes });
  beforeEach(async () => {
    const key = await seller(wallet);
    reader = await connected(wallet, person);
    sid = await opened(wallet, reader);
    const items = [0, 1, 2, 3, 4].map((i) => item(wallet, sid, `tap_number_${i}`));
    await settled(wallet, key, reader, { sid, cum: 100_000n, items });
  });

  test('is given back by its payee for 180 days, once, and counts as no undo of the payer', async () => {
    wallet.clock.now += 180 * 86_400 - 1;
    for (const tap of [0, 1, 2, 3]) await giveTap({ tap: `tap_number_${tap}` });
    await giveTap();
    expect(await inAccount(wallet, 'payee:news')).toBe(40_000n);
    wallet.clock.now += 1;
    await refused(() => giveTap({ tap: 'tap_number_4' }), 'refund-ended');
    await sound();
  });

  test('leaves the payer’s own undos as many as they were', async () => {
    for (const tap of [0, 1]) await giveTap({ tap: `tap_number_${tap}` });
    for (const tap of [2, 3, 4])
      await undoOwnTap(wallet.context, { person, session: sid, tap: `tap_number_${tap}` });
    expect(await inAccount(wallet, 'payee:news')).toBe(20_000n);
    await sound();
  });

  test('is another payee’s, another person’s, or never was: nothing moves', async () => {
    await refused(() => giveTap({ payee: 'busker' }), 'not-found');
    await refused(() => giveTap({ tap: 'tap_number_9' }), 'not-found');
    await refused(() => giveTap({ session: 'ses_never_was_one' }), 'not-found');
    const other = await newPerson(wallet);
    const theirs = { person: other, session: sid, tap: 'tap_number_0' };
    await refused(() => undoOwnTap(wallet.context, theirs), 'not-found');
  });
});

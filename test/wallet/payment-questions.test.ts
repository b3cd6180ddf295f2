import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { askAbout, closeQuestion, sayMore, threadOf } from '../../wallet/src/payment-questions.ts';
import { payerId } from '../../wallet/src/payer-id.ts';
import {
  answeredBy,
  questionAbout,
  questionsOf,
  waitingCount,
  waitingFor,
} from '../../wallet/src/question-rows.ts';
import { written } from '../../wallet/src/words.ts';
import { charged } from './payee-support.ts';
import { connected, contents, newPerson, news, testWallet, type TestWallet } from './support.ts';
import { opened, seller, settled } from './session-support.ts';

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
const ask = (changes: Partial<Parameters<typeof askAbout>[1]> = {}) =>
  askAbout(wallet.context, {
    id: `que_of_form_${(forms += 1)}`,
    person,
    payment,
    text: 'It opened the wrong chapter.',
    ...changes,
  });
const byPayee = { payee: 'news' };
const byPayer = () => ({ person });
const thread = async (id: string) => {
  const { state, words } = await threadOf(wallet.context, id, byPayee);
  return [state, ...words.map(({ by, text }) => `${by}: ${text}`)];
};

async function refused(work: () => Promise<unknown>, code: string): Promise<void> {
  const before = await contents(wallet);
  await expect(work()).rejects.toMatchObject({ code });
  expect(await contents(wallet)).toEqual(before);
}

describe('a question about a payment', () => {
  test('goes to who was paid, is answered, asked on and closed; each side sees its state', async () => {
    const id = await ask();
    expect(await waitingCount(wallet.context, 'news')).toBe(1);
    wallet.clock.now += 60;
    await sayMore(wallet.context, id, byPayee, 'Sorry!\nIt is mended.');
    expect(await thread(id)).toEqual([
      'answered',
      'payer: It opened the wrong chapter.',
      'payee: Sorry!\nIt is mended.',
    ]);
    await sayMore(wallet.context, id, byPayer(), 'Still wrong.');
    expect((await thread(id))[0]).toBe('open');
    await closeQuestion(wallet.context, id, byPayee);
    expect((await thread(id))[0]).toBe('closed');
    await refused(() => sayMore(wallet.context, id, byPayer(), 'Hello?'), 'malformed-request');
    await closeQuestion(wallet.context, id, byPayer());
    expect(await questionsOf(wallet.context, person, { limit: 9 })).toMatchObject([
      { id, state: 'closed', payment },
    ]);
  });

  test('that is asked again is the same question, until it is closed', async () => {
    const id = await ask();
    expect(await ask({ text: 'And the picture is missing.' })).toBe(id);
    expect(await thread(id)).toHaveLength(3);
    await closeQuestion(wallet.context, id, byPayer());
    const second = await ask();
    expect(second).not.toBe(id);
    const about = await wallet.context.store.read((tx) => questionAbout(tx, person, payment));
    expect(about?.id).toBe(second);
  });

  test('sent twice, because an answer got lost, is said once', async () => {
    const id = await ask();
    expect(await ask({ id })).toBe(id);
    await sayMore(wallet.context, id, byPayee, 'Sorry.');
    await sayMore(wallet.context, id, byPayee, 'Sorry.');
    expect(await thread(id)).toHaveLength(3);
  });

  test('may be about a payment that was refused, or about a session', async () => {
    await expect(charged(wallet, person, { amount: '3000' })).rejects.toThrow('cap-');
    const rows = (await contents(wallet))['payments'] ?? [];
    const no = rows.find(({ status }) => status === 'refused')?.['id'];
    await ask({ payment: String(no) });
    const key = await seller(wallet);
    const reader = await connected(wallet, person);
    const sid = await opened(wallet, reader);
    await refused(() => ask({ payment: sid }), 'not-found');
    await settled(wallet, key, reader, { sid, cum: 20_000n });
    await ask({ payment: sid });
    expect(await waitingFor(wallet.context, 'news', 9)).toMatchObject([
      { kind: 'refused' },
      { kind: 'taps', amount: 20_000n },
    ]);
  });

  test('is not about another’s payment, or none; and has words', async () => {
    const other = await newPerson(wallet);
    await refused(() => ask({ person: other }), 'not-found');
    await refused(() => ask({ payment: 'pay_never_was_one' }), 'not-found');
    await refused(() => ask({ payment: '' }), 'not-found');
    for (const text of ['', '   ', '\u202e\u200b\n\n\r'])
      await refused(() => ask({ text }), 'malformed-request');
    for (const id of ['', 'pay_12345678', 'que_ ; drop table', `que_${'x'.repeat(99)}`])
      await refused(() => ask({ id }), 'malformed-request');
    const id = await ask({ person: other, payment: await charged(wallet, other) });
    await refused(() => ask({ id }), 'id-reused');
  });

  test('is nobody’s but its two sides’', async () => {
    const id = await ask();
    const other = await newPerson(wallet);
    for (const side of [{ person: other }, { payee: 'busker' }]) {
      await refused(() => threadOf(wallet.context, id, side), 'not-found');
      await refused(() => sayMore(wallet.context, id, side, 'Hello'), 'not-found');
      await refused(() => closeQuestion(wallet.context, id, side), 'not-found');
    }
    expect(await questionsOf(wallet.context, other, { limit: 9 })).toEqual([]);
    expect(await waitingFor(wallet.context, 'busker', 9)).toEqual([]);
  });

  test('names its payer by the pairwise id', async () => {
    const { sub } = await threadOf(wallet.context, await ask(), byPayee);
    expect(sub).toBe(payerId(wallet.context.keys, person, news));
  });
});

describe('bounds', () => {
  test('twenty a day for a person, more said included; a payee answers three hundred times', async () => {
    const id = await ask();
    for (let i = 0; i < 19; i += 1) await sayMore(wallet.context, id, byPayer(), `Word ${i}`);
    await refused(() => ask({ text: 'One more' }), 'rate-limited');
    await refused(() => sayMore(wallet.context, id, byPayer(), 'One more'), 'rate-limited');
    for (let i = 0; i < 20; i += 1) await sayMore(wallet.context, id, byPayee, `Answer ${i}`);
    await refused(() => sayMore(wallet.context, id, byPayee, 'Full'), 'malformed-request');
    wallet.clock.now += 86_400;
    await closeQuestion(wallet.context, id, byPayer());
    expect(await ask()).not.toBe(id);
  });

  test.each([
    ['a\r\nb\rc\nd', 'a\nb\nc\nd'],
    ['a\n\n\n\n\nb', 'a\n\nb'],
    ['  \n a \n ', 'a'],
    ['A\u202eb\u0000c\u200bd', 'Abcd'],
    ['x'.repeat(5_000), 'x'.repeat(1_000)],
    ['🎈'.repeat(1_200), '🎈'.repeat(1_000)],
    ['\n'.repeat(9_999), ''],
  ])('what is written as %j is kept as what can be read of it', (text, kept) => {
    expect(written(text, 1_000)).toBe(kept);
  });

  test('lists are leafed through, the longest waiting first', async () => {
    wallet.context.limits.take = () => {};
    const ids: string[] = [];
    for (let i = 0; i < 5; i += 1) {
      wallet.clock.now += 60;
      ids.push(await ask({ payment: await charged(wallet, person) }));
    }
    expect((await waitingFor(wallet.context, 'news', 3)).map(({ id }) => id)).toEqual(
      ids.slice(0, 3),
    );
    for (const id of ids) {
      wallet.clock.now += 60;
      await sayMore(wallet.context, id, byPayee, 'Yes.');
    }
    const [first, second] = await answeredBy(wallet.context, 'news', { limit: 2 });
    expect([first?.id, second?.id]).toEqual([ids[4], ids[3]]);
    const before = second?.id ?? '';
    const rest = await answeredBy(wallet.context, 'news', { limit: 9, before });
    expect(rest.map(({ id }) => id)).toEqual([ids[2], ids[1], ids[0]]);
    const mine = await questionsOf(wallet.context, person, { limit: 2, before: ids[3] ?? '' });
    expect(mine.map(({ id }) => id)).toEqual([ids[2], ids[1]]);
  });
});

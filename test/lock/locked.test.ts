import { describe, expect, test } from 'vitest';
import {
  assertSafeTree,
  lockText,
  lockedFrom,
  openText,
  type Locked,
} from '../../src/lock/index.ts';
import { base64url } from '../../src/protocol/index.ts';
import { article, blockIn, body, bytes, id, key, lock, lockedIn, payee } from './support.ts';

const text = [['p', 0, 'Paid words']] as Parameters<typeof lockText>[0];
const seal = (changes: Partial<Parameters<typeof lockText>[1]> = {}): Promise<Locked> =>
  lockText(text, { item: id, payee, key, nonce: bytes(12), ...changes });
const flipped = (words: string, at: number): string =>
  words.slice(0, at) + (words[at] === 'A' ? 'B' : 'A') + words.slice(at + 1);

describe('T3 a locked text that isn’t what was locked stays shut', () => {
  // Red without: src/lock/locked.ts: utf8(['micro-pay lock 1', item, payee].join('\n')); → utf8('micro-pay lock 1');
  test.each<[string, (locked: Locked) => Partial<Locked>]>([
    ['edited at its start', ({ text: words }) => ({ text: flipped(words, 0) })],
    ['edited at its end', ({ text: words }) => ({ text: flipped(words, words.length - 3) })],
    ['cut', ({ text: words }) => ({ text: words.slice(0, -8) })],
    ['with another nonce', () => ({ nonce: base64url(bytes(12, 9)) })],
    ['moved to another item', () => ({ item: 'itm_BBBBBBBBBBBBBBBBBBBBBB' })],
    ['moved to another payee', () => ({ payee: 'https://wallet.example/~eve' })],
    ['no base64url', () => ({ text: '***' })],
  ])('T3 %s', async (_what, change) => {
    const locked = await seal();
    await expect(openText({ ...locked, ...change(locked) }, key)).rejects.toThrow();
    expect(await openText(locked, key)).toEqual(text);
  });

  test('T3 by another item’s key, or by what is no key', async () => {
    const locked = await seal();
    for (const other of [base64url(bytes(32, 5)), base64url(bytes(16)), '', 'x'.repeat(43), '*'])
      await expect(openText(locked, other)).rejects.toThrow();
  });

  test('T3 locked again with another key opens with that one only', async () => {
    const other = base64url(bytes(32, 5));
    const again = await seal({ key: other, nonce: bytes(12, 3) });
    await expect(openText(again, key)).rejects.toThrow();
    expect(await openText(again, other)).toEqual(text);
  });

  // Red without: src/lock/locked.ts: assertSafeTree(tree);
  test('T3 nobody who has the key makes it a page that runs something', async () => {
    for (const tree of [
      [['script', 0, 'alert(1)']],
      [['img', { src: 'x', onerror: 'alert(1)' }]],
      [['a', { href: 'javascript:alert(1)' }, 'x']],
      [['p', { style: 'x' }]],
      [['p', 0, ['iframe', 0]]],
      { 0: 'x' },
      'words',
    ]) {
      const locked = await lockText(tree as Parameters<typeof lockText>[0], {
        item: id,
        payee,
        key,
        nonce: bytes(12),
      });
      await expect(openText(locked, key)).rejects.toThrow('no safe text');
    }
  });
});

test('a text of more than 5 MB is not locked', async () => {
  const how = { item: id, payee, key, nonce: bytes(12) };
  // Two brackets and two quotes are its JSON.
  const words = 'x'.repeat(4_999_996);
  await expect(lockText([`${words}x`], how)).rejects.toThrow('the text has more than 5 MB');
  const locked = await lockText([words], how);
  expect(locked.size).toBe(5_000_000);
  expect(lockedFrom(JSON.stringify(locked), { item: id, payee })).toBeDefined();
});

describe('a locked text in a page', () => {
  test('is read only whole, and only for its item and payee', async () => {
    const json = blockIn(await lock(article(body)));
    const wanted = { item: id, payee };
    expect(lockedFrom(json, wanted)).toBeDefined();
    expect(lockedFrom(json, { ...wanted, item: 'itm_BBBBBBBBBBBBBBBBBBBBBB' })).toBeUndefined();
    expect(lockedFrom(json, { ...wanted, payee: 'https://wallet.example/~eve' })).toBeUndefined();
    const locked = lockedIn(await lock(article(body)));
    for (const broken of [
      json.slice(0, -20),
      '',
      'null',
      '[]',
      '"x"',
      JSON.stringify({ ...locked, v: 2 }),
      JSON.stringify({ ...locked, nonce: 'short' }),
      JSON.stringify({ ...locked, text: locked.text.slice(0, -4) }),
      JSON.stringify({ ...locked, size: locked.size + 3 }),
      JSON.stringify({ ...locked, text: 7 }),
      `"${'x'.repeat(7_600_000)}"`,
    ])
      expect(lockedFrom(broken, wanted)).toBeUndefined();
  });
});

describe('a safe tree', () => {
  test.each<[string, unknown]>([
    ['is a list', 'words'],
    ['holds words and elements', [7]],
    ['has elements with names', [[7, 0]]],
    ['has no prototype’s names', [['constructor', 0]]],
    ['has attributes that are text', [['p', { class: 7 }]]],
    ['has no list of attributes', [['p', ['class']]]],
    ['has no attributes of ours', [['p', { 'data-micropay-locked': 'x' }]]],
    ['has no name of an attribute in capitals', [['p', { onClick: 'x' }]]],
  ])('%s', (_rule, tree) => {
    expect(() => assertSafeTree(tree)).toThrow('no safe text');
  });

  test('is at most so deep and so large', () => {
    let deep: unknown[] = ['x'];
    for (let i = 0; i < 100; i++) deep = [['p', 0, ...deep]];
    expect(() => assertSafeTree(deep)).toThrow('no safe text');
    expect(() => assertSafeTree(Array.from({ length: 200_001 }, () => 'x'))).toThrow(
      'no safe text',
    );
    expect(() => assertSafeTree([['p', 0, ['em', { lang: 'de' }, 'x']], 'y'])).not.toThrow();
  });
});

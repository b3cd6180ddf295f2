/** What a paywall keeps for speed has a bound, and what is in use stays longest. */
import { expect, test } from 'vitest';
import { keep, keepUsed, type Used } from '../../src/merchant/kept.ts';

test('the oldest makes room, and what is kept anew is the newest', () => {
  const map = new Map<string, number>();
  for (const [key, value] of ['a', 'b', 'a', 'c', 'd'].map((letter, i) => [letter, i] as const))
    keep(map, key, value, 3);
  expect([...map]).toEqual([
    ['a', 2],
    ['c', 3],
    ['d', 4],
  ]);
});

test('what was used meanwhile stays, and makes room once it is not used any more', () => {
  const map = new Map<string, Used>();
  const add = (key: string) => keepUsed(map, key, {}, 3);
  for (const key of 'abc') add(key);
  map.get('a')!.isUsed = true;
  add('d');
  expect([...map.keys()]).toEqual(['c', 'd', 'a']);
  add('e');
  add('f');
  expect([...map.keys()]).toEqual(['a', 'e', 'f']);
  add('g');
  expect([...map.keys()]).toEqual(['e', 'f', 'g']);
});

test('when all are in use, the oldest makes room', () => {
  const map = new Map<string, Used>();
  for (const key of 'abcd') keepUsed(map, key, { isUsed: true }, 3);
  expect([...map.keys()]).toEqual(['b', 'c', 'd']);
});

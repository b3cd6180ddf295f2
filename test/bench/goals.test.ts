/** When a figure of the bench is good, and when the bench fails for it. */
import { expect, test } from 'vitest';
import { farUnderTwice, goals, verdictOf, type Figure } from '../../bench/goals.ts';

const { floor } = goals.P1;
const at = (ratio: number): Figure => ({ goal: 'P1', what: 'a check', ratio });

test.each<[number, string]>([
  [floor, 'good'],
  [floor - 0.01, 'under'],
  [floor * 0.81, 'under'],
  [floor * 0.79, 'far under'],
])('a ratio of %f is %s', (ratio, verdict) => expect(verdictOf(at(ratio))).toBe(verdict));

test('a count has no slack, and what stands for no goal is not judged', () => {
  const counted = { goal: 'P5', what: 'transfers', most: 1 } as const;
  expect([1, 2].map((count) => verdictOf({ ...counted, count }))).toEqual(['good', 'far under']);
  expect(verdictOf({ what: 'a raw check', micros: 84 })).toBeUndefined();
});

test('the bench fails for what was far under its floor twice, and for nothing else', () => {
  const [far, near] = [at(floor / 2), at(floor)];
  expect(farUnderTwice([far], [far])).toEqual(['a check']);
  expect(farUnderTwice([far], [near])).toEqual([]);
  expect(farUnderTwice([near], [far])).toEqual([]);
  expect(farUnderTwice([far], [{ ...far, what: 'another' }])).toEqual([]);
});

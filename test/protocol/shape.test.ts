/** The door: what fits comes in, what doesn't becomes a problem that never repeats it; and words made safe to show. */
import * as v from 'valibot';
import { expect, test } from 'vitest';
import { id, plainText, printable, seconds, shaped } from '../../src/protocol/shape.ts';
import { Problem } from '../../src/protocol/problem.ts';
import { codeOf } from './support.ts';

test('a refusal names the field, never its value', () => {
  const schema = v.object({ outer: v.object({ amount: v.literal('1') }) });
  try {
    shaped(schema, { outer: { amount: '<script>' } }, 'malformed-request');
    expect.unreachable();
  } catch (error) {
    expect(error).toBeInstanceOf(Problem);
    expect(String(error)).toContain('outer.amount');
    expect(JSON.stringify(error) + String(error)).not.toContain('script');
  }
});

test.each([
  ['a\u202Eb', 'ab'],
  ['\u2066a\u2069', 'a'],
  ['a\u200B\u200D\uFEFFb', 'ab'],
  ['a\r\nSet-Cookie: b', 'aSet-Cookie: b'],
  ['a\u2028\u2029b', 'ab'],
  ['a\0\u001b[31mb', 'a[31mb'],
  ['\ud800a', 'a'],
  ['\ue000a', 'a'],
  ['  a  b ', 'a  b'],
  ['e\u0301', 'é'],
  ['<script>', '<script>'],
  ['😂', '😂'],
  ['', ''],
])('hostile 27–31: %j is shown as %j', (text, shown) => expect(printable(text)).toBe(shown));

test('hostile 29: ten thousand emoji are cut between characters', () => {
  const shown = printable('😂'.repeat(10_000));
  expect(Array.from(shown)).toHaveLength(120);
  expect(shown.isWellFormed()).toBe(true);
});

test.each<[unknown]>([
  ['short'],
  ['a'.repeat(65)],
  ['with space'],
  ['ünderline'],
  ['semi;colon'],
  [''],
  [12345678],
])('%j is no id', (value) => expect(v.is(id, value)).toBe(false));

test.each([-1, 1.5, Number.NaN, Infinity, 2 ** 53, '1'])('%j is no time in seconds', (value) =>
  expect(v.is(seconds, value)).toBe(false),
);

test('hostile 24: text with a NUL is refused', () => {
  expect(codeOf(() => shaped(plainText(9), 'a\0b', 'malformed-request'))).toBe('malformed-request');
});

/** Bytes and JSON on the wire: one spelling for each value, nothing two readers could read differently. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  base64url,
  bytesFrom,
  canonicalJson,
  decodeJson,
  encodeJson,
  equalInConstantTime,
  jsonLimits,
  parseJson,
  textFrom,
  utf8,
} from '../../src/protocol/encoding.ts';
import { codeOf } from './support.ts';
import * as vectors from './vectors.ts';

const seed = 20_261_123;
const malformed = 'malformed-request';

test('bytes come back from base64url as they went', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
      const text = base64url(bytes);
      expect(text).toBe(Buffer.from(bytes).toString('base64url'));
      expect(bytesFrom(text)).toEqual(Uint8Array.from(bytes));
    }),
    { seed },
  );
});

test('two spellings are never one value', () => {
  const character = fc.constantFrom(...'AQgwZz09-_+/=* '.split(''));
  fc.assert(
    fc.property(fc.string({ unit: character, maxLength: 12 }), (text) => {
      const code = codeOf(() => bytesFrom(text));
      if (code === undefined) expect(base64url(bytesFrom(text))).toBe(text);
      else expect(code).toBe(malformed);
    }),
    { seed, numRuns: 2_000 },
  );
});

test.each([
  'AQ==',
  'AQ=',
  '=',
  'A+',
  'A/',
  'A Q',
  ' AQ',
  'AQ\n',
  'A*Q',
  'AR',
  'AAB',
  'A',
  'AAAAA',
  'ＡQ',
])('hostile 35: %j is not base64url', (text) =>
  expect(codeOf(() => bytesFrom(text, 'malformed-credential'))).toBe('malformed-credential'),
);

test.each<[string, number[]]>([
  ['a byte order mark', [0xef, 0xbb, 0xbf, 0x7b, 0x7d]],
  ['an overlong slash', [0xc0, 0xaf]],
  ['a surrogate', [0xed, 0xa0, 0x80]],
  ['half a character', [0xe2, 0x82]],
  ['a stray byte', [0xff]],
  ['a code point above the last', [0xf4, 0x90, 0x80, 0x80]],
])('hostile 23–26: %s is not plain UTF-8', (_name, bytes) => {
  expect(codeOf(() => textFrom(new Uint8Array(bytes)))).toBe(malformed);
});

test.each<[string, string]>([
  ['17 a repeated key', '{"amount":"1","amount":"1000"}'],
  ['17 a repeated key in another spelling', '{"a":1,"\\u0061":2}'],
  ['17 a repeated key further in', '[{"x":{"a":1,"b":[],"a":2}}]'],
  ['18 __proto__', '{"__proto__":{"isAdmin":true}}'],
  ['18 __proto__ in another spelling', '{"__pr\\u006fto__":1}'],
  ['18 constructor', '{"a":{"constructor":1}}'],
  ['18 toString', '{"toString":1}'],
  ['19 thirteen levels', '['.repeat(13) + ']'.repeat(13)],
  ['19 ten thousand levels', '['.repeat(8_000) + ']'.repeat(8_000)],
  ['20 a long list', `[${'1,'.repeat(jsonLimits.characters / 2)}1]`],
  ['23 a lone surrogate', '"\ud800"'],
  ['23 an escaped lone surrogate', '{"a":"\\ud800"}'],
  ['23 an escaped lone surrogate as a key', '{"\\udc00":1}'],
  ['24 a NUL', '"\0"'],
  ['an empty text', ''],
  ['two values', '1 2'],
  ['a comment', '{}//'],
  ['an open string of escapes', '\\"'.repeat(jsonLimits.characters / 2)],
])('hostile %s is refused', (_name, text) => {
  expect(codeOf(() => parseJson(text))).toBe(malformed);
});

test.each<[string, unknown]>([
  ['{"a":"{\\"b\\":1,\\"b\\":2}"}', { a: '{"b":1,"b":2}' }],
  ['{"a":["x","x"],"b":{"a":1}}', { a: ['x', 'x'], b: { a: 1 } }],
  ['{"a":"constructor"}', { a: 'constructor' }],
  ['"\\ud83d\\ude02"', '😂'],
  [' [ ] ', []],
  ['['.repeat(12) + ']'.repeat(12), [[[[[[[[[[[[]]]]]]]]]]]]],
])('%s is read as it is meant', (text, value) => expect(parseJson(text)).toEqual(value));

test('hostile 17: what the platform takes for another key is never read as one', () => {
  // After this, Node 24 reads the text below as `{ a: 1, '\\\\': 2 }` (nodejs/node#63785).
  JSON.parse('{"a":1,"\\\\":2}');
  const read = (text: string) => {
    try {
      return JSON.stringify(parseJson(text));
    } catch {
      return undefined;
    }
  };
  expect([undefined, '{"a":1,"b":2}']).toContain(read('{"a":1,"\\u0062":2}'));
  expect(read('{"a":1,"\\u0061":2}')).toBeUndefined();
});

test('a key that stands twice is refused, wherever it stands and whatever stands around it', () => {
  const key = fc.stringMatching(/^[a-z]{1,5}$/);
  const { tree } = fc.letrec((tie) => ({
    tree: fc.oneof(
      { depthSize: 'small', withCrossShrink: true },
      fc.string({ unit: 'binary' }),
      fc.integer(),
      fc.array(tie('tree'), { maxLength: 3 }),
      fc.dictionary(key, tie('tree'), { maxKeys: 3 }),
    ),
  }));
  fc.assert(
    fc.property(tree, tree, tree, (one, two, three) => {
      const [a, b, c] = [one, two, three].map((value) => JSON.stringify(value));
      const whole = (name: string) => `{"x":${a},"y":[{"k":${b},"${name}":${c}}]}`;
      expect(parseJson(whole('l'))).toEqual({ x: one, y: [{ k: two, l: three }] });
      expect(codeOf(() => parseJson(whole('k')))).toBe(malformed);
    }),
    { seed },
  );
});

test('text that is no JSON is never walked token by token', () => {
  // Each quote of this text could start a string that runs to the end: walked, the work would grow with the square.
  const text = '\\"'.repeat(jsonLimits.characters / 2);
  const walked: string[] = [];
  const watched = Object.assign(Object(text), {
    matchAll: () => walked.push('walked'),
  }) as unknown as string;
  expect(codeOf(() => parseJson(watched))).toBe(malformed);
  expect(walked).toEqual([]);
});

vectors.test(
  'JSONTestSuite: y_ parses, but for a repeated key; n_ is refused; i_ is either',
  () => {
    const names = vectors.namesIn('json').filter((name) => name.endsWith('.json'));
    expect(names.length).toBeGreaterThan(300);
    for (const name of names) {
      const code = codeOf(() => parseJson(textFrom(vectors.bytesOf(`json/${name}`))));
      const mustParse = name.startsWith('y_') && !name.startsWith('y_object_duplicated_key');
      const mayDoEither = name.startsWith('i_');
      if (mustParse) expect(code, name).toBeUndefined();
      else if (mayDoEither) expect([undefined, malformed], name).toContain(code);
      else expect(code, name).toBe(malformed);
    }
  },
);

vectors.test('JCS: every published input becomes its published output', () => {
  for (const name of vectors.namesIn('jcs/input')) {
    const input: unknown = JSON.parse(vectors.textOf(`jcs/input/${name}`));
    expect(canonicalJson(input), name).toBe(vectors.textOf(`jcs/output/${name}`));
  }
});

test('canonical JSON is JSON of the same value, and of one spelling', () => {
  fc.assert(
    fc.property(fc.jsonValue({ maxDepth: 4 }), (value) => {
      const text = canonicalJson(value);
      expect(canonicalJson(JSON.parse(text))).toBe(text);
      expect(JSON.parse(text)).toEqual(JSON.parse(JSON.stringify(value)));
    }),
    { seed },
  );
});

test('members without a value are left out, and the order they were written in does not count', () => {
  expect(canonicalJson({ b: 1, a: undefined, A: { d: 1, c: 2 } })).toBe(
    '{"A":{"c":2,"d":1},"b":1}',
  );
});

test.each([1n, undefined, Number.NaN, Infinity, '\ud800', () => 1])(
  'the programmer who canonicalises %s is told so',
  (value) => expect(() => canonicalJson(value)).toThrow(TypeError),
);

test.each([
  { amount: '2', currency: 'usd', recipient: 'https://wallet.example/~news' },
  { title: 'naïve – 🎈' },
  'é',
  'x'.repeat(16_000),
])('what was encoded is decoded: %j', (value) =>
  expect(decodeJson(encodeJson(value), malformed)).toEqual(value),
);

test.each<[string, number[]]>([
  ['a stray byte', [0x22, 0xff, 0x22]],
  ['a byte order mark', [0xef, 0xbb, 0xbf, 0x22, 0x22]],
])('hostile 23: encoded text with %s is refused', (_name, bytes) =>
  expect(codeOf(() => decodeJson(base64url(Uint8Array.from(bytes)), malformed))).toBe(malformed),
);

test('a long text is base64url like a short one', () => {
  const bytes = Uint8Array.from({ length: 30_000 }, (_, i) => (i * 7) % 256);
  expect(base64url(bytes)).toBe(Buffer.from(bytes).toString('base64url'));
});

test.each([
  ['', '', true],
  ['a', 'a', true],
  ['a', 'b', false],
  ['a', '', false],
  ['', 'a', false],
  ['aa', 'a', false],
  ['a', 'aa', false],
])('%j and %j compare as %s', (a, b, same) => expect(equalInConstantTime(a, b)).toBe(same));

test('UTF-8 is written as the platform writes it', () => {
  expect([...utf8('é€😂')]).toEqual([...Buffer.from('é€😂')]);
});

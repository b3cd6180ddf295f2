/** The challenge: written, found again among foreign schemes, bound to its merchant, dated. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  assertOwnChallenge,
  bindChallenge,
  challengeKey,
  challengesFrom,
  digestOf,
  encodeOpaque,
  formatChallenge,
  mac,
  opaqueFrom,
  secondsFrom,
  timeFrom,
  type Challenge,
} from '../../src/protocol/challenge.ts';
import { plainParameters } from '../../src/protocol/payment-header.ts';
import { encodeJson, utf8 } from '../../src/protocol/encoding.ts';
import { codeOf } from './support.ts';

const seed = 20_261_123;
const secret = 'a secret of a merchant, 32 bytes or more';
const unbound = {
  realm: 'news.example',
  method: 'micropay',
  intent: 'charge',
  request: encodeJson({ amount: '2' }),
  expires: '2026-11-23T12:00:00Z',
  opaque: encodeOpaque({ scope: 'GET /article/42', nonce: 'n' }),
  digest: 'sha-256=:AAAA:',
};
const slots = ['realm', 'method', 'intent', 'request', 'expires', 'digest', 'opaque'] as const;
const plain: Challenge = { id: 'i', realm: 'r', method: 'm', intent: 'charge', request: 'e30' };

describe('the header', () => {
  test('a challenge comes back as it went, among foreign schemes', () => {
    const printable = fc.string({
      unit: fc.integer({ min: 0x20, max: 0x7e }).map((point) => String.fromCharCode(point)),
      minLength: 1,
      maxLength: 30,
    });
    const challenge = fc.record(
      {
        id: printable,
        realm: printable,
        method: printable,
        intent: printable,
        request: printable,
        expires: printable,
        description: printable,
        opaque: printable,
        digest: printable,
        header: printable,
      },
      { requiredKeys: ['id', 'realm', 'method', 'intent', 'request'] },
    );
    const foreign = fc.constantFrom(
      'Basic realm="Payment id=\\"x\\", method=y"',
      'Negotiate a87421000492aa874209af8bc028',
      'Negotiate',
      'Bearer realm=x, error="invalid_token"',
      'DPoP algs="ES256 EdDSA"',
    );
    fc.assert(
      fc.property(
        fc.array(foreign, { maxLength: 2 }),
        challenge,
        challenge,
        foreign,
        (before, a, b, after) => {
          const header = [...before, formatChallenge(a), after, formatChallenge(b)].join(', ');
          expect(challengesFrom(header)).toEqual([a, b]);
        },
      ),
      { seed, numRuns: 300 },
    );
  });

  test.each<[string, string]>([
    [
      '32 names in mixed case',
      'pAyMeNt ID="i", Realm="r", METHOD="m", iNtent="charge", request="e30"',
    ],
    [
      '33 a value with the scheme’s name',
      'Basic realm="Payment, Payment id=1", Payment id="i", realm="r", method="m", intent="charge", request="e30"',
    ],
    [
      '34 unknown parameters',
      'Payment x="1", id="i", realm="r", method="m", intent="charge", request="e30", __proto__="2"',
    ],
    ['plain tokens for values', 'Payment id=i, realm=r,method=m ,intent = charge, request=e30'],
    [
      'escaped characters',
      'Payment id="\\i", realm="r", method="m", intent="charge", request="e30"',
    ],
    [
      'empty elements',
      ', ,Payment id="i",, realm="r", method="m", intent="charge", request="e30",',
    ],
    [
      'a bare scheme behind it',
      'Payment id="i", realm="r", method="m", intent="charge", request="e30", Negotiate',
    ],
  ])('hostile %s: the challenge is found', (_name, header) => {
    expect(challengesFrom(header)).toEqual([plain]);
  });

  test.each(['', 'Basic realm="x"', 'Payments id="i"', 'Payment', 'Payment id="i", realm="r"'])(
    '%j holds no challenge of ours',
    (header) => expect(challengesFrom(header)).toEqual([]),
  );

  test.each([
    '=',
    '"Payment"',
    'id="i", Payment',
    'Payment id="a", ID="b"',
    'Payment id="open',
    'Payment id="a"x',
    'Payment id=é',
  ])('no grammar allows %j', (header) =>
    expect(codeOf(() => challengesFrom(header))).toBe('malformed-credential'),
  );

  test('what our own paywall writes is read without the grammar, to the same effect', () => {
    const full = { ...unbound, id: 'i', description: 'An article' };
    for (const challenge of [plain, { ...unbound, id: 'i' }, full]) {
      const header = formatChallenge(challenge);
      expect(plainParameters(header)).toEqual(challenge);
      expect(challengesFrom(header)).toEqual([challenge]);
    }
  });

  test('what is read without the grammar the grammar reads alike', () => {
    const words = [
      'Payment',
      ' ',
      ', ',
      ',',
      '="',
      '"',
      '\\',
      'id',
      'Id',
      'realm',
      'x',
      'method',
      'é',
    ];
    const part = fc.oneof(
      fc.constantFrom(...words),
      fc.constantFrom('id="i", ', 'realm="r", ', 'method="m", ', 'intent="c", ', 'request="e30"'),
    );
    fc.assert(
      fc.property(fc.array(part, { maxLength: 12 }), (parts) => {
        for (const header of [parts.join(''), `Payment ${parts.join('')}`]) {
          const read = plainParameters(header);
          if (read && 'request' in read && Object.values(read).slice(0, 5).every(Boolean))
            expect(challengesFrom(header)).toEqual([read]);
        }
      }),
      { seed, numRuns: 2_000 },
    );
  });

  test.each([
    ['a challenge in a string of another scheme', `Basic realm="x, ${formatChallenge(plain)}"`],
    ['another scheme behind it', `${formatChallenge(plain)}, Negotiate`],
    ['an escaped word', formatChallenge({ ...plain, description: 'a "b"' })],
    ['a parameter twice', `${formatChallenge(plain)}, request="e31"`],
    ['another order', 'Payment realm="r", id="i", method="m", intent="charge", request="e30"'],
    ['a parameter we do not know', `${formatChallenge(plain)}, x="1"`],
    ['the name of its header', formatChallenge({ ...plain, header: 'Payment-Authorization' })],
    ['more than is bounded', formatChallenge({ ...plain, request: 'x'.repeat(8_193) })],
  ])('%s is left to the grammar', (_name, header) =>
    expect(plainParameters(header)).toBeUndefined(),
  );

  test.each([
    ['a session', formatChallenge({ ...plain, intent: 'session' })],
    ['another scheme', 'Negotiate'],
  ])('of a header that begins with %s the last challenge is read', (_name, first) =>
    expect(plainParameters(`${first}, ${formatChallenge(plain)}`)).toMatchObject(plain),
  );

  test('a header beyond 16 kB is not read, and of many challenges eight are', () => {
    expect(codeOf(() => challengesFrom('x'.repeat(16_385)))).toBe('header-too-large');
    expect(challengesFrom(Array(9).fill(formatChallenge(plain)).join(', '))).toHaveLength(8);
  });

  test('hostile 27–31: what is written is printable ASCII on one line', () => {
    const description = 'a\u202Eb\u200Bc😂\r\nSet-Cookie: x=1\0"\\';
    const header = formatChallenge({ ...plain, description });
    expect(header).toMatch(/^[\x20-\x7e]+$/);
    expect(challengesFrom(header)[0]?.description).toBe('abcSet-Cookie: x=1"\\');
  });
});

describe('the id', () => {
  test('a merchant knows its own challenge, and keeps nothing', async () => {
    const key = await challengeKey(secret);
    const challenge = await bindChallenge(unbound, key);
    await expect(assertOwnChallenge(challenge, key)).resolves.toBeUndefined();
    expect(challenge.id).toBe((await bindChallenge(unbound, key)).id);
  });

  test.each(Object.keys(unbound))('hostile 42: %s edited or left out is noticed', async (slot) => {
    const key = await challengeKey(secret);
    const challenge = await bindChallenge(unbound, key);
    for (const edited of [
      { ...challenge, [slot]: 'edited' },
      { ...challenge, [slot]: undefined },
    ])
      await expect(assertOwnChallenge(edited as Challenge, key)).rejects.toMatchObject({
        code: 'invalid-challenge',
      });
  });

  test('the header that answers a challenge is bound where it names one, as an eighth slot', async () => {
    const key = await challengeKey(secret);
    const header = 'Payment-Authorization';
    const plainId = await bindChallenge(unbound, key);
    const named = await bindChallenge({ ...unbound, header }, key);
    await expect(assertOwnChallenge(named, key)).resolves.toBeUndefined();
    const values = [...slots.map((slot) => unbound[slot]), header];
    expect(named.id).toBe(await mac(key, values.join('|')));
    for (const edited of [
      { ...plainId, header },
      { ...unbound, id: named.id },
    ])
      await expect(assertOwnChallenge(edited, key)).rejects.toMatchObject({
        code: 'invalid-challenge',
      });
  });

  test('hostile 37–40: another id, or another merchant’s secret, is refused', async () => {
    const challenge = await bindChallenge(unbound, await challengeKey(secret));
    const other = await challengeKey(`${secret}!`);
    const refused = { code: 'invalid-challenge' };
    await expect(assertOwnChallenge(challenge, other)).rejects.toMatchObject(refused);
    for (const id of ['', 'x', `${challenge.id}A`])
      await expect(
        assertOwnChallenge({ ...challenge, id }, await challengeKey(secret)),
      ).rejects.toMatchObject(refused);
  });

  test.each(['a|b', 'a\nb', 'a\0b', 'ü'])('a realm %j can not be bound', async (realm) => {
    const key = await challengeKey(secret);
    await expect(bindChallenge({ ...unbound, realm }, key)).rejects.toMatchObject({
      code: 'invalid-challenge',
    });
  });
});

test('opaque carries the scope, and nothing a reader must know by heart', () => {
  expect(opaqueFrom(encodeOpaque({ scope: 'GET /a', nonce: 'n' }))).toEqual({
    scope: 'GET /a',
    nonce: 'n',
  });
  for (const text of [
    undefined,
    '',
    'e30',
    encodeJson({ scope: '' }),
    encodeJson({ scope: 'a\nb' }),
    encodeJson([]),
  ])
    expect(codeOf(() => opaqueFrom(text))).toBe('invalid-challenge');
});

describe('time', () => {
  test.each([
    ['2026-11-23T00:00:00Z', 1_795_392_000],
    ['2026-11-23T00:00:00.999Z', 1_795_392_000],
    ['2026-11-23T00:00:00+01:00', 1_795_388_400],
    ['2024-02-29T00:00:00Z', 1_709_164_800],
  ])('%s is %i', (time, at) => expect(secondsFrom(time)).toBe(at));

  test.each<[number, string]>([
    [47, '2026-02-30T00:00:00Z'],
    [47, '2025-02-29T00:00:00Z'],
    [48, '2026-11-23T00:00:00'],
    [49, '2026-11-23T23:59:60Z'],
    [50, '+275760-09-13T00:00:00Z'],
    [50, '275760-09-13T00:00:00Z'],
    [48, '2026-11-23'],
    [48, '2026-11-23T24:00:00Z'],
    [48, '2026-13-01T00:00:00Z'],
    [48, '2026-11-23T00:00:00+24:00'],
    [48, '2026-11-23T00:00:00+00:60'],
    [48, ' 2026-11-23T00:00:00Z'],
    [48, '1795392000'],
    [48, ''],
  ])('hostile %i: %j is no time', (_row, time) => {
    expect(codeOf(() => secondsFrom(time))).toBe('malformed-request');
  });

  test('a time is written as it is read', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 253_402_300_799 }), (at) => {
        expect(secondsFrom(timeFrom(at))).toBe(at);
      }),
      { seed },
    );
  });
});

test('a digest is that of RFC 9530', async () => {
  expect(await digestOf(utf8('{"hello": "world"}\n'))).toBe(
    'sha-256=:RK/0qy18MlBSVnWgjwz6lZEWjP/lF5HF9bvEF8FabDg=:',
  );
});

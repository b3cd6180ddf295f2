/** Compact JWS: one algorithm, one type, nothing critical; by RFC 8037, Wycheproof and a table of bent headers. */
import * as v from 'valibot';
import { expect, test } from 'vitest';
import { challengeKey, mac } from '../../src/protocol/challenge.ts';
import { strictVerify } from '../../src/protocol/ed25519.ts';
import { base64url, bytesFrom, equalInConstantTime, utf8 } from '../../src/protocol/encoding.ts';
import { maxJwsLength, parseJws, signJws, verifyJws, type Jws } from '../../src/protocol/jws.ts';
import {
  jwkSchema,
  nativeVerify,
  publicKeyBytes,
  thumbprint,
  type Jwk,
} from '../../src/protocol/keys.ts';
import { codeOf, newSigner } from './support.ts';
import * as vectors from './vectors.ts';

const code = 'verification-failed';

/** RFC 8037, appendix A. */
const rfc8037: { jwk: Jwk; thumbprint: string; jws: string } = {
  jwk: { kty: 'OKP', crv: 'Ed25519', x: '11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo' },
  thumbprint: 'kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k',
  jws:
    'eyJhbGciOiJFZERTQSJ9.RXhhbXBsZSBvZiBFZDI1NTE5IHNpZ25pbmc.' +
    'hgyY0il_MGCjP0JzlnLWG1PPOt7-09PGcvMg3AIbQR6dWbhijcNR4ki4iylGjg5BhVsPt9g7sVvpAr_MuM0KAg',
};

test('the signature of RFC 8037 A.4 is good', async () => {
  const [header, payload, signature = ''] = rfc8037.jws.split('.');
  for (const verify of [strictVerify, nativeVerify])
    expect(
      await verify(publicKeyBytes(rfc8037.jwk), bytesFrom(signature), utf8(`${header}.${payload}`)),
    ).toBe(true);
});

test('an object without a type, as that of RFC 8037 A.4, is none of ours', () => {
  expect(codeOf(() => parseJws(rfc8037.jws, 'micropay-receipt+jwt', code))).toBe(code);
});

test('the thumbprint is that of RFC 8037 A.3', async () => {
  expect(await thumbprint(rfc8037.jwk)).toBe(rfc8037.thumbprint);
});

vectors.test('all 401 signed objects of Wycheproof are refused: none is Ed25519', () => {
  const schema = v.object({ testGroups: v.array(v.object({ tests: v.array(jwsTest) })) });
  const tests = v
    .parse(schema, JSON.parse(vectors.textOf('wycheproof/json_web_signature_test.json')))
    .testGroups.flatMap((group) => group.tests);
  expect(tests).toHaveLength(401);
  for (const { jws, tcId } of tests)
    expect(
      codeOf(() => parseJws(jws, 'micropay-receipt+jwt', code)),
      String(tcId),
    ).toBe(code);
});
const jwsTest = v.object({ tcId: v.number(), jws: v.string() });

vectors.test('no key of Wycheproof’s key sets is taken for an Ed25519 key', () => {
  const set = v.object({ keys: v.array(v.unknown()) });
  const schema = v.object({
    testGroups: v.array(v.object({ public: v.optional(set), private: v.optional(set) })),
  });
  const keys = v
    .parse(schema, JSON.parse(vectors.textOf('wycheproof/json_web_key_test.json')))
    .testGroups.flatMap((group) => [group.public, group.private].flatMap((one) => one?.keys ?? []));
  expect(keys.length).toBeGreaterThan(20);
  for (const key of keys) expect(v.is(jwkSchema, key)).toBe(false);
});

vectors.test('MACs are those of Wycheproof, wherever its message is text', async () => {
  const group = v.object({ tagSize: v.number(), tests: v.array(macTest) });
  const { testGroups } = v.parse(
    v.object({ testGroups: v.array(group) }),
    JSON.parse(vectors.textOf('wycheproof/hmac_sha256_test.json')),
  );
  let compared = 0;
  for (const { key, msg, tag, result } of testGroups
    .filter(({ tagSize }) => tagSize === 256)
    .flatMap(({ tests }) => tests)) {
    const text = Buffer.from(msg, 'hex').toString('utf8');
    if (Buffer.from(text).toString('hex') !== msg) continue;
    const hmac = { name: 'HMAC', hash: 'SHA-256' };
    const secret = await crypto.subtle.importKey('raw', vectors.fromHex(key), hmac, false, [
      'sign',
    ]);
    const same = equalInConstantTime(await mac(secret, text), base64url(vectors.fromHex(tag)));
    expect(same).toBe(result === 'valid');
    compared++;
  }
  expect(compared).toBeGreaterThan(40);
});
const macTest = v.object({
  key: v.string(),
  msg: v.string(),
  tag: v.string(),
  result: v.picklist(['valid', 'invalid']),
});

test('a MAC is that of RFC 4231, case 2, in base64url', async () => {
  const tag = vectors.fromHex('5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843');
  expect(await mac(await challengeKey('Jefe'), 'what do ya want for nothing?')).toBe(
    base64url(tag),
  );
});

const claims = { iss: 'https://wallet.example', n: 1 };
const typ = 'micropay-receipt+jwt';

test('what was signed is read as it was, under the name of its key', async () => {
  const signer = await newSigner();
  const jws = parseJws(await signJws(typ, claims, signer), typ, code);
  expect(jws).toMatchObject({ typ, kid: signer.kid, claims });
  for (const verify of [strictVerify, nativeVerify])
    await expect(verifyJws(jws, signer.jwk, verify, code)).resolves.toBeUndefined();
});

// Red without: src/protocol/jws.ts: assertType(decoded, typ, code);
test('T13 an object of one type is never read as another', async () => {
  const intent = await signJws('micropay-intent+jwt', claims, await newSigner());
  expect(codeOf(() => parseJws(intent, typ, code))).toBe(code);
});

// Red without: src/protocol/jws.ts: if (before?.typ === typ) return before.kid; → if (before) return before.kid;
test('T13 an object whose header was read before is of no other type for that', async () => {
  const intent = await signJws('micropay-intent+jwt', claims, await newSigner());
  for (let i = 0; i < 2; i++) parseJws(intent, 'micropay-intent+jwt', code);
  expect(codeOf(() => parseJws(intent, typ, code))).toBe(code);
});

test('another key’s signature is refused', async () => {
  const jws = parseJws(await signJws(typ, claims, await newSigner()), typ, code);
  const { jwk } = await newSigner();
  await expect(verifyJws(jws, jwk, strictVerify, code)).rejects.toMatchObject({ code });
});

const part = (value: unknown): string => base64url(utf8(JSON.stringify(value)));
const good = { alg: 'EdDSA', typ, kid: 'a-key' };
const zeros = base64url(new Uint8Array(64));
const compact = (header: unknown, signature = zeros): string =>
  `${part(header)}.${part(claims)}.${signature}`;

test.each([good, { ...good, alg: 'Ed25519' }, { ...good, jku: 'https://evil.example', x: 1 }])(
  'a header %j is read, whatever else stands in it',
  (header) => expect(parseJws(compact(header), typ, code).kid).toBe('a-key'),
);

test.each<[string, unknown]>([
  ['no algorithm', compact({ ...good, alg: undefined })],
  ['alg none', compact({ ...good, alg: 'none' })],
  ['another algorithm', compact({ ...good, alg: 'HS256' })],
  ['an algorithm in other letters', compact({ ...good, alg: 'eddsa' })],
  ['Ed448', compact({ ...good, alg: 'Ed448' })],
  ['no type', compact({ ...good, typ: undefined })],
  ['a type in other letters', compact({ ...good, typ: typ.toUpperCase() })],
  ['a longer type', compact({ ...good, typ: `application/${typ}` })],
  ['a list of types', compact({ ...good, typ: [typ] })],
  ['no key name', compact({ ...good, kid: undefined })],
  ['an empty key name', compact({ ...good, kid: '' })],
  ['a critical extension', compact({ ...good, crit: ['b64'], b64: false })],
  ['an empty list of critical extensions', compact({ ...good, crit: [] })],
  ['null as critical extensions', compact({ ...good, crit: null })],
  ['a header that is a list', compact([good])],
  ['a header that is null', compact(null)],
  ['a header that is no JSON', `${base64url(utf8('{'))}.${part(claims)}.${zeros}`],
  [
    'a key twice in the header',
    `${base64url(utf8(`{"alg":"none",${JSON.stringify(good).slice(1)}`))}.${part(claims)}.${zeros}`,
  ],
  ['a signature of 63 bytes', compact(good, base64url(new Uint8Array(63)))],
  ['a signature of 65 bytes', compact(good, base64url(new Uint8Array(65)))],
  ['a signature with padding', compact(good, `${zeros}==`)],
  ['no signature', compact(good, '')],
  ['two parts', `${part(good)}.${part(claims)}`],
  ['four parts', `${compact(good)}.${zeros}`],
  [
    'the JSON serialization',
    JSON.stringify({ protected: part(good), payload: part(claims), signature: zeros }),
  ],
  ['too many characters', compact({ ...good, x: 'x'.repeat(maxJwsLength) })],
  ['nothing', undefined],
  ['a number', 7],
])('a JWS with %s is refused', (_name, text) => {
  expect(codeOf((): Jws => parseJws(text, typ, code))).toBe(code);
});

test.each([
  ['tail bits', `${zeros.slice(0, -1)}B`],
  ['a letter that is none', `${zeros.slice(0, -1)}*`],
])('a signature with %s is refused by whoever checks it, without a check', async (_name, text) => {
  const jws = parseJws(compact(good, text), typ, code);
  const always = () => Promise.resolve(true);
  const jwk = { kty: 'OKP', crv: 'Ed25519', x: zeros.slice(0, 43) } as const;
  await expect(verifyJws(jws, jwk, always, code)).rejects.toMatchObject({ code });
});

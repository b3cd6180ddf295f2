/** Ed25519 by public vectors: what is good, what is refused, and that a merchant accepts nothing a wallet would not redeem. */
import * as v from 'valibot';
import { describe, expect, test } from 'vitest';
import { isStrongKey, strictVerify } from '../../src/protocol/ed25519.ts';
import { nativeVerify } from '../../src/protocol/keys.ts';
import * as vectors from './vectors.ts';

const bytes = v.pipe(v.string(), v.transform(vectors.fromHex));

interface Vector {
  name: string;
  key: Uint8Array<ArrayBuffer>;
  signature: Uint8Array<ArrayBuffer>;
  message: Uint8Array<ArrayBuffer>;
}

const merchantAccepts = async ({ key, signature, message }: Vector): Promise<boolean> =>
  isStrongKey(key) && (await nativeVerify(key, signature, message));

const walletAccepts = async ({ key, signature, message }: Vector): Promise<boolean> =>
  isStrongKey(key) && (await strictVerify(key, signature, message));

/** Names of the vectors that a merchant would accept and a wallet would not redeem. */
async function unredeemable(all: readonly Vector[]): Promise<string[]> {
  const names: string[] = [];
  for (const vector of all)
    if ((await merchantAccepts(vector)) && !(await walletAccepts(vector))) names.push(vector.name);
  return names;
}

const wycheproofSchema = v.object({
  testGroups: v.array(
    v.object({
      publicKey: v.object({ pk: bytes }),
      tests: v.array(
        v.object({
          tcId: v.number(),
          comment: v.string(),
          msg: bytes,
          sig: bytes,
          result: v.picklist(['valid', 'invalid']),
        }),
      ),
    }),
  ),
});

const wycheproof = (): (Vector & { valid: boolean })[] =>
  v
    .parse(wycheproofSchema, JSON.parse(vectors.textOf('wycheproof/ed25519_test.json')))
    .testGroups.flatMap(({ publicKey, tests }) =>
      tests.map(({ tcId, comment, msg, sig, result }) => ({
        name: `${tcId} ${comment}`,
        key: publicKey.pk,
        signature: sig,
        message: msg,
        valid: result === 'valid',
      })),
    );

const zip215 = (): Vector[] =>
  v
    .parse(
      v.array(v.object({ vk_bytes: bytes, sig_bytes: bytes })),
      JSON.parse(vectors.textOf('ed25519/zip215.json')),
    )
    .map(({ vk_bytes, sig_bytes }, at) => ({
      name: `zip215 ${at}`,
      key: vk_bytes,
      signature: sig_bytes,
      message: new Uint8Array(Buffer.from('Zcash')),
    }));

const edgeCases = (): Vector[] =>
  v
    .parse(
      v.array(v.object({ message: bytes, pub_key: bytes, signature: bytes })),
      JSON.parse(vectors.textOf('ed25519/edge-cases.json')),
    )
    .map(({ message, pub_key, signature }, at) => ({
      name: `edge ${at}`,
      key: pub_key,
      signature,
      message,
    }));

const rfc8032 = (): Vector[] =>
  v
    .parse(
      v.array(v.object({ pub: bytes, msg: bytes, sig: bytes })),
      JSON.parse(vectors.textOf('ed25519/rfc8032-ed25519.json')),
    )
    .map(({ pub, msg, sig }, at) => ({
      name: `rfc8032 ${at}`,
      key: pub,
      signature: sig,
      message: msg,
    }));

describe('public vectors', () => {
  vectors.test(
    'all 151 of Wycheproof come out as published, at the wallet and at a merchant',
    async () => {
      const all = wycheproof();
      expect(all).toHaveLength(151);
      for (const vector of all) {
        expect(await walletAccepts(vector), vector.name).toBe(vector.valid);
        expect(await merchantAccepts(vector), vector.name).toBe(vector.valid);
      }
    },
  );

  // Red without: src/protocol/ed25519.ts: zip215: false,
  // Red without: src/protocol/ed25519.ts: if (point.isSmallOrder()) return false;
  vectors.test('T23 0 of the 196 signatures good only by ZIP 215 are accepted', async () => {
    const all = zip215();
    expect(all).toHaveLength(196);
    for (const vector of all) {
      expect(isStrongKey(vector.key), vector.name).toBe(false);
      expect(await strictVerify(vector.key, vector.signature, vector.message)).toBe(false);
    }
  });

  vectors.test('every signature of RFC 8032 is good, and bad with one bit turned', async () => {
    for (const vector of rfc8032()) {
      expect(await walletAccepts(vector), vector.name).toBe(true);
      expect(await merchantAccepts(vector), vector.name).toBe(true);
      const turned = {
        ...vector,
        signature: vector.signature.map((byte, at) => byte ^ +(at === 7)),
      };
      expect(await walletAccepts(turned), vector.name).toBe(false);
      expect(await merchantAccepts(turned), vector.name).toBe(false);
    }
  });

  vectors.test(
    'none of the twelve known edge cases is accepted by a wallet or a merchant',
    async () => {
      const all = edgeCases();
      expect(all).toHaveLength(12);
      for (const vector of all) {
        expect(await walletAccepts(vector), vector.name).toBe(false);
        expect(await merchantAccepts(vector), vector.name).toBe(false);
      }
    },
  );

  vectors.test('what a merchant accepts, the wallet redeems, over all public vectors', async () => {
    expect(
      await unredeemable([...wycheproof(), ...zip215(), ...edgeCases(), ...rfc8032()]),
    ).toEqual([]);
  });

  vectors.test('every eighth of the 1,024 classic signatures is good', async () => {
    const lines = vectors.textOf('ed25519/vectors.txt').trim().split('\n');
    expect(lines).toHaveLength(1_024);
    for (const line of lines.filter((_, at) => at % 8 === 0)) {
      const [, key = '', message = '', signed = ''] = line.split(':');
      const vector = {
        name: key,
        key: vectors.fromHex(key),
        message: vectors.fromHex(message),
        signature: vectors.fromHex(signed).slice(0, 64),
      };
      expect(await walletAccepts(vector), key).toBe(true);
      expect(await merchantAccepts(vector), key).toBe(true);
    }
  });
});

test.each([
  ['of 63 bytes', 63, 32],
  ['of 65 bytes', 65, 32],
  ['of no bytes', 0, 32],
  ['under a key of 31 bytes', 64, 31],
  ['under a key of 33 bytes', 64, 33],
])('a signature %s is refused, not thrown about', async (_name, signatureLength, keyLength) => {
  const [key, signature] = [new Uint8Array(keyLength), new Uint8Array(signatureLength)];
  expect(await strictVerify(key, signature, key)).toBe(false);
  expect(await nativeVerify(key, signature, key)).toBe(false);
  expect(isStrongKey(new Uint8Array(keyLength))).toBe(false);
});

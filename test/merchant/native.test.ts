/** Node's own crypto and WebCrypto do the same, so that a paywall on an edge runtime and one on Node share secrets, keys and stores. */
import { expect, test } from 'vitest';
import { mac } from '../../src/protocol/challenge.ts';
import { nativeVerify } from '../../src/protocol/keys.ts';
import { hashOf, macKey, nativeSign, nativeVerifier } from '../../src/merchant/native.ts';
import { newPayeeKey } from '../../src/merchant/index.ts';

const texts = ['', 'a', 'naïve – 🎈', 'x'.repeat(10_000)];

test.each(texts)('a MAC and a hash are the same by both', async (text) => {
  const secret = 'a secret of some thirty-two characters, ü';
  const [byNode, byWeb] = [await macKey(secret), await macKey(secret, null)];
  expect(typeof byNode).toBe('function');
  expect(byWeb).toBeInstanceOf(CryptoKey);
  expect(await mac(byNode, text)).toBe(await mac(byWeb, text));
  expect(await hashOf(text)).toBe(await hashOf(text, null));
});

test('a signature is the same by both, and each takes the other’s', async () => {
  const { d, ...jwk } = await newPayeeKey();
  const key = { ...jwk, d };
  const message = new TextEncoder().encode('a tap');
  const byNode = await (await nativeSign(key))(message);
  const byWeb = await (await nativeSign(key, null))(message);
  expect(byNode).toEqual(byWeb);
  const publicKey = Uint8Array.from(atob(jwk.x.replaceAll('-', '+').replaceAll('_', '/')), (c) =>
    c.charCodeAt(0),
  );
  const verify = nativeVerifier(jwk);
  expect(await verify?.(publicKey, byWeb, message)).toBe(true);
  expect(await nativeVerify(publicKey, byNode, message)).toBe(true);
  expect(await verify?.(publicKey, byWeb.with(0, byWeb[0]! ^ 1), message)).toBe(false);
  expect(await verify?.(publicKey, byWeb.subarray(1), message)).toBe(false);
});

test('without Node there is no other verifier than WebCrypto’s', async () => {
  expect(nativeVerifier(await newPayeeKey(), null)).toBeUndefined();
});

test('a new payee key is private, whole, and another each time', async () => {
  const [one, two] = [await newPayeeKey(), await newPayeeKey()];
  expect(Object.keys(one)).toEqual(['kty', 'crv', 'x', 'd']);
  expect(one.x).not.toBe(two.x);
});

/** Node's own crypto and WebCrypto do the same, so that a paywall on an edge runtime and one on Node share secrets, keys and stores. */
import { expect, test } from 'vitest';
import { mac } from '../../src/protocol/challenge.ts';
import { nativeVerify } from '../../src/protocol/keys.ts';
import { parseJws, signJws } from '../../src/protocol/jws.ts';
import {
  checkable,
  hashOf,
  macKey,
  nativeSign,
  nativeVerifier,
} from '../../src/merchant/native.ts';
import { newPayeeKey } from '../../src/merchant/index.ts';
import { signerOf } from './support.ts';

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

test('what a check takes is the same by Node as by the web’s own functions, and what is no signature is refused', async () => {
  const text = await signJws('micropay-voucher+jwt', { sid: 'ses_1' }, await signerOf('payee'));
  const jws = parseJws(text, 'micropay-voucher+jwt', 'verification-failed');
  const [byNode, byWeb] = [checkable(jws), checkable(jws, null)];
  for (const part of ['message', 'signature'] as const)
    expect([...byNode[part]]).toEqual([...byWeb[part]]);
  for (const end of ['B', '*', ' ', '=', '+'])
    for (const native of [undefined, null]) {
      const bad = { ...jws, signature: jws.signature.slice(0, -1) + end };
      expect(() => checkable(bad, native)).toThrow('verification-failed');
    }
});

/** The session key where it lives: made by the browser, kept by it, and never to be carried away. */
import { beforeEach, describe, expect, test, vi } from 'vitest';
import { nativeVerify, publicKeyBytes, utf8 } from 'micro-pay/protocol';
import { contextFrom } from '../../src/client/context.ts';
import { createMicroPay } from '../../src/client/micro-pay.ts';
import { signerFor } from '../../src/client/session-key.ts';
import { indexedDbStorage } from '../../src/client/storage.ts';

const payee = 'https://wallet.test/~news';
const storage = () => indexedDbStorage();
/** A page's own way to its key: nothing but the browser's. */
const signer = (of = payee) =>
  signerFor(
    contextFrom(() => import('../../src/client/later/index.ts')),
    of,
  );

/** The next connection closes for it, as every client's does. */
beforeEach(
  () =>
    new Promise<void>((resolve, reject) => {
      const cleared = indexedDB.deleteDatabase('micro-pay');
      cleared.onsuccess = () => resolve();
      cleared.onerror = () => reject(cleared.error);
    }),
);

/** Everything reachable from a stored value, keys included. */
function everything(value: unknown): unknown[] {
  if (typeof value !== 'object' || value === null || value instanceof CryptoKey) return [value];
  return [value, ...Object.values(value).flatMap(everything)];
}

describe('the session key', () => {
  test('signs for its public half', async () => {
    const key = await signer();
    const message = utf8('two cents');
    const signature = new Uint8Array(await key.sign(message));
    expect(await nativeVerify(publicKeyBytes(key.jwk), signature, message)).toBe(true);
    expect(key.fallback).toBeUndefined();
  });

  test('is made again where the browser fails at one by bad luck, as WebKitGTK does one time in a hundred', async () => {
    const making = vi
      .spyOn(crypto.subtle, 'generateKey')
      .mockRejectedValueOnce(new DOMException('', 'OperationError'));
    const key = await signer();
    expect(making).toHaveBeenCalledTimes(2);
    making.mockRestore();
    expect(key.fallback).toBeUndefined();
    expect((await signer()).kid).toBe(key.kid);
  });

  test('lives in memory where the browser has no Ed25519: one for each payee of one page, lost with it', async () => {
    const making = vi
      .spyOn(crypto.subtle, 'generateKey')
      .mockRejectedValue(new DOMException('', 'NotSupportedError'));
    const context = contextFrom(() => import('../../src/client/later/index.ts'));
    const key = await signerFor(context, payee);
    expect(key.fallback).toBe(true);
    const message = utf8('two cents');
    const signature = new Uint8Array(await key.sign(message));
    expect(await nativeVerify(publicKeyBytes(key.jwk), signature, message)).toBe(true);
    expect((await signerFor({ ...context }, payee)).kid).toBe(key.kid);
    expect((await signerFor(context, `${payee}-too`)).kid).not.toBe(key.kid);
    expect((await signer()).kid).not.toBe(key.kid);
    making.mockRestore();
  });

  test('is one for each payee, over reloads and tabs', async () => {
    const [one, two] = await Promise.all([signer(), signer()]);
    expect(two.kid).toBe(one.kid);
    const other = await signer('https://wallet.test/~other');
    expect(other.kid).not.toBe(one.kid);
  });

  test.each(['pkcs8', 'jwk'] as const)(
    'T1 cannot be exported as %s by a script of the page',
    async (format) => {
      // Red without: src/client/session-key.ts: const pair = await crypto.subtle.generateKey('Ed25519', false, ['sign', 'verify']); → const pair = await crypto.subtle.generateKey('Ed25519', true, ['sign', 'verify']);
      await signer();
      const stored = everything(await storage().get(`account:${payee}`));
      const found = stored.filter((value) => value instanceof CryptoKey);
      expect(found.map(({ type }) => type)).toEqual(['private']);
      for (const key of found)
        await expect(crypto.subtle.exportKey(format, key)).rejects.toMatchObject({
          name: 'InvalidAccessError',
        });
    },
  );

  test('T1 leaves nothing in the stores of the page from which it could be made again', async () => {
    // Red without: src/client/session-key.ts: const pair = await crypto.subtle.generateKey('Ed25519', false, ['sign', 'verify']); → const pair = await crypto.subtle.generateKey('Ed25519', true, ['sign', 'verify']);
    const { jwk, kid } = await signer();
    const stored = (await storage().list('')).flatMap(everything);
    const texts = stored.filter((value) => typeof value === 'string');
    expect([...texts].sort()).toEqual([payee, kid, jwk.crv, jwk.kty, jwk.x].sort());
    const found = stored.filter((value) => value instanceof CryptoKey);
    expect(found.some(({ extractable }) => extractable)).toBe(false);
    expect(JSON.stringify(Object.entries(localStorage))).not.toContain(jwk.x);
  });
});

test('a forgotten key is another one next time', async () => {
  const before = await signer();
  await createMicroPay().disconnect(payee);
  expect((await signer()).kid).not.toBe(before.kid);
});

describe('the store of the page', () => {
  test('gives back what was put, by key and by prefix in key order', async () => {
    const kept = storage();
    const value = { price: 2n, when: new Map([['a', [1, 2]]]) };
    await kept.set('other:b', value);
    await kept.set('other:a', 'first');
    expect(await storage().get('other:b')).toEqual(value);
    expect(await kept.list('other:')).toEqual(['first', value]);
    expect(await kept.list('another:')).toEqual([]);
  });

  test('that the browser refuses is said with a code', async () => {
    vi.spyOn(indexedDB, 'open').mockImplementationOnce(() => {
      throw new DOMException('no', 'SecurityError');
    });
    const refusing = indexedDbStorage();
    await expect(refusing.get('x')).rejects.toMatchObject({
      code: 'storage-unavailable',
      moneyMoved: 'no',
    });
  });
});

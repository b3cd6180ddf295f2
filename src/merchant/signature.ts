/** Ed25519 checks at a merchant: the platform's where it has them, noble's strict ones elsewhere. Both only under sound keys. */
import { assertStrongKey, strictVerify } from '../protocol/ed25519.ts';
import { publicKeyBytes, type Jwk, type Verify } from '../protocol/keys.ts';
import { nativeVerifier } from './native.ts';

/**
 * Prepares a key once, for many checks. Under a sound key the platform accepts no signature that the wallet would refuse.
 * @throws Problem `verification-failed` for a small-order, torsioned or non-canonical key
 */
export async function verifierOf(jwk: Jwk): Promise<Verify> {
  assertStrongKey(jwk, 'verification-failed');
  const native = nativeVerifier(jwk);
  if (native) return native;
  const key = await nativeKey(jwk);
  if (!key) return strictVerify;
  return async (_publicKey, signature, message) =>
    signature.length === 64 && crypto.subtle.verify('Ed25519', key, signature, message);
}

async function nativeKey(jwk: Jwk): Promise<CryptoKey | undefined> {
  try {
    return await crypto.subtle.importKey('raw', publicKeyBytes(jwk), 'Ed25519', false, ['verify']);
  } catch {
    // No Ed25519 in this runtime's WebCrypto.
    return undefined;
  }
}

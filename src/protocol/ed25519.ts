/** Strict Ed25519 by noble: what the wallet redeems by, and which keys are refused everywhere. Loaded lazily in pages. */
import * as noble from '@noble/ed25519';
import { publicKeyBytes, type Jwk, type Verify } from './ed25519-key.ts';
import { Problem } from './problem-table.ts';

/** RFC 8032 with canonical encodings: noble's default (ZIP 215) also accepts small-order keys and non-canonical points. */
export const strictVerify: Verify = async (publicKey, signature, message) => {
  if (signature.length !== 64 || publicKey.length !== 32) return false;
  try {
    return await noble.verifyAsync(signature, message, publicKey, {
      zip215: false,
    });
  } catch {
    return false;
  }
};

/** Answers whether a public key is canonical, not of small order, and free of torsion. */
export function isStrongKey(publicKey: Uint8Array): boolean {
  try {
    const point = noble.Point.fromBytes(publicKey, false);
    if (point.isSmallOrder()) return false;
    return point.isTorsionFree();
  } catch {
    return false;
  }
}

/** @throws Problem with the given code for a key under which one signature could mean several messages */
export function assertStrongKey(
  jwk: Jwk,
  code: 'malformed-request' | 'verification-failed' = 'malformed-request',
): void {
  if (!isStrongKey(publicKeyBytes(jwk)))
    throw new Problem(code, { detail: 'The key is not a sound Ed25519 key.' });
}

// P1, P2, P4: the fastest check of an Ed25519 signature that Node has, by a key that was made once. It reads nothing of what was signed.
import { createPublicKey, verify } from 'node:crypto';

/** @param jwk the public key */
export function rawVerify(jwk) {
  const key = createPublicKey({ key: jwk, format: 'jwk' });
  return {
    /** @param text a compact JWS @returns its bytes, for `work` */
    bytesOf: (text) => {
      const [header, payload, signature] = text.split('.');
      return [Buffer.from(`${header}.${payload}`), Buffer.from(signature, 'base64url')];
    },
    work: ([message, signature]) => verify(null, message, key, signature),
  };
}

/** Ed25519 for browsers whose WebCrypto has none, by noble alone. Loaded only there; it shares nothing, so that nothing is cut out for it. */
import { getPublicKeyAsync, signAsync, verifyAsync } from '@noble/ed25519';
import type { Verify } from '../protocol/ed25519-key.ts';

export { getPublicKeyAsync as publicKey, signAsync as sign };

/** Strict RFC 8032: the default also accepts small-order public keys. */
export const verify: Verify = (publicKey, signature, message) =>
  verifyAsync(signature, message, publicKey, { zip215: false }).catch(() => false);

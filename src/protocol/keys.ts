/** Ed25519 keys as they are published: JWKs, read at the door. */
import * as v from 'valibot';

export { jwkFrom, nativeVerify, publicKeyBytes, thumbprint } from './ed25519-key.ts';
export type { Jwk, Signer, Verify } from './ed25519-key.ts';

export const jwkSchema = v.object({
  kty: v.literal('OKP'),
  crv: v.literal('Ed25519'),
  // 43 characters hold 258 bits: the last two are zero, so that a key has one spelling and one name.
  x: v.pipe(v.string(), v.regex(/^[A-Za-z0-9_-]{42}[AEIMQUYcgkosw048]$/)),
});

/** A wallet's or payee's published keys; foreign key types are skipped, not refused. */
export const jwksSchema = v.object({
  keys: v.pipe(
    v.array(v.looseObject({ kty: v.string(), kid: v.optional(v.string()) })),
    v.maxLength(32),
  ),
});

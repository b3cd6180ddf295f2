/** A session key for browsers whose WebCrypto has no Ed25519. Its bytes are in memory only and end with the tab; its caps are lower. */
import * as noble from '@noble/ed25519';
import { jwkFrom, thumbprint } from '../protocol/ed25519-key.ts';
import type { Context, SessionSigner } from './context.ts';

/** Finds the payee's key of this tab or makes it. */
export function fallbackSigner(
  { memoryKeys, random }: Pick<Context, 'memoryKeys' | 'random'>,
  payee: string,
): Promise<SessionSigner> {
  const signer = memoryKeys.get(payee) ?? madeSigner(random(32));
  memoryKeys.set(payee, signer);
  return signer;
}

async function madeSigner(secret: Uint8Array<ArrayBuffer>): Promise<SessionSigner> {
  const jwk = jwkFrom(await noble.getPublicKeyAsync(secret));
  return {
    kid: await thumbprint(jwk),
    jwk,
    sign: (message) => noble.signAsync(message, secret),
    fallback: true,
  };
}

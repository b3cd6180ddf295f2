/** Ed25519 for browsers whose WebCrypto has none, by noble alone. Loaded only there; it shares nothing, so that nothing is cut out for it. */
import { getPublicKeyAsync, signAsync, verifyAsync } from '@noble/ed25519';
import type { Signer, Verify } from '../protocol/ed25519-key.ts';
import type { Context, SessionSigner } from './context.ts';

/** The payee's key of this tab. Its bytes are in memory only and end with the tab; its caps are lower. */
export function keyOfTab(
  { memoryKeys, random }: Context,
  payee: string,
  named: (raw: Uint8Array) => Promise<Pick<Signer, 'kid' | 'jwk'>>,
): Promise<SessionSigner> {
  const make = async (): Promise<SessionSigner> => {
    const secret = random(32);
    const key = await named(await getPublicKeyAsync(secret));
    return { ...key, sign: (message) => signAsync(message, secret), fallback: true };
  };
  const signer = memoryKeys.get(payee) ?? make();
  memoryKeys.set(payee, signer);
  return signer;
}

/** Strict RFC 8032: the default also accepts small-order public keys. */
export const verify: Verify = (publicKey, signature, message) =>
  verifyAsync(signature, message, publicKey, { zip215: false }).catch(() => false);

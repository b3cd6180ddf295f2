/** Ed25519 for browsers whose WebCrypto has none, by noble alone. Loaded only there; it shares nothing, so that nothing is cut out for it. */
import { getPublicKeyAsync, signAsync, verifyAsync } from '@noble/ed25519';
import type { Signer, Verify } from '../protocol/ed25519-key.ts';
import type { SessionSigner } from './context.ts';
import type { Ports } from './ports.ts';

/** Keys of this tab by payee. */
export type MemoryKeys = Map<string, Promise<SessionSigner>>;

/** The payee's key of this tab. Its bytes are in memory only and end with the tab; its caps are lower. */
export function keyOfTab(
  keys: MemoryKeys,
  { random }: Ports,
  payee: string,
  named: (raw: Uint8Array) => Promise<Pick<Signer, 'kid' | 'jwk'>>,
): Promise<SessionSigner> {
  const make = async (): Promise<SessionSigner> => {
    const secret = random(32);
    const key = await named(await getPublicKeyAsync(secret));
    return { ...key, sign: (message) => signAsync(message, secret), fallback: true };
  };
  const signer = keys.get(payee) ?? make();
  keys.set(payee, signer);
  return signer;
}

/** Strict RFC 8032: the default also accepts small-order public keys. */
export const verify: Verify = (publicKey, signature, message) =>
  verifyAsync(signature, message, publicKey, { zip215: false }).catch(() => false);

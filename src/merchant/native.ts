/** Node's own crypto where there is one: for short texts WebCrypto takes a hundred times as long. Elsewhere WebCrypto does the same. */
import { challengeKey, type MacKey } from '../protocol/challenge.ts';
import { base64url, bytesFrom, sha256, utf8 } from '../protocol/encoding.ts';
import type { Jws } from '../protocol/jws.ts';
import type { Jwk, Verify } from '../protocol/keys.ts';
import { Problem } from '../protocol/problem.ts';

/** Asked for at run time, so that a bundle for browsers or edge workers holds no Node module. */
const node = globalThis.process?.getBuiltinModule?.('node:crypto');
const nodeBuffer = globalThis.process?.getBuiltinModule?.('node:buffer')?.Buffer;

/** Prepares a secret for `mac`, once. */
export function macKey(
  secret: string,
  native: typeof node | null = node,
): MacKey | Promise<MacKey> {
  if (!native) return challengeKey(secret);
  const key = native.createSecretKey(secret, 'utf8');
  return (text) => native.createHmac('sha256', key).update(text).digest('base64url');
}

/** @returns SHA-256 of a text, base64url */
export const hashOf = (
  text: string,
  native: typeof node | null = node,
): string | Promise<string> =>
  native ? native.hash('sha256', text, 'base64url') : sha256(utf8(text)).then(base64url);

/** What a signature check takes. @throws Problem for a signature that isn't strict base64url */
export function checkable(
  { signed, signature, code }: Jws,
  native: typeof nodeBuffer | null = nodeBuffer,
): { message: Uint8Array<ArrayBuffer>; signature: Uint8Array<ArrayBuffer> } {
  if (!native) return { message: utf8(signed), signature: bytesFrom(signature, code) };
  const bytes = native.from(signature, 'base64url');
  if (bytes.toString('base64url') !== signature) throw new Problem(code);
  // It was read as JSON in base64url, so each letter is a byte.
  return { message: native.from(signed, 'latin1'), signature: bytes };
}

/** @returns base64url of a text's UTF-8 */
export const encodedText = (text: string): string =>
  nodeBuffer ? nodeBuffer.from(text).toString('base64url') : base64url(utf8(text));

/** Checks by a key that is prepared once. @param jwk passed `assertStrongKey` */
export function nativeVerifier(jwk: Jwk, native: typeof node | null = node): Verify | undefined {
  if (!native) return undefined;
  const key = native.createPublicKey({ key: { ...jwk }, format: 'jwk' });
  return (_publicKey, signature, message) =>
    signature.length === 64 && native.verify(null, message, key, signature);
}

/** Prepares a private key for many signatures. */
export async function nativeSign(
  jwk: Jwk & { d: string },
  native: typeof node | null = node,
): Promise<(message: Uint8Array<ArrayBuffer>) => Promise<Uint8Array<ArrayBuffer>>> {
  if (native) {
    const key = native.createPrivateKey({ key: { ...jwk }, format: 'jwk' });
    return async (message) => new Uint8Array(native.sign(null, message, key));
  }
  const key = await crypto.subtle.importKey('jwk', { ...jwk }, 'Ed25519', false, ['sign']);
  return async (message) => new Uint8Array(await crypto.subtle.sign('Ed25519', key, message));
}

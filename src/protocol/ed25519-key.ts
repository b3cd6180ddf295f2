/** An Ed25519 key: named by its RFC 7638 thumbprint, signing, and verifying by the platform. */
import { base64url, bytesFrom, sha256, utf8 } from './encoding.ts';

/** An Ed25519 public key, RFC 8037. */
export interface Jwk {
  kty: 'OKP';
  crv: 'Ed25519';
  /** 32 bytes, base64url */
  x: string;
}

/** Signs bytes with a key that stays where it is. */
export interface Signer {
  /** Thumbprint of the public key */
  kid: string;
  jwk: Jwk;
  /** @returns the 64 bytes of an Ed25519 signature */
  sign: (message: Uint8Array<ArrayBuffer>) => Promise<Uint8Array>;
}

/** Answers whether an Ed25519 signature is good; never throws for a bad one. */
export type Verify = (
  publicKey: Uint8Array<ArrayBuffer>,
  signature: Uint8Array<ArrayBuffer>,
  message: Uint8Array<ArrayBuffer>,
) => boolean | Promise<boolean>;

/** RFC 7638: the hash of the required members in lexical order. */
export const thumbprint = async ({ crv, kty, x }: Jwk): Promise<string> =>
  base64url(await sha256(utf8(JSON.stringify({ crv, kty, x }))));

export const publicKeyBytes = ({ x }: Jwk): Uint8Array<ArrayBuffer> => bytesFrom(x);

export const jwkFrom = (publicKey: Uint8Array): Jwk => ({
  kty: 'OKP',
  crv: 'Ed25519',
  x: base64url(publicKey),
});

/** The platform's Ed25519. Accepts a subset of what `strictVerify` accepts, given a key that passed `assertStrongKey`. */
export const nativeVerify: Verify = async (publicKey, signature, message) => {
  if (signature.length !== 64 || publicKey.length !== 32) return false;
  const key = await crypto.subtle.importKey('raw', publicKey, 'Ed25519', false, ['verify']);
  return crypto.subtle.verify('Ed25519', key, signature, message);
};

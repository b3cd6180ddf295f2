/** Signing a compact JWS, RFC 7515, with Ed25519 only. */
import type { Signer } from './ed25519-key.ts';
import { base64url, utf8 } from './encoding.ts';

/** What each kind of signed object calls itself; compared by equality before anything else is looked at (RFC 8725 §3.11). */
export type JwsType =
  | 'micropay-call+jwt'
  | 'micropay-grant+jwt'
  | 'micropay-intent+jwt'
  | 'micropay-proof+jwt'
  | 'micropay-receipt+jwt'
  | 'micropay-refund+jwt'
  | 'micropay-settlement+jwt'
  | 'micropay-statement+jwt'
  | 'micropay-tap+jwt'
  | 'micropay-voucher+jwt';

/** @returns a compact JWS; undefined claims are left out */
export async function signJws(typ: JwsType, claims: object, signer: Signer): Promise<string> {
  const part = (value: unknown) => base64url(utf8(JSON.stringify(value)));
  const signed = `${part({ alg: 'EdDSA', typ, kid: signer.kid })}.${part(claims)}`;
  return `${signed}.${base64url(await signer.sign(utf8(signed)))}`;
}

/** The payee's own key: it signs tap receipts and settles. The wallet knows its public half. */
import { jwkSchema, thumbprint, type Jwk, type Signer } from '../../protocol/keys.ts';
import * as v from 'valibot';
import { nativeSign } from '../native.ts';

/** A private Ed25519 key, RFC 8037. Keep it as you keep a password; `x` alone is public. */
export interface PayeeKey extends Jwk {
  d: string;
}

const schema = v.object({ ...jwkSchema.entries, d: jwkSchema.entries.x });

/**
 * Makes a key for `sessions.key`. Keep it, and tell the wallet the part without `d`.
 * @example console.log(JSON.stringify(await newPayeeKey()))
 */
export async function newPayeeKey(): Promise<PayeeKey> {
  const pair = await crypto.subtle.generateKey('Ed25519', true, ['sign', 'verify']);
  const { kty, crv, x, d } = await crypto.subtle.exportKey('jwk', pair.privateKey);
  return v.parse(schema, { kty, crv, x, d });
}

/** @throws Error for anything but a private Ed25519 JWK; nothing of it is repeated */
export function payeeKeyFrom(key: unknown): PayeeKey {
  const { success, output } = v.safeParse(schema, key);
  if (success) return output;
  throw new Error('paywall: “sessions.key” is a private Ed25519 JWK; newPayeeKey() makes one.');
}

/** @throws Error when the two halves don't belong together: the wallet would believe none of its signatures */
export async function payeeSigner({ d, ...jwk }: PayeeKey): Promise<Signer> {
  const sign = await nativeSign({ ...jwk, d });
  const probe = new Uint8Array(32);
  const key = await crypto.subtle.importKey('jwk', { ...jwk }, 'Ed25519', false, ['verify']);
  if (!(await crypto.subtle.verify('Ed25519', key, await sign(probe), probe)))
    throw new Error('paywall: in “sessions.key”, “d” is not the private half of “x”.');
  return { kid: await thumbprint(jwk), jwk, sign };
}

/** Proving a call to a wallet by the key that makes it: `Authorization: Micropay <JWS>`. */
import { signedSeconds } from './device-policy.ts';
import type { Signer } from './ed25519-key.ts';
import { base64url, sha256 } from './encoding.ts';
import { signJws } from './sign-jws.ts';

export const callScheme = 'Micropay ';

/** What of a request is signed. */
export const requestClaims = async (
  method: 'GET' | 'POST' | 'DELETE',
  url: string,
  body: Uint8Array<ArrayBuffer>,
) => ({ htm: method, htu: url, bsh: base64url(await sha256(body)) });

/** @returns the value of the `Authorization` header; `iat` in the wallet's time, `jti` fresh */
export async function authorizeCall(
  {
    method,
    url,
    body,
    iat,
    jti,
  }: {
    method: 'GET' | 'POST' | 'DELETE';
    url: string;
    body: Uint8Array<ArrayBuffer>;
    iat: number;
    jti: string;
  },
  signer: Signer,
): Promise<string> {
  const { kid: iss } = signer;
  const aud = new URL(url).origin;
  const exp = iat + signedSeconds;
  const claims = { iss, aud, iat, exp, jti, ...(await requestClaims(method, url, body)) };
  return callScheme + (await signJws('micropay-call+jwt', claims, signer));
}

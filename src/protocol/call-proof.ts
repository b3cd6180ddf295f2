/** Proving a call to a wallet by the key that makes it: `Authorization: Micropay <JWS>`. */
import { signedSeconds } from './device-policy.ts';
import type { Signer } from './ed25519-key.ts';
import { base64url, sha256 } from './encoding.ts';
import { signJws } from './sign-jws.ts';

export const callScheme = 'Micropay ';

/** @returns the value of the `Authorization` header; `iat` in the wallet's time, `jti` fresh */
export async function authorizeCall(
  call: {
    method: 'GET' | 'POST' | 'DELETE';
    url: string;
    body: Uint8Array<ArrayBuffer>;
    iat: number;
    jti: string;
  },
  signer: Signer,
): Promise<string> {
  const claims = {
    iss: signer.kid,
    aud: new URL(call.url).origin,
    htm: call.method,
    htu: call.url,
    iat: call.iat,
    exp: call.iat + signedSeconds,
    jti: call.jti,
    bsh: base64url(await sha256(call.body)),
  };
  return callScheme + (await signJws('micropay-call+jwt', claims, signer));
}

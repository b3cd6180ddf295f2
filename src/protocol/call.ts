/** Proof that a call to a wallet comes from the holder of a key: `Authorization: Micropay <JWS>`. */
import * as v from 'valibot';
import { base64url, sha256 } from './encoding.ts';
import { callScheme } from './call-proof.ts';
import { thumbprint, type Jwk, type Verify } from './ed25519-key.ts';
import { parseJws, verifyJws } from './jws.ts';
import { signedSeconds } from './device-policy.ts';
import { skewSeconds } from './device-rules.ts';
import { Problem } from './problem.ts';
import { id, seconds, shaped, shortText } from './shape.ts';

export { authorizeCall } from './call-proof.ts';

const schema = v.object({
  iss: v.pipe(v.string(), v.length(43)),
  aud: shortText,
  htm: v.picklist(['GET', 'POST', 'DELETE']),
  htu: v.pipe(v.string(), v.maxLength(2_048)),
  iat: seconds,
  exp: seconds,
  jti: id,
  /** SHA-256 of the body */
  bsh: v.pipe(v.string(), v.length(43)),
});

export type Call = v.InferOutput<typeof schema>;

/**
 * Reads who says to have made a call, so that the key can be looked up; nothing is to be believed before `verifyCall`.
 * @returns the thumbprint of a key
 * @throws Problem `proof-invalid`
 */
export function callerFrom(authorization: string | null | undefined): string {
  if (!authorization?.startsWith(callScheme)) throw new Problem('proof-invalid');
  return parseJws(authorization.slice(callScheme.length), 'micropay-call+jwt', 'proof-invalid').kid;
}

/**
 * Checks a call against the request it came with. The caller still has to take the `jti` once.
 * @throws Problem `proof-invalid` for another key, method, address, body or time
 */
export async function verifyCall(
  authorization: string | null | undefined,
  expected: { key: Jwk; method: string; url: string; body: Uint8Array<ArrayBuffer>; now: number },
  verify: Verify,
): Promise<Call> {
  const code = 'proof-invalid';
  if (!authorization?.startsWith(callScheme)) throw new Problem(code);
  const jws = parseJws(authorization.slice(callScheme.length), 'micropay-call+jwt', code);
  const call = shaped(schema, jws.claims, code);
  const sound =
    call.iss === (await thumbprint(expected.key)) &&
    call.aud === new URL(expected.url).origin &&
    call.htm === expected.method &&
    call.htu === expected.url &&
    call.bsh === base64url(await sha256(expected.body)) &&
    call.exp - call.iat <= signedSeconds &&
    call.iat <= expected.now + skewSeconds &&
    call.exp > expected.now - skewSeconds;
  if (!sound) throw new Problem(code);
  await verifyJws(jws, expected.key, verify, code);
  return call;
}

/** Compact JWS, RFC 7515, with Ed25519 only. What was signed is kept as it came and never serialised again. */
import * as v from 'valibot';
import { publicKeyBytes, type Jwk, type Verify } from './ed25519-key.ts';
import { bytesFrom, decodeJson, utf8 } from './encoding.ts';
import { Problem, type ProblemCode } from './problem.ts';
import { shaped } from './shape.ts';
import type { JwsType } from './sign-jws.ts';

export { signJws, type JwsType } from './sign-jws.ts';

/** A JWS that was read but not yet verified. */
export interface Jws {
  typ: JwsType;
  kid: string;
  /** Not to be believed before `verifyJws` */
  claims: unknown;
  /** Header and payload as they came, and the signature in base64url: read by whoever checks it, for most is refused before */
  signed: string;
  signature: string;
  /** What it is refused with */
  code: ProblemCode;
}

/** Characters of 64 bytes in base64url. */
const signatureLength = 86;

/** Characters of the largest JWS read; ours are under 2,048. */
export const maxJwsLength = 4_096;

const headerSchema = v.object({
  typ: v.string(),
  alg: v.picklist(['EdDSA', 'Ed25519']),
  kid: v.pipe(v.string(), v.minLength(1), v.maxLength(64)),
  // No extension is understood here, so any critical one is refused.
  crit: v.optional(v.never()),
});

/**
 * Reads a compact JWS of one type.
 * @throws Problem with the given code for another type, another algorithm, a critical extension, or anything unreadable
 */
export function parseJws(text: unknown, typ: JwsType, code: ProblemCode): Jws {
  const parts = typeof text === 'string' && text.length <= maxJwsLength ? text.split('.') : [];
  const [header, payload, signature] = parts;
  if (parts.length !== 3 || !header || !payload || !signature)
    throw new Problem(code, { detail: 'It is not a compact JWS.' });
  const kid = kidIn(header, typ, code);
  if (signature.length !== signatureLength)
    throw new Problem(code, { detail: 'The signature has a wrong length.' });
  const signed = `${header}.${payload}`;
  return { typ, kid, claims: decodeJson(payload, code), signed, signature, code };
}

/** One key's headers are all the same text, so they are read once; half a kilobyte each at most. */
const known = new Map<string, { typ: JwsType; kid: string }>();
const maxKnown = 1_000;
const maxKnownLength = 256;

function kidIn(header: string, typ: JwsType, code: ProblemCode): string {
  const before = known.get(header);
  if (before?.typ === typ) return before.kid;
  const decoded = decodeJson(header, code);
  assertType(decoded, typ, code);
  const { kid } = shaped(headerSchema, decoded, code);
  if (known.size >= maxKnown) known.clear();
  if (header.length <= maxKnownLength) known.set(header, { typ, kid });
  return kid;
}

function assertType(header: unknown, typ: JwsType, code: ProblemCode): void {
  const said = typeof header === 'object' && header !== null && 'typ' in header ? header.typ : '';
  if (said !== typ) throw new Problem(code, { detail: 'It is a signed object of another type.' });
}

/** @throws Problem with the given code when the signature is not this key's */
export async function verifyJws(
  jws: Jws,
  key: Jwk,
  verify: Verify,
  code: ProblemCode,
): Promise<void> {
  const signature = bytesFrom(jws.signature, jws.code);
  if (!(await verify(publicKeyBytes(key), signature, utf8(jws.signed))))
    throw new Problem(code, { detail: 'The signature is not good.' });
}

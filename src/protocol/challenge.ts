/** The challenge of the Payment scheme as its maker knows it: bound to a secret, so that a 402 writes nothing. */
import * as v from 'valibot';
import { base64url, decodeJson, encodeJson, equalInConstantTime, utf8 } from './encoding.ts';
import { Problem, refused } from './problem.ts';
import { scopeSchema } from './charge-request.ts';
import type { Challenge } from './payment-header.ts';
import { shaped } from './shape.ts';

export { challengesFrom } from './challenge-grammar.ts';
export { challengeParameters, formatChallenge } from './payment-header.ts';
export type { Challenge } from './payment-header.ts';

/**
 * The seven fixed slots of the draft, joined without escaping: no slot may hold a `|`, nor what the header would drop,
 * or the echo could never match. `header` is an eighth, only where a challenge has it.
 */
const slots = ['realm', 'method', 'intent', 'request', 'expires', 'digest', 'opaque'] as const;

export type UnboundChallenge = Omit<Challenge, 'id'>;

/** Imports the secret of a merchant once. @param secret at least 32 bytes of text */
export function challengeKey(secret: string): Promise<CryptoKey> {
  const hmac = { name: 'HMAC', hash: 'SHA-256' };
  return crypto.subtle.importKey('raw', utf8(secret), hmac, false, ['sign']);
}

/** A secret as `mac` takes it: imported by WebCrypto, or a faster maker of the same bytes where a runtime has one. */
export type MacKey = CryptoKey | ((text: string) => string);

/** HMAC-SHA256, base64url */
export async function mac(key: MacKey, text: string): Promise<string> {
  if (typeof key === 'function') return key(text);
  return base64url(new Uint8Array(await crypto.subtle.sign('HMAC', key, utf8(text))));
}

/** HMAC-SHA256 over the fixed slots: stateless, so a 402 writes nothing. */
function challengeId(challenge: UnboundChallenge, key: MacKey): Promise<string> {
  const { header } = challenge;
  const fixed = slots.map((slot) => challenge[slot] ?? '');
  const values = header === undefined ? fixed : [...fixed, header];
  const text = values.join('|');
  if (/[^\x20-\x7e]/.test(text) || text.split('|').length !== values.length)
    throw refused('invalid-challenge');
  return mac(key, text);
}

export const bindChallenge = async (
  challenge: UnboundChallenge,
  key: MacKey,
): Promise<Challenge> => ({ id: await challengeId(challenge, key), ...challenge });

/** @throws Problem `invalid-challenge` when any bound slot was edited, or another secret made it */
export async function assertOwnChallenge(challenge: Challenge, key: MacKey): Promise<void> {
  if (!equalInConstantTime(await challengeId(challenge, key), challenge.id))
    throw refused('invalid-challenge');
}

const opaqueSchema = v.object({ scope: scopeSchema, nonce: v.optional(v.string()) });
export type Opaque = v.InferOutput<typeof opaqueSchema>;

export const encodeOpaque = (opaque: Opaque): string => encodeJson(opaque);
export const opaqueFrom = (encoded: string | undefined): Opaque =>
  shaped(opaqueSchema, decodeJson(encoded ?? '', 'invalid-challenge'), 'invalid-challenge');

const rfc3339 = /^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(?:\.\d{1,9})?(?:Z|[+-]\d\d:\d\d)$/;

/**
 * RFC 3339 time in seconds. JavaScript reads `2026-02-30` as 2 March; here a date that doesn't exist is refused.
 * @throws Problem `malformed-request`
 */
export function secondsFrom(time: string): number {
  const [, local = ''] = rfc3339.exec(time) ?? [];
  // 30 February becomes 2 March.
  const exists = new Date(`${local}Z`).getUTCDate() === Number(local.slice(8, 10));
  const at = Date.parse(time);
  if (!exists || !Number.isFinite(at))
    throw new Problem('malformed-request', { detail: 'The time is not RFC 3339.' });
  return Math.floor(at / 1000);
}

export const timeFrom = (seconds: number): string =>
  new Date(seconds * 1000).toISOString().replace('.000Z', 'Z');

/** RFC 9530 `Content-Digest` of a body, as the draft writes it. */
export async function digestOf(body: Uint8Array<ArrayBuffer>): Promise<string> {
  const hash = new Uint8Array(await crypto.subtle.digest('SHA-256', body));
  return `sha-256=:${btoa(String.fromCharCode(...hash))}:`;
}

/** What answers a challenge: its echo, verbatim, and the payment. `Authorization: Payment <base64url>`. */
import * as v from 'valibot';
import { decodeJson, decodeText, parseJson } from './encoding.ts';
import { maxJwsLength } from './jws.ts';
import { Problem, type ProblemCode } from './problem.ts';
import type { Challenge, Credential } from './payment-header.ts';
import { shaped } from './shape.ts';

export { formatCredential, type Credential } from './payment-header.ts';

const jws = v.pipe(v.string(), v.maxLength(maxJwsLength));

/**
 * A receipt, by itself while it is fresh; with the grant and a proof by its key once it is only evidence
 * (a later visit, another device): then it opens what it entitled to, and costs nothing.
 */
const receiptPayload = v.object({
  type: v.literal('receipt'),
  receipt: jws,
  grant: v.optional(jws),
  proof: v.optional(jws),
});

const text = (maxLength: number) => v.pipe(v.string(), v.maxLength(maxLength));

const challengeSchema = v.object({
  id: text(128),
  realm: text(255),
  method: text(64),
  intent: text(64),
  request: text(4_096),
  expires: v.exactOptional(text(64)),
  description: v.exactOptional(text(512)),
  opaque: v.exactOptional(text(2_048)),
  digest: v.exactOptional(text(128)),
  header: v.exactOptional(text(64)),
});

const challengePart = v.object({ challenge: challengeSchema });
const payloadPart = v.object({
  challenge: v.optional(v.never()),
  payload: v.looseObject({ type: v.optional(v.string()) }),
});
const schema = v.object({ ...challengePart.entries, payload: payloadPart.entries.payload });

export type ReceiptPayload = v.InferOutput<typeof receiptPayload>;
/** Characters of the largest credential read. */
export const maxCredentialLength = 15_000;
/** Characters of the largest `Authorization` value looked through for one. */
const maxAuthorizationLength = 16_384;

/**
 * Finds the one Payment credential in an `Authorization` value; other schemes are not ours to judge.
 * @returns undefined when there is none
 * @throws Problem `malformed-credential` when it can't be read, `malformed-request` when there are two
 */
export function credentialFrom(authorization: string | null | undefined): Credential | undefined {
  if (!authorization) return undefined;
  const code = 'malformed-credential';
  if (authorization.length > maxAuthorizationLength) throw new Problem(code);
  const offered = schemesIn(authorization).filter((part) => /^\s*payment(\s|$)/i.test(part));
  if (offered.length > 1)
    throw new Problem('malformed-request', { detail: 'There are two payment credentials.' });
  if (offered[0] === undefined) return undefined;
  const encoded = offered[0].trim().slice('Payment'.length).replace(/^ +/, '');
  if (!encoded || encoded.length > maxCredentialLength) throw new Problem(code);
  return credentialIn(decodeText(encoded, code), code);
}

/** Where the challenge ends, as `formatCredential` writes it. No string can hold this, for its quotes. */
const joint = '},"payload":{';

/** The two halves are read apart, for a session's taps bring the same challenge all day, in the same letters. */
function credentialIn(json: string, code: ProblemCode): Credential {
  const end = json.startsWith('{"challenge":{') ? json.indexOf(joint) + 1 : 0;
  if (end === 0) return shaped(schema, parseJson(json, code), code);
  const challenge = challengeIn(`${json.slice(0, end)}}`, code);
  const { payload } = shaped(payloadPart, parseJson(`{${json.slice(end + 1)}`, code), code);
  return { challenge, payload };
}

/** Two kilobytes each at most. */
const known = new Map<string, Challenge>();
const maxKnown = 1_000;
const maxKnownLength = 2_048;

function challengeIn(json: string, code: ProblemCode): Challenge {
  const before = known.get(json);
  if (before) return before;
  const { challenge } = shaped(challengePart, parseJson(json, code), code);
  if (known.size >= maxKnown) known.clear();
  if (json.length <= maxKnownLength) known.set(json, challenge);
  return challenge;
}

/**
 * A challenge in a link, which takes someone without script to the wallet and back.
 * @throws Problem `malformed-request`
 */
export function linkedChallengeFrom(encoded: unknown): Challenge {
  const code = 'malformed-request';
  if (typeof encoded !== 'string' || encoded.length > maxLinkedLength) throw new Problem(code);
  return shaped(challengeSchema, decodeJson(encoded, code), code);
}

/** Characters of the largest challenge read from a link. */
const maxLinkedLength = 6_000;
/** A quoted string of another scheme may hold a comma and our name. */
const schemesIn = (authorization: string): string[] =>
  authorization.includes(',')
    ? authorization.replace(/"[^"]*"/g, '""').split(',')
    : [authorization];

/** @throws Problem `malformed-credential` */
export const receiptPayloadFrom = (payload: Record<string, unknown>): ReceiptPayload =>
  shaped(receiptPayload, payload, 'malformed-credential');

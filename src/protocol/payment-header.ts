/** The headers of the Payment scheme as text: what a payee's server asks for, and what a payer answers. */
import { base64url, utf8 } from './encoding.ts';

/** Raw strings exactly as they travelled: the echo in a credential must be verbatim. */
export interface Challenge {
  id: string;
  realm: string;
  method: string;
  intent: string;
  request: string;
  expires?: string;
  description?: string;
  opaque?: string;
  digest?: string;
  header?: string;
}

export const challengeParameters = [
  'id',
  'realm',
  'method',
  'intent',
  'request',
  'expires',
  'description',
  'opaque',
  'digest',
  'header',
] as const satisfies (keyof Challenge)[];

export interface Credential {
  challenge: Challenge;
  payload: Record<string, unknown>;
}

/** @returns the value of the `Authorization` header */
export const formatCredential = ({ challenge, payload }: Credential): string =>
  `Payment ${base64url(utf8(JSON.stringify({ challenge, payload })))}`;

/** Header-safe text: Latin-1 printable only, quotes and backslashes escaped. */
const quoted = (text: string): string =>
  `"${text.replace(/[^\x20-\x7e]/g, '').replace(/["\\]/g, '\\$&')}"`;

/** @returns the value of a `WWW-Authenticate` header */
export const formatChallenge = (challenge: Challenge): string =>
  `Payment ${challengeParameters
    .flatMap((name) =>
      challenge[name] === undefined ? [] : [`${name}=${quoted(challenge[name])}`],
    )
    .join(', ')}`;

/**
 * The last challenge of a header, as `formatChallenge` writes it where nothing had to be escaped: each parameter at most once, in
 * one order, of a bounded length. What stands before it is another challenge: a string of one can't hold this, for its quote.
 * One that names its `header`, the last of the parameters, is rare, and left to the grammar.
 */
const plain = /* @__PURE__ */ new RegExp(
  `(?:^|, )Payment ${challengeParameters
    .slice(0, -1)
    .map((name) => `(?:${name}="(?<${name}>[^"\\\\]{1,8192})"(?:, |$))?`)
    .join('')}$`,
);

/** @returns what such a header says; undefined for any other, which `challengesFrom` reads by the grammar */
export const plainParameters = (header: string): object | undefined => plain.exec(header)?.groups;

/** What a page reads of the wallet's answers and of what the wallet signed. Merchant and wallet check more, in `src/protocol`. */
import { environments } from '../protocol/closed-lists.ts';
import { Problem, type ProblemCode } from '../protocol/problem-table.ts';

/**
 * What something from outside must be: text (`''`), a number (`0`), yes or no (`false`), one of some words (`['test', 'live']`), or an object
 * with such members, where a name ending in `?` may be absent. @see docs/decisions/016-shapes-by-example.md
 */
export type Shape = '' | 0 | false | readonly string[] | { readonly [name: string]: Shape };

/** The type of what fits a shape. */
export type Fitting<S> = S extends ''
  ? string
  : S extends 0
    ? number
    : S extends false
      ? boolean
      : S extends readonly (infer Word)[]
        ? Word
        : { [Name in keyof S as Name extends `${string}?` ? never : Name]: Fitting<S[Name]> } & {
            [Name in keyof S as Name extends `${infer Bare}?` ? Bare : never]?:
              Fitting<S[Name]> | undefined;
          };

export function fits<const S extends Shape>(shape: S, input: unknown): input is Fitting<S>;
export function fits(shape: Shape, input: unknown): boolean {
  if (typeof shape !== 'object') return typeof input === typeof shape;
  if (Array.isArray(shape)) return shape.includes(input);
  if (Object(input) !== input) return false;
  return Object.entries(shape).every(([name, inner]) => {
    const member: unknown = Object(input)[name.replace('?', '')];
    return fits(inner, member) || (member === undefined && name.endsWith('?'));
  });
}

/** What came in from outside, or a Problem. */
export function fitting<const S extends Shape>(
  shape: S,
  input: unknown,
  code: ProblemCode,
): Fitting<S> {
  if (fits(shape, input)) return input;
  throw new Problem(code);
}

/**
 * Bytes of base64url, none for what is no base64url. One value may have several spellings here: a wallet reads strictly, and
 * a signature is one over the spelling.
 */
export function bytesIn(text: string): Uint8Array<ArrayBuffer> {
  try {
    const binary = atob(text.replaceAll('-', '+').replaceAll('_', '/'));
    return Uint8Array.from(binary, (char) => char.charCodeAt(0));
  } catch {
    return new Uint8Array();
  }
}

/** JSON as it stands in a challenge or a JWS; undefined, which fits no shape, for what is none. */
export const jsonIn = (text: string): unknown => jsonFrom(new TextDecoder().decode(bytesIn(text)));

export function jsonFrom(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

export const challengeClaims = {
  id: '',
  realm: '',
  method: ['micropay'],
  intent: ['charge'],
  request: '',
} as const;

export const requestClaims = {
  amount: '',
  currency: '',
  recipient: '',
  'description?': '',
  'externalId?': '',
} as const;

/** In everything a wallet signs. */
export const commonClaims = { iss: '', env: environments, aud: '' } as const;

export const receiptClaims = {
  ...commonClaims,
  sub: '',
  jti: '',
  iat: 0,
  exp: 0,
  amt: '',
  cur: '',
  cid: '',
  rlm: '',
  rsn: { code: '', 'text?': '' },
  'cnf?': { jkt: '' },
  'own?': { scope: '', until: 0 },
  'ext?': '',
  ref: { url: '', 'until?': 0 },
} as const;

/** A receipt as a page reads it: a reason that it doesn't know is a reason all the same. */
export type Receipt = Fitting<typeof receiptClaims>;

export const allowance = {
  currency: '',
  tap: '',
  day: { limit: '', used: '', resets: 0 },
  total: { limit: '', used: '' },
} as const;

export const connectAnswer = {
  interact: { finish: '' },
  continue: { gnt: '' },
  /** The wallet's JWKS */
  jwks: { keys: {} },
  now: 0,
} as const;

/** What comes back when the person decided. */
export const finishMessage = {
  type: ['micropay-connect'],
  nonce: '',
  'hash?': '',
  'interact_ref?': '',
  'error?': '',
} as const;
export type FinishMessage = Fitting<typeof finishMessage>;

export const continueAnswer = { grant: '', allowance, 'receipt?': '' } as const;

/** The wallet's word that it was paid */
export interface PayAnswer {
  receipt: string;
  allowance: Fitting<typeof allowance>;
  /** What opens an item: believed when it opens it */
  key?: string | undefined;
}

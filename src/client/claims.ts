/** What a page reads of the wallet's answers and of what the wallet signed. Merchant and wallet check more, in `src/protocol`. */
import * as v from 'valibot';
import { environments, reasonCodes } from '../protocol/closed-lists.ts';
import { bytesFrom } from '../protocol/encoding.ts';
import { Problem, type ProblemCode } from '../protocol/problem-table.ts';

/** What came in from outside, or a Problem. */
export function fitting<Schema extends v.GenericSchema>(
  schema: Schema,
  input: unknown,
  code: ProblemCode,
): v.InferInput<Schema> {
  if (v.is(schema, input)) return input;
  throw new Problem(code);
}

/** JSON as it stands in a challenge or a JWS. @throws Problem of the given code */
export function jsonIn(text: string, code: ProblemCode): unknown {
  try {
    return JSON.parse(new TextDecoder().decode(bytesFrom(text)));
  } catch {
    throw new Problem(code);
  }
}

const text = v.string();
const optionalText = v.optional(text);
const time = v.number();
const environment = v.picklist(environments);
const reasonCode = v.picklist(reasonCodes);

export const requestClaims = v.object({
  amount: text,
  currency: text,
  recipient: text,
  description: optionalText,
  externalId: optionalText,
  methodDetails: v.optional(
    v.object({ entitles: v.optional(v.object({ scope: text, seconds: time })) }),
  ),
});

export const headerClaims = v.object({ typ: text, kid: text });

/** In everything a wallet signs. */
const common = { iss: text, env: environment, aud: text };
export type CommonClaims = v.InferInput<v.ObjectSchema<typeof common, undefined>>;

export const grantClaims = v.object({
  ...common,
  sub: text,
  gnt: text,
  org: text,
  cur: text,
  exp: time,
  cnf: v.object({ jwk: v.object({ x: text }) }),
});
export type GrantClaims = v.InferInput<typeof grantClaims>;

export const receiptClaims = v.object({
  ...common,
  sub: text,
  jti: text,
  iat: time,
  exp: time,
  amt: text,
  cur: text,
  cid: text,
  rlm: text,
  rsn: v.object({ code: reasonCode, text: optionalText }),
  cnf: v.optional(v.object({ jkt: text })),
  own: v.optional(v.object({ scope: text, until: time })),
  ext: optionalText,
  ref: v.object({ url: text, until: v.optional(time) }),
});

const allowance = v.object({
  currency: text,
  tap: text,
  day: v.object({ limit: text, used: text, resets: time }),
  total: v.object({ limit: text, used: text }),
});

export const connectAnswer = v.object({
  interact: v.object({ finish: text }),
  continue: v.object({ gnt: text }),
  now: time,
});

/** What comes back when the person decided. */
export const finishMessage = v.object({
  type: text,
  nonce: text,
  hash: optionalText,
  interact_ref: optionalText,
  error: optionalText,
});
export type FinishMessage = v.InferInput<typeof finishMessage>;

export const continueAnswer = v.object({
  grant: text,
  allowance,
  receipt: optionalText,
});

export const payAnswer = v.object({ receipt: text, allowance });
export type PayAnswer = v.InferInput<typeof payAnswer>;

export const keysAnswer = v.object({
  keys: v.array(v.object({ kid: optionalText, crv: optionalText, x: optionalText })),
});

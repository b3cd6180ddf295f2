/** What a person allowed: one payee, one origin, one key, caps and an end. Signed by the wallet. */
import * as v from 'valibot';
import { environments } from './closed-lists.ts';
import { parseJws, type Jws, signJws } from './jws.ts';
import { jwkSchema, type Signer } from './keys.ts';
import type { ProblemCode } from './problem.ts';
import {
  amountSchema,
  currencySchema,
  id,
  payeeSchema,
  seconds,
  shaped,
  shortText,
} from './shape.ts';

export const environment = v.picklist(environments);
export type Environment = v.InferOutput<typeof environment>;

/** Limits in base units of `cur`. */
const limitsSchema = v.object({ tap: amountSchema, day: amountSchema, total: amountSchema });

const schema = v.object({
  /** Origin of the wallet */
  iss: shortText,
  env: environment,
  /** URL of the payee */
  aud: payeeSchema,
  /** The person, as this payee knows them: pairwise */
  sub: id,
  jti: id,
  /** The approval this stands under; equal to `jti` for the approval itself */
  gnt: id,
  /** Grows with each top-up of a session */
  seq: v.pipe(v.number(), v.safeInteger(), v.minValue(0)),
  iat: seconds,
  exp: seconds,
  /** The session key */
  cnf: v.object({ jwk: jwkSchema }),
  /** Currency of `dep` and `lim`, as the ledger keeps it: `usd-micro` */
  cur: currencySchema,
  /** What is reserved; `0` allows charges only */
  dep: amountSchema,
  /** Of a session: until then the wallet redeems its vouchers */
  rby: v.optional(seconds),
  /** Of a session: the payee's public keys, `x` of each; a tap receipt is signed by one of them */
  pks: v.optional(v.pipe(v.array(jwkSchema.entries.x), v.maxLength(2))),
  /** The one origin it is good for */
  org: shortText,
  lim: limitsSchema,
});

export type Grant = v.InferOutput<typeof schema>;

export const signGrant = (grant: Grant, signer: Signer): Promise<string> =>
  signJws('micropay-grant+jwt', grant, signer);

export function parseGrant(text: unknown, code: ProblemCode): { jws: Jws; grant: Grant } {
  const jws = parseJws(text, 'micropay-grant+jwt', code);
  return { jws, grant: shaped(schema, jws.claims, code) };
}

/** What a session asks for: the `request` of a challenge of intent `session`. One challenge serves a whole price class. */
import * as v from 'valibot';
import { maxRequestLength } from './charge-request.ts';
import { decodeJson, encodeJson } from './encoding.ts';
import { inLedgerUnits } from './money.ts';
import { Problem, type ProblemCode } from './problem.ts';
import { amountSchema, currencySchema, payeeSchema, plainText, shaped } from './shape.ts';

const schema = v.object({
  /** The price of one unit */
  amount: amountSchema,
  currency: currencySchema,
  /** The payee's URL */
  recipient: payeeSchema,
  /** What one unit is: `article`, `minute`, `module` … */
  unitType: v.pipe(v.string(), v.regex(/^[a-z][a-z-]{0,31}$/)),
  /** What the payee would like to see reserved, in the unit of `currency`; the payer's device and wallet decide */
  suggestedDeposit: v.optional(amountSchema),
  /** The page's own words for what is sold */
  description: v.optional(plainText(512)),
  methodDetails: v.optional(
    v.object({
      /** Of a metered answer: the least by which a voucher should raise the sum */
      minVoucherDelta: v.optional(amountSchema),
    }),
  ),
});

export type SessionRequest = v.InferOutput<typeof schema>;

/** @returns the request as it travels: base64url of its canonical JSON */
export const encodeSessionRequest = (request: SessionRequest): string => encodeJson(request);

/** @throws Problem with the given code; a unit that costs nothing is refused too */
export function sessionRequestFrom(encoded: unknown, code: ProblemCode): SessionRequest {
  if (typeof encoded !== 'string' || encoded.length > maxRequestLength) throw new Problem(code);
  const request = shaped(schema, decodeJson(encoded, code), code);
  if (inLedgerUnits(request, code).amount === 0n)
    throw new Problem(code, { detail: 'A unit that costs nothing is not sold by session.' });
  return request;
}

/** What a charge asks for: the `request` of a challenge of intent `charge`, and of a payment without a server. */
import * as v from 'valibot';
import { decodeJson, encodeJson } from './encoding.ts';
import { itemScopePrefix } from './item-scope.ts';
import { inLedgerUnits } from './money.ts';
import { Problem, type ProblemCode } from './problem.ts';
import { amountSchema, currencySchema, id, payeeSchema, plainText, shaped } from './shape.ts';

export const scopeSchema = v.pipe(v.string(), v.regex(/^[\x21-\x7e][\x20-\x7e]{0,255}$/));

const schema = v.object({
  amount: amountSchema,
  currency: currencySchema,
  /** The payee's URL */
  recipient: payeeSchema,
  /** The page's own words for what is bought */
  description: v.optional(plainText(512)),
  /** The payee's reference, copied to the receipt */
  externalId: v.optional(v.pipe(v.string(), v.regex(/^[\x21-\x7e]{1,64}$/))),
  methodDetails: v.optional(
    v.pipe(
      v.object({
        /** What the payer will own, and for how long */
        entitles: v.optional(
          v.object({
            // Only the wallet says who owns an item: nobody may buy the name for a price of their own.
            scope: v.pipe(
              scopeSchema,
              v.check((scope) => !scope.startsWith(itemScopePrefix)),
            ),
            seconds: v.pipe(v.number(), v.safeInteger(), v.minValue(1), v.maxValue(3_153_600_000)),
          }),
        ),
        /** What the wallet sells for the payee, `itm_…`: price and key are the wallet's to say */
        item: v.optional(id),
      }),
      v.check(({ entitles, item }) => !entitles || item === undefined),
    ),
  ),
});

export type ChargeRequest = v.InferOutput<typeof schema>;

/** Characters of the largest encoded request read. */
export const maxRequestLength = 2_048;

/** @returns the request as it travels: base64url of its canonical JSON. Kept verbatim by whoever echoes it. */
export const encodeChargeRequest = (request: ChargeRequest): string => encodeJson(request);

/** @throws Problem with the given code; a charge of nothing is refused too */
export function chargeRequestFrom(encoded: unknown, code: ProblemCode): ChargeRequest {
  if (typeof encoded !== 'string' || encoded.length > maxRequestLength) throw new Problem(code);
  const request = shaped(schema, decodeJson(encoded, code), code);
  if (inLedgerUnits(request, code).amount === 0n)
    throw new Problem(code, { detail: 'A charge of nothing is not a payment.' });
  return request;
}

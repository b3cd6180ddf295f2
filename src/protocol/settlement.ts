/** Settling: the payee turns vouchers into money, a thousand sessions in one call. What is asked, and what the wallet signs. */
import * as v from 'valibot';
import { environment } from './grant.ts';
import { maxJwsLength, parseJws, type Jws, signJws } from './jws.ts';
import type { Signer } from './keys.ts';
import type { ProblemCode } from './problem.ts';
import { reasonCode } from './receipt.ts';
import {
  amountSchema,
  currencySchema,
  id,
  payeeSchema,
  plainText,
  seconds,
  shaped,
  shortText,
} from './shape.ts';

/** Lines, items and ids of one call. */
export const maxSettlementLines = 1_000;
/** Bytes of the largest body of `POST /settlements`. */
export const maxSettlementBytes = 4_194_304;

/** One tap, for the payer's statement. */
const itemSchema = v.object({
  sid: id,
  tap: id,
  amount: amountSchema,
  reason: reasonCode,
  /** Only where the payee said at sign-up that it tells titles */
  title: v.optional(plainText(80)),
  /** When it was taken, seconds since 1970 */
  at: seconds,
});
export type SettlementItem = v.InferOutput<typeof itemSchema>;

const listOf = <Schema extends v.GenericSchema>(schema: Schema) =>
  v.pipe(v.array(schema), v.maxLength(maxSettlementLines));

/** The body of `POST /settlements`, under a call proof by the payee's key. Repeated, it moves nothing more. */
export const settlementRequestSchema = v.object({
  lines: listOf(
    v.object({
      /** The session's highest voucher */
      voucher: v.pipe(v.string(), v.maxLength(maxJwsLength)),
      /** What is claimed of it in all: spent − undone, at most its `cum` */
      claim: amountSchema,
    }),
  ),
  /** Sessions that are over: what is still reserved goes back to the payer */
  close: v.optional(listOf(id)),
  items: v.optional(listOf(itemSchema)),
});
export type SettlementRequest = v.InferOutput<typeof settlementRequestSchema>;

/** Of each line, in order. A line that is refused says why and stops no other. */
export const settlementAnswerSchema = v.object({
  lines: v.array(
    v.object({
      sid: v.optional(id),
      /** Settled in all, now and before */
      settled: v.optional(amountSchema),
      /** Moved by this call */
      moved: v.optional(amountSchema),
      closed: v.optional(v.boolean()),
      problem: v.optional(v.looseObject({ code: v.string() })),
    }),
  ),
  closed: v.optional(v.array(id)),
  /** JWS; absent when nothing moved */
  settlement: v.optional(v.string()),
  now: seconds,
});
export type SettlementAnswer = v.InferOutput<typeof settlementAnswerSchema>;

const settlementSchema = v.object({
  iss: shortText,
  env: environment,
  /** URL of the payee */
  aud: payeeSchema,
  jti: id,
  iat: seconds,
  cur: currencySchema,
  /** What payers gave */
  gross: amountSchema,
  fee: amountSchema,
  /** What reached the payee */
  net: amountSchema,
  /** Sessions in it */
  cnt: seconds,
});
/** `micropay-settlement+jwt`, the wallet to the payee: so much moved by one call. */
export type Settlement = v.InferOutput<typeof settlementSchema>;

export const signSettlement = (settlement: Settlement, signer: Signer): Promise<string> =>
  signJws('micropay-settlement+jwt', settlement, signer);

export function parseSettlement(
  text: unknown,
  code: ProblemCode,
): { jws: Jws; settlement: Settlement } {
  const jws = parseJws(text, 'micropay-settlement+jwt', code);
  return { jws, settlement: shaped(settlementSchema, jws.claims, code) };
}

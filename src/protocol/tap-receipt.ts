/** A tap receipt: the payee's signed word that one tap of a session was taken, and paid for what. The page shows "paid" for it. */
import * as v from 'valibot';
import { parseJws, type Jws, signJws } from './jws.ts';
import type { Signer } from './keys.ts';
import type { ProblemCode } from './problem.ts';
import { amountSchema, currencySchema, id, payeeSchema, seconds, shaped } from './shape.ts';
import { resourceSchema } from './voucher.ts';

const schema = v.object({
  /** URL of the payee, whose key signed this */
  iss: payeeSchema,
  /** Origin of the wallet the session is at */
  aud: v.string(),
  sid: id,
  tap: id,
  res: resourceSchema,
  amt: amountSchema,
  /** As the ledger keeps it: `usd-micro` */
  cur: currencySchema,
  iat: seconds,
  /** Until then the payee takes the tap back when it is asked to */
  und: v.optional(seconds),
});

export type TapReceipt = v.InferOutput<typeof schema>;

export const signTapReceipt = (receipt: TapReceipt, signer: Signer): Promise<string> =>
  signJws('micropay-tap+jwt', receipt, signer);

export function parseTapReceipt(
  text: unknown,
  code: ProblemCode,
): { jws: Jws; receipt: TapReceipt } {
  const jws = parseJws(text, 'micropay-tap+jwt', code);
  return { jws, receipt: shaped(schema, jws.claims, code) };
}

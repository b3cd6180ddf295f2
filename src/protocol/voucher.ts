/**
 * A voucher: the payer's signed word that a session's payee may have so much in all, and what the newest part is for.
 * Made by the session key, taken by the payee offline, redeemed by the wallet. Amounts are in units of the ledger.
 */
import * as v from 'valibot';
import { parseJws, type Jws, signJws } from './jws.ts';
import type { Signer } from './keys.ts';
import type { ProblemCode } from './problem.ts';
import { amountSchema, id, shaped } from './shape.ts';

/** What a tap is for, as the payee's server sees it: method, path and query. */
export const resourceSchema = v.pipe(v.string(), v.regex(/^[\x21-\x7e][\x20-\x7e]{0,1023}$/));

const schema = v.object({
  /** The session */
  sid: id,
  /** What the payee may have in all; only the highest counts */
  cum: amountSchema,
  /** The challenge this answers */
  cid: id,
  /** Names the tap; made and stored by the page before anything is sent */
  tap: id,
  res: resourceSchema,
  /** The price of this tap */
  amt: amountSchema,
});

export type Voucher = v.InferOutput<typeof schema>;

export const signVoucher = (voucher: Voucher, signer: Signer): Promise<string> =>
  signJws('micropay-voucher+jwt', voucher, signer);

export function parseVoucher(text: unknown, code: ProblemCode): { jws: Jws; voucher: Voucher } {
  const jws = parseJws(text, 'micropay-voucher+jwt', code);
  return { jws, voucher: shaped(schema, jws.claims, code) };
}

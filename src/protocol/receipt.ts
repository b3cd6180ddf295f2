/** The wallet's signed word that one charge was paid, to whom, for what and why. */
import * as v from 'valibot';
import { reasonCodes } from './closed-lists.ts';
import { scopeSchema } from './charge-request.ts';
import { environment } from './grant.ts';
import { parseJws, type Jws, signJws } from './jws.ts';
import type { Signer } from './keys.ts';
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

export const reasonCode = v.picklist(reasonCodes);
export type ReasonCode = v.InferOutput<typeof reasonCode>;

const schema = v.object({
  iss: shortText,
  env: environment,
  /** URL of the payee */
  aud: payeeSchema,
  /** The payer, pairwise for this payee */
  sub: id,
  jti: id,
  iat: seconds,
  /** Until then it can be presented for delivery by itself; as evidence it is good for ever */
  exp: seconds,
  amt: amountSchema,
  /** The unit of the request */
  cur: currencySchema,
  cid: id,
  rlm: v.pipe(v.string(), v.maxLength(255)),
  /** `text` is the page's own words, made printable */
  rsn: v.object({ code: reasonCode, text: v.optional(v.pipe(v.string(), v.maxLength(120))) }),
  /** Thumbprint of the key that signed the intent; the wallet's own pages have none */
  cnf: v.optional(v.object({ jkt: v.pipe(v.string(), v.length(43)) })),
  /** What the payer owns by it, and until when */
  own: v.optional(v.object({ scope: scopeSchema, until: seconds })),
  ext: v.optional(v.pipe(v.string(), v.maxLength(64))),
  /** Where the person finds it at the wallet; `until` when something can still be done about it there */
  ref: v.object({ url: v.pipe(v.string(), v.maxLength(512)), until: v.optional(seconds) }),
});

export type Receipt = v.InferOutput<typeof schema>;

export const signReceipt = (receipt: Receipt, signer: Signer): Promise<string> =>
  signJws('micropay-receipt+jwt', receipt, signer);

export function parseReceipt(text: unknown, code: ProblemCode): { jws: Jws; receipt: Receipt } {
  const jws = parseJws(text, 'micropay-receipt+jwt', code);
  return { jws, receipt: shaped(schema, jws.claims, code) };
}

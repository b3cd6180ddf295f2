/** A refund: the wallet's signed word that money of one payment went back to its payer, how much, and why. */
import * as v from 'valibot';
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

const schema = v.object({
  iss: shortText,
  env: environment,
  /** URL of the payee, who paid it back */
  aud: payeeSchema,
  /** The payer, pairwise for this payee; nobody else can be paid back */
  sub: id,
  /** `rfd_…` */
  jti: id,
  iat: seconds,
  /** The payment it is of: `jti` of its receipt */
  of: id,
  /** What went back this time; a payment can have several, together never more than was paid */
  amt: amountSchema,
  /** As the ledger keeps it: `usd-micro` */
  cur: currencySchema,
  /** `refund`: the payee gave it back. `reversal`: the payer took it back in time. `text` is the payee's own words */
  rsn: v.object({
    code: v.picklist(['refund', 'reversal']),
    text: v.optional(v.pipe(v.string(), v.maxLength(120))),
  }),
});

/** `micropay-refund+jwt`, the wallet to payee and payer. */
export type Refund = v.InferOutput<typeof schema>;

export const signRefund = (refund: Refund, signer: Signer): Promise<string> =>
  signJws('micropay-refund+jwt', refund, signer);

export function parseRefund(text: unknown, code: ProblemCode): { jws: Jws; refund: Refund } {
  const jws = parseJws(text, 'micropay-refund+jwt', code);
  return { jws, refund: shaped(schema, jws.claims, code) };
}

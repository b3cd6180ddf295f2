/** What a wallet says about itself at `/.well-known/micropay`. */
import * as v from 'valibot';
import { environment } from './grant.ts';
import { amountSchema, currencySchema, seconds, shortText } from './shape.ts';

export {
  discoveryPath,
  jwksPath,
  jwksUrl,
  payeeStatementPath,
  receiptCodePath,
} from './other-doors.ts';

const url = v.pipe(v.string(), v.maxLength(512), v.url());

export const discoverySchema = v.object({
  issuer: shortText,
  env: environment,
  method: v.literal('micropay'),
  version: v.literal('1'),
  jwks_uri: url,
  intents: v.array(v.string()),
  currencies: v.array(
    v.object({
      id: currencySchema,
      scale: v.pipe(v.number(), v.safeInteger()),
      min: amountSchema,
      max: amountSchema,
    }),
  ),
  endpoints: v.object({
    connect: url,
    continue: url,
    start: url,
    pay: url,
    /** Where the wallet keeps sessions: theirs, and where a payee settles */
    sessions: v.optional(url),
    settlements: v.optional(url),
  }),
  now: seconds,
});
export type Discovery = v.InferOutput<typeof discoverySchema>;

/** What a site says of itself at `/.well-known/micropay-payee`: who is paid for its pages. */
export const payeeStatementSchema = v.object({
  payees: v.pipe(v.array(v.string()), v.maxLength(100)),
});

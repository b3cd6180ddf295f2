/** How a page asks a person, at their wallet, to be allowed to be paid: the shapes of GNAP (RFC 9635). */
import * as v from 'valibot';
import { maxRequestLength } from './charge-request.ts';
import { jwkSchema, jwksSchema } from './keys.ts';
import { maxJwsLength } from './jws.ts';
import {
  amountSchema,
  currencySchema,
  id,
  payeeSchema,
  plainText,
  seconds,
  shortText,
} from './shape.ts';

export { connectUrl, continueUrl, interactionHash, startUrl } from './doors.ts';
export { payUrl } from './other-doors.ts';

const limits = v.object({
  perPayment: v.optional(amountSchema),
  perPeriod: v.optional(v.object({ amount: amountSchema, period: v.literal('P1D') })),
  total: v.optional(amountSchema),
});

/** 128 bits or more, made by the page; it names the popup's page at `…/connect/start?n=`. */
export const nonceSchema = v.pipe(v.string(), v.regex(/^[A-Za-z0-9_-]{22,64}$/));

/** The body of `POST /connect`. */
export const connectRequestSchema = v.object({
  client: v.object({
    jwk: jwkSchema,
    display: v.optional(v.object({ name: v.optional(shortText) })),
  }),
  access_token: v.object({
    access: v.pipe(
      v.array(
        v.object({
          type: v.literal('wallet-session'),
          payee: payeeSchema,
          /** As the ledger keeps it: `usd-micro` */
          currency: currencySchema,
          /** Wishes: the person may choose others, and the wallet's own limits stand above them */
          limits: v.optional(limits),
          expires_in: v.optional(seconds),
        }),
      ),
      v.length(1),
    ),
  }),
  /** The payment that waits for the approval, shown on the consent page; it is signed only after */
  intent: v.optional(
    v.object({
      cid: id,
      rlm: v.pipe(plainText(255), v.minLength(1)),
      req: v.pipe(v.string(), v.maxLength(maxRequestLength)),
    }),
  ),
  interact: v.object({
    start: v.pipe(v.array(v.picklist(['popup', 'redirect'])), v.minLength(1), v.maxLength(2)),
    finish: v.object({
      method: v.picklist(['message', 'redirect']),
      /** The page's origin for `message`, the address to come back to for `redirect` */
      uri: v.pipe(v.string(), v.maxLength(2_048)),
      nonce: nonceSchema,
    }),
  }),
});
export type ConnectRequest = v.InferOutput<typeof connectRequestSchema>;

/** What the wallet answers to `POST /connect`. */
export const connectAnswerSchema = v.object({
  interact: v.object({ redirect: v.pipe(v.string(), v.maxLength(2_048)), finish: nonceSchema }),
  /** `gnt` is the id the grant will have, so that the first intent can name it */
  continue: v.object({ uri: v.pipe(v.string(), v.maxLength(2_048)), gnt: id }),
  /** What the wallet signs can be read at once: a page doesn't ask for its keys */
  jwks: jwksSchema,
  now: seconds,
});
export type ConnectAnswer = v.InferOutput<typeof connectAnswerSchema>;

/** What comes back to the page when the person decided: by `postMessage`, or in the query of the return address. */
export const finishSchema = v.union([
  v.object({
    type: v.literal('micropay-connect'),
    nonce: nonceSchema,
    hash: v.string(),
    interact_ref: nonceSchema,
  }),
  v.object({ type: v.literal('micropay-connect'), nonce: nonceSchema, error: v.literal('denied') }),
]);
export type Finish = v.InferOutput<typeof finishSchema>;

/** The body of `POST /connect/continue`, under a call proof by the session key. */
export const continueRequestSchema = v.object({
  interact_ref: nonceSchema,
  /** The first payment, signed under the grant to come: both are made in one transaction */
  intent: v.optional(v.pipe(v.string(), v.maxLength(maxJwsLength))),
});

/** What is left of this site's allowance, in base units of the ledger's currency; a page never learns the balance. */
export const allowanceSchema = v.object({
  currency: currencySchema,
  tap: amountSchema,
  day: v.object({ limit: amountSchema, used: amountSchema, resets: seconds }),
  total: v.object({ limit: amountSchema, used: amountSchema }),
});
export type Allowance = v.InferOutput<typeof allowanceSchema>;

/** What `POST /pay` answers when it was paid: stored and repeated byte for byte. */
export const payAnswerSchema = v.object({
  receipt: v.string(),
  allowance: allowanceSchema,
  /** Of an item that is locked: what opens it, 32 bytes, base64url. Never stored with the answer */
  key: v.optional(v.string()),
});
export type PayAnswer = v.InferOutput<typeof payAnswerSchema>;

/** What `POST /connect/continue` answers: the grant, and how the first payment went. */
export const continueAnswerSchema = v.object({
  grant: v.string(),
  allowance: allowanceSchema,
  receipt: v.optional(v.string()),
  /** As in `POST /pay` */
  key: v.optional(v.string()),
  /** A session's grant, where the payee sells by session and the first payment was good */
  session: v.optional(v.string()),
  problem: v.optional(v.looseObject({ code: v.string() })),
  now: seconds,
});
export type ContinueAnswer = v.InferOutput<typeof continueAnswerSchema>;

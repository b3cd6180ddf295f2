/** Sessions at the wallet: a sum reserved for one payee, so that taps can be checked without asking. What is asked and answered. */
import * as v from 'valibot';
import { allowanceSchema } from './connect.ts';
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

/** The body of `POST /sessions`, under a call proof by the session key. */
export const openSessionSchema = v.object({
  /** The approval it stands under */
  gnt: id,
  /** What to reserve, in units of the ledger. An approval has one open session: where there is one, that one is answered */
  amount: amountSchema,
});
export type OpenSession = v.InferOutput<typeof openSessionSchema>;

/** The body of `POST /sessions/{sid}/topup`, under a call proof by the session key. */
export const topUpSchema = v.object({
  /** The number the new grant will have; the same number again has the same answer */
  seq: v.pipe(v.number(), v.safeInteger(), v.minValue(1)),
  /** What to reserve on top */
  amount: amountSchema,
});
export type TopUp = v.InferOutput<typeof topUpSchema>;

/** What both answer. The grant is kept, and given again byte for byte. */
export const sessionAnswerSchema = v.object({
  /** JWS: `jti` is the session, `dep` what is reserved in all, `rby` until when vouchers are redeemed */
  grant: v.string(),
  allowance: allowanceSchema,
  now: seconds,
});
export type SessionAnswer = v.InferOutput<typeof sessionAnswerSchema>;

/** The body of `POST /sessions/{sid}/undo`, under a call proof by the session key: a tap that was settled already. */
export const undoSchema = v.object({ tap: id });
export const undoAnswerSchema = v.object({
  tap: id,
  /** What came back to the payer */
  amount: amountSchema,
  allowance: allowanceSchema,
  now: seconds,
});
export type UndoAnswer = v.InferOutput<typeof undoAnswerSchema>;

const statementSchema = v.object({
  iss: shortText,
  env: environment,
  /** URL of the payee */
  aud: payeeSchema,
  /** The payer, pairwise for this payee */
  sub: id,
  sid: id,
  iat: seconds,
  cur: currencySchema,
  /** Reserved in all, taken by the payee, not used and given back */
  dep: amountSchema,
  amt: amountSchema,
  back: amountSchema,
  /** Taken by the payee, and then undone at the wallet */
  und: amountSchema,
  /** Nothing is reserved any more */
  end: v.boolean(),
  /** SHA-256 of `items`, base64url */
  ish: v.pipe(v.string(), v.length(43)),
});
/** `micropay-statement+jwt`, the wallet to the payer: what became of one session. */
export type Statement = v.InferOutput<typeof statementSchema>;

export const signStatement = (statement: Statement, signer: Signer): Promise<string> =>
  signJws('micropay-statement+jwt', statement, signer);

export function parseStatement(
  text: unknown,
  code: ProblemCode,
): { jws: Jws; statement: Statement } {
  const jws = parseJws(text, 'micropay-statement+jwt', code);
  return { jws, statement: shaped(statementSchema, jws.claims, code) };
}

/** What `GET /sessions/{sid}/statement` answers to the session key. */
export const statementAnswerSchema = v.object({
  statement: v.string(),
  /** JSON text of `[{tap, amount, reason, title?, at}]` as the payee told them; the statement holds its hash */
  items: v.string(),
  now: seconds,
});
export type StatementAnswer = v.InferOutput<typeof statementAnswerSchema>;

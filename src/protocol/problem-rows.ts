/** The rows of the problem table. A first payment in a page needs none of them; where these are loaded, every code is known. */
import { Problem, type ProblemCode, type Row } from './problem-table.ts';

/**
 * A code is stable: it is never renamed, and its meaning never changes.
 * Final answers of a wallet are kept: the same payment asked again is refused again.
 */
const table = [
  [400, 'none', 'malformed-request'],
  [402, 'retry', 'malformed-credential invalid-challenge payment-expired verification-failed'],
  [403, 'approve', 'approval-denied'],
  [404, 'contact', 'payee-unknown item-unknown'],
  [431, 'none', 'header-too-large'],
  // Only the payer's device can say these.
  [0, 'retry', 'offline wallet-unreachable aborted'],
  [0, 'contact', 'wallet-unsupported wallet-not-accepted invalid-price text-damaged'],
  [0, 'approve', 'not-connected popup-blocked popup-closed'],
  [0, 'retry', 'answer-unknown', 'unknown'],
  [0, 'contact', 'receipt-invalid', 'unknown'],
  [0, 'retry', 'delivery-failed', 'yes'],
  [0, 'reload', 'price-mismatch'],
  [0, 'none', 'storage-unavailable'],
  [400, 'none', 'method-unsupported self-payment'],
  [400, 'contact', 'origin-unverified'],
  [401, 'retry', 'proof-invalid'],
  [401, 'sign-in', 'sign-in-required'],
  [402, 'retry', 'payment-required payment-insufficient'],
  [402, 'contact', 'test-money-refused'],
  [403, 'none', 'origin-missing cross-site-refused'],
  [403, 'contact', 'origin-not-listed payee-key-missing'],
  [
    403,
    'approve',
    'grant-unknown grant-expired grant-revoked price-changed payment-action-required approval-pending',
  ],
  [403, 'raise-cap', 'cap-reached'],
  [403, 'top-up', 'insufficient-funds'],
  [403, 'sign-in', 'step-up-required passkey-refused code-refused'],
  [404, 'none', 'not-found'],
  [405, 'none', 'method-not-allowed'],
  [409, 'reload', 'id-reused already-owned'],
  [409, 'contact', 'already-settled undo-ended'],
  [409, 'none', 'name-refused'],
  [409, 'none', 'refund-too-large refund-ended'],
  [409, 'retry', 'item-repriced'],
  [410, 'none', 'item-closed'],
  [410, 'retry', 'session-ended'],
  [410, 'approve', 'approval-expired'],
  [413, 'none', 'request-too-large'],
  [415, 'none', 'unsupported-media-type'],
  [429, 'retry', 'rate-limited'],
  [500, 'retry', 'internal-error', 'unknown'],
  [503, 'retry', 'unavailable', 'unknown'],
] as const satisfies Row[];

/** Their codes, as a type. */
export type ProblemCodes = (typeof table)[number][2];

const rows: ReadonlyMap<string, Row> = new Map(
  table.flatMap((row: Row) => row[2].split(' ').map((code) => [code, row] as const)),
);

/** What the table says of a code; of one that isn't in it, that it is a fault of ours. */
export const rowOf = (code: ProblemCode): Row => rows.get(code) ?? [500, 'none', code];

Problem.rowOf = rowOf;

/** Every code there is. */
export const problemCodes = (): ProblemCode[] => [...rows.keys()].filter(isProblemCode);

export const isProblemCode = (code: unknown): code is ProblemCode =>
  typeof code === 'string' && rows.has(code);

/** What the scheme's own types begin with. */
export const schemeTypes = 'https://paymentauth.org/problems/';

/** Reads a problem someone else sent; an unknown code becomes `fallback`. */
export function problemFrom(body: unknown, fallback: ProblemCode): Problem {
  const sent: { [member: string]: unknown } =
    typeof body === 'object' && body !== null ? { ...body } : {};
  const { code, moneyMoved, allowance, receipt, key, price, payment } = sent;
  if (!isProblemCode(code)) return new Problem(fallback);
  return new Problem(code, {
    moneyMoved: moneyMoved === 'yes' || moneyMoved === 'no' ? moneyMoved : 'unknown',
    extra: { allowance, receipt, key, price, payment },
  });
}

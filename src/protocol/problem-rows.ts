/** The rows of the problem table that wallets and servers say. Where these are loaded, every code is known. */
import { Problem, type ProblemCode, type Row } from './problem-table.ts';

const table = [
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
  [403, 'sign-in', 'step-up-required passkey-refused'],
  [404, 'none', 'not-found'],
  [405, 'none', 'method-not-allowed'],
  [409, 'reload', 'id-reused already-owned'],
  [409, 'contact', 'already-settled undo-ended'],
  [410, 'retry', 'session-ended'],
  [410, 'approve', 'approval-expired'],
  [413, 'none', 'request-too-large'],
  [415, 'none', 'unsupported-media-type'],
  [429, 'retry', 'rate-limited'],
  [500, 'retry', 'internal-error', 'unknown'],
  [503, 'retry', 'unavailable', 'unknown'],
] as const satisfies Row[];

/** The codes of these rows. */
export type ServerCodes = (typeof table)[number][2];

Problem.rows.push(...table);

/** Every code there is. */
export const problemCodes = (): ProblemCode[] =>
  Problem.rows.flatMap(([, , codes]) => codes.split(' ')).filter(isProblemCode);

export const isProblemCode = (code: unknown): code is ProblemCode =>
  typeof code === 'string' && Problem.rows.some(([, , codes]) => codes.split(' ').includes(code));

/** Reads a problem someone else sent; an unknown code becomes `fallback`. */
export function problemFrom(body: unknown, fallback: ProblemCode): Problem {
  const sent: { [member: string]: unknown } =
    typeof body === 'object' && body !== null ? { ...body } : {};
  const { code, moneyMoved, allowance, receipt } = sent;
  if (!isProblemCode(code)) return new Problem(fallback);
  return new Problem(code, {
    moneyMoved: moneyMoved === 'yes' || moneyMoved === 'no' ? moneyMoved : 'unknown',
    extra: { allowance, receipt },
  });
}

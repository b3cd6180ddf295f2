/** Everything that can go wrong, as one table: status, next step and whether money moved → codes. The words for each are in problem.ts. */

export type MoneyMoved = 'yes' | 'no' | 'unknown';
export type NextStep =
  'retry' | 'approve' | 'top-up' | 'raise-cap' | 'reload' | 'sign-in' | 'contact' | 'none';

/** HTTP status (0 when only the payer's device can say it), what to do next, codes; whether money moved, where that isn't `no`. */
type Row = readonly [status: number, nextStep: NextStep, codes: string, moneyMoved?: MoneyMoved];

/**
 * The one problem table, short because every page loads it. A code is stable: it is never renamed, and its meaning never changes.
 * Final answers of a wallet are kept: the same payment asked again is refused again.
 */
const table = [
  [400, 'none', 'malformed-request method-unsupported self-payment'],
  [400, 'contact', 'origin-unverified'],
  [401, 'retry', 'proof-invalid'],
  [401, 'sign-in', 'sign-in-required'],
  [
    402,
    'retry',
    'payment-required malformed-credential invalid-challenge payment-expired payment-insufficient verification-failed',
  ],
  [402, 'contact', 'test-money-refused'],
  [403, 'none', 'origin-missing cross-site-refused'],
  [403, 'contact', 'origin-not-listed'],
  [
    403,
    'approve',
    'grant-unknown grant-expired grant-revoked price-changed payment-action-required approval-pending approval-denied',
  ],
  [403, 'raise-cap', 'cap-reached'],
  [403, 'top-up', 'insufficient-funds'],
  [403, 'sign-in', 'step-up-required passkey-refused'],
  [404, 'none', 'not-found'],
  [404, 'contact', 'payee-unknown'],
  [405, 'none', 'method-not-allowed'],
  [409, 'reload', 'id-reused already-owned'],
  [410, 'approve', 'approval-expired'],
  [413, 'none', 'request-too-large'],
  [415, 'none', 'unsupported-media-type'],
  [429, 'retry', 'rate-limited'],
  [431, 'none', 'header-too-large'],
  [500, 'retry', 'internal-error', 'unknown'],
  [503, 'retry', 'unavailable', 'unknown'],
  // Only the payer's device can say these.
  [0, 'retry', 'offline wallet-unreachable aborted'],
  [0, 'contact', 'wallet-unsupported wallet-not-accepted invalid-price'],
  [0, 'approve', 'not-connected popup-blocked popup-closed'],
  [0, 'retry', 'answer-unknown', 'unknown'],
  [0, 'contact', 'receipt-invalid', 'unknown'],
  [0, 'retry', 'delivery-failed', 'yes'],
  [0, 'reload', 'price-mismatch'],
  [0, 'none', 'storage-unavailable'],
] as const satisfies Row[];

type Words<Text extends string> = Text extends `${infer Word} ${infer Rest}`
  ? Word | Words<Rest>
  : Text;
export type ProblemCode = Words<(typeof table)[number][2]>;

const rowOf = (code: string): Row | undefined =>
  table.find(([, , codes]) => codes.split(' ').includes(code));

/** Every code, in the order of the table. */
export const problemCodes = (): ProblemCode[] =>
  table.flatMap(([, , codes]) => codes.split(' ')).filter(isProblemCode);

export const isProblemCode = (code: unknown): code is ProblemCode =>
  typeof code === 'string' && rowOf(code) !== undefined;

/**
 * What is thrown when something goes wrong; `problemDetails` makes a server's answer of it.
 * `detail` and `extra` are our own words and numbers, never what a stranger sent.
 */
export class Problem extends Error {
  override readonly name = 'Problem';
  readonly code: ProblemCode;
  readonly status: number;
  readonly moneyMoved: MoneyMoved;
  readonly nextStep: NextStep;
  readonly detail: string | undefined;
  readonly extra: Readonly<Record<string, unknown>>;

  constructor(
    code: ProblemCode,
    options: {
      detail?: string | undefined;
      moneyMoved?: MoneyMoved | undefined;
      nextStep?: NextStep | undefined;
      extra?: Record<string, unknown> | undefined;
      cause?: unknown;
    } = {},
  ) {
    const { detail, extra = {}, cause } = options;
    const [status, nextStep, , moneyMoved = 'no'] = rowOf(code) ?? [500, 'none', code];
    super(detail ? `${code}: ${detail}` : code, { cause });
    this.code = code;
    this.status = status;
    this.moneyMoved = options.moneyMoved ?? moneyMoved;
    this.nextStep = options.nextStep ?? nextStep;
    this.detail = detail;
    this.extra = extra;
  }
}

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

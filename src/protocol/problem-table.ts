/**
 * What can go wrong, as one table: status, next step and whether money moved → codes. Here are the rows that a payer's device
 * can say by itself, because every page loads them; those of wallets and servers are in problem-rows.ts, words in problem.ts.
 */
import type { ServerCodes } from './problem-rows.ts';

export type MoneyMoved = 'yes' | 'no' | 'unknown';
export type NextStep =
  'retry' | 'approve' | 'top-up' | 'raise-cap' | 'reload' | 'sign-in' | 'contact' | 'none';

/** HTTP status (0 when only the payer's device can say it), what to do next, codes; whether money moved, where that isn't `no`. */
export type Row = readonly [
  status: number,
  nextStep: NextStep,
  codes: string,
  moneyMoved?: MoneyMoved,
];

/**
 * A code is stable: it is never renamed, and its meaning never changes.
 * Final answers of a wallet are kept: the same payment asked again is refused again.
 */
const table = [
  [400, 'none', 'malformed-request'],
  [402, 'retry', 'malformed-credential invalid-challenge payment-expired verification-failed'],
  [403, 'approve', 'approval-denied'],
  [404, 'contact', 'payee-unknown'],
  [431, 'none', 'header-too-large'],
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

/** The words of a text, as types. */
export type Words<Text extends string> = Text extends `${infer Word} ${infer Rest}`
  ? Word | Words<Rest>
  : Text;
export type ProblemCode = Words<(typeof table)[number][2] | ServerCodes>;

/**
 * What is thrown when something goes wrong; `problemDetails` makes a server's answer of it.
 * `detail` and `extra` are our own words and numbers, never what a stranger sent.
 */
export class Problem extends Error {
  /** What is known of a code; `problem-rows.ts` adds the rows of wallets and servers */
  static readonly rows: Row[] = [...table];
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
    const [status, nextStep, , moneyMoved = 'no'] = Problem.rows.find(([, , codes]) =>
      codes.split(' ').includes(code),
    ) ?? [500, 'none', code];
    super(detail ? `${code}: ${detail}` : code, { cause });
    this.code = code;
    this.status = status;
    this.moneyMoved = options.moneyMoved ?? moneyMoved;
    this.nextStep = options.nextStep ?? nextStep;
    this.detail = detail;
    this.extra = extra;
  }
}

/**
 * What is thrown when something goes wrong. Every page loads this; what is known of each code stands in problem-rows.ts, words in
 * problem.ts.
 */
import type { ProblemCodes } from './problem-rows.ts';

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

/** The words of a text, as types. */
export type Words<Text extends string> = Text extends `${infer Word} ${infer Rest}`
  ? Word | Words<Rest>
  : Text;
export type ProblemCode = Words<ProblemCodes>;

/**
 * What is thrown when something goes wrong; `problemDetails` makes a server's answer of it.
 * `detail` and `extra` are our own words and numbers, never what a stranger sent.
 */
export class Problem extends Error {
  /** `problem-rows.ts` brings the table. Without it nothing is known of a code, and so not whether money moved. */
  static rowOf = (code: ProblemCode): Row => [500, 'none', code, 'unknown'];
  override readonly name = 'Problem';
  readonly code: ProblemCode;
  readonly detail: string | undefined;
  readonly extra: Readonly<Record<string, unknown>>;
  readonly #options: { moneyMoved?: MoneyMoved | undefined; nextStep?: NextStep | undefined };

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
    const { detail, extra = {} } = options;
    super(detail ? `${code}: ${detail}` : code, options);
    this.code = code;
    this.detail = detail;
    this.extra = extra;
    this.#options = options;
  }

  get status(): number {
    return Problem.rowOf(this.code)[0];
  }

  get nextStep(): NextStep {
    return this.#options.nextStep ?? Problem.rowOf(this.code)[1];
  }

  get moneyMoved(): MoneyMoved {
    return this.#options.moneyMoved ?? Problem.rowOf(this.code)[3] ?? 'no';
  }
}

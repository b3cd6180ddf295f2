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

export interface ProblemOptions {
  detail?: string | undefined;
  moneyMoved?: MoneyMoved | undefined;
  nextStep?: NextStep | undefined;
  extra?: Record<string, unknown> | undefined;
  cause?: unknown;
}

/**
 * What is thrown when something goes wrong; `problemDetails` makes a server's answer of it.
 * `detail` and `extra` are our own words and numbers, never what a stranger sent.
 */
export class Problem extends Error {
  /** `problem-rows.ts` brings the table. Without it nothing is known of a code, and so not whether money moved. */
  static rowOf = (code: ProblemCode): Row => [500, 'none', code, 'unknown'];
  override readonly name = 'Problem';
  readonly code: ProblemCode;
  readonly #options: ProblemOptions;

  constructor(code: ProblemCode, options: ProblemOptions = {}) {
    super(options.detail ? `${code}: ${options.detail}` : code, options);
    this.code = code;
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

  get detail(): string | undefined {
    return this.#options.detail;
  }

  get extra(): Readonly<Record<string, unknown>> {
    return this.#options.extra ?? {};
  }
}

const known = new Map<ProblemCode, Problem>();

/**
 * A problem that doesn't say where it was thrown, the same one each time. To find that out takes longer than all the checks
 * that lead to it, and a stranger may cause it as often as they like.
 */
export function refused(code: ProblemCode): Problem {
  const before = known.get(code);
  if (before) return before;
  const problem = new Problem(code);
  problem.stack = String(problem);
  known.set(code, problem);
  return problem;
}

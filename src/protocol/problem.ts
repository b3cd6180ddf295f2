/** Problems in words, and as they travel: what a server answers, and what docs/problems.md prints. A payment in a page needs none of it. */
import { problemCodes, schemeTypes } from './problem-rows.ts';
import { Problem, type MoneyMoved, type NextStep, type ProblemCode } from './problem-table.ts';
import { pageTitles } from './problem-titles.ts';

export { isProblemCode, problemFrom } from './problem-rows.ts';
export { Problem, refused } from './problem-table.ts';
export type { MoneyMoved, NextStep, ProblemCode } from './problem-table.ts';

/** Said by a wallet to people on its own pages and to servers, never to a payment in a page. */
const otherTitles = {
  'text-damaged': 'The locked text on this page was changed or cut.',
  'request-too-large': 'The request is too large.',
  'header-too-large': 'The request headers are too large.',
  'unsupported-media-type': 'The request body has the wrong content type.',
  'name-refused': 'This can’t be used as a name.',
  'method-not-allowed': 'This address does not take that method.',
  'test-money-refused': 'Play money is not accepted here.',
  'method-unsupported': 'This way of paying is not supported here.',
  'origin-unverified': 'The site could not be shown to belong to this payee.',
  'self-payment': 'Payer and payee are the same.',
  'refund-too-large': 'More would be given back than was paid.',
  'refund-ended': 'It is too long ago to be given back here.',
  'sign-in-required': 'Please sign in to the wallet.',
  'step-up-required': 'Please confirm with your passkey.',
  'passkey-refused': 'The passkey was not accepted.',
  'code-refused': 'The code was not accepted.',
  'cross-site-refused': 'This can only be done on the wallet’s own pages.',
  'approval-pending': 'The approval has not been given.',
  'origin-missing': 'The request did not say which site it comes from.',
  'payee-key-missing': 'The payee has not told the wallet a key to settle with.',
} as const satisfies Partial<Record<ProblemCode, string>>;

/** A function, so that bundlers see that nothing happens here. */
const titles = (): Record<ProblemCode, string> => ({ ...pageTitles, ...otherTitles });

/** The type of draft-ryan-httpauth-payment that a code is a case of, where there is one. */
const drafts: Partial<Record<ProblemCode, string>> = {
  'malformed-request': 'bad-request',
  'payment-required': 'payment-required',
  'malformed-credential': 'malformed-credential',
  'invalid-challenge': 'invalid-challenge',
  'payment-expired': 'payment-expired',
  'payment-insufficient': 'payment-insufficient',
  'verification-failed': 'verification-failed',
  'test-money-refused': 'verification-failed',
  'method-unsupported': 'method-unsupported',
  'payment-action-required': 'payment-action-required',
};

export interface ProblemRow {
  /** 0 when only the payer's device can say it */
  status: number;
  moneyMoved: MoneyMoved;
  nextStep: NextStep;
  title: string;
  draft?: string;
}

function rowOf(code: ProblemCode): ProblemRow {
  const { status, moneyMoved, nextStep } = new Problem(code);
  const draft = drafts[code];
  return { status, moneyMoved, nextStep, title: titles()[code], ...(draft ? { draft } : {}) };
}

/** Every problem, with its words. */
export const problems: Readonly<Record<ProblemCode, ProblemRow>> = /* @__PURE__ */ wordedRows();

/** The cast: the table's codes are all there are. */
function wordedRows(): Record<ProblemCode, ProblemRow> {
  const rows = new Map(problemCodes().map((code) => [code, rowOf(code)]));
  return Object.fromEntries(rows) as Record<ProblemCode, ProblemRow>;
}

/** A problem as it travels: RFC 9457 with our three stable members. */
export interface ProblemDetails {
  type: string;
  title: string;
  status: number;
  code: ProblemCode;
  moneyMoved: MoneyMoved;
  nextStep: NextStep;
  detail?: string;
  [extension: string]: unknown;
}

/** The body of an `application/problem+json` answer. */
export function problemDetails(problem: Problem): ProblemDetails {
  const { code, status, moneyMoved, nextStep, detail, extra } = problem;
  const draft = drafts[code];
  return {
    ...extra,
    type: draft ? schemeTypes + draft : `urn:micro-pay:problem:${code}`,
    title: titles()[code],
    status,
    code,
    moneyMoved,
    nextStep,
    ...(detail ? { detail } : {}),
  };
}

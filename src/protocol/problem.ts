/** Problems in words, and as they travel: what a server answers, and what docs/problems.md prints. A payment in a page needs none of it. */
import { problemCodes, schemeTypes } from './problem-rows.ts';
import { Problem, type MoneyMoved, type NextStep, type ProblemCode } from './problem-table.ts';

export { isProblemCode, problemFrom } from './problem-rows.ts';
export { Problem } from './problem-table.ts';
export type { MoneyMoved, NextStep, ProblemCode } from './problem-table.ts';

/** One sentence a person understands. */
const titles: Record<ProblemCode, string> = {
  'malformed-request': 'The request could not be read.',
  'request-too-large': 'The request is too large.',
  'header-too-large': 'The request headers are too large.',
  'unsupported-media-type': 'The request body has the wrong content type.',
  'name-refused': 'This can’t be used as a name.',
  'not-found': 'There is nothing at this address.',
  'method-not-allowed': 'This address does not take that method.',
  'payment-required': 'A payment is needed to open this.',
  'malformed-credential': 'The payment credential could not be read.',
  'invalid-challenge': 'The payment was made for something else or used before.',
  'payment-expired': 'The request for payment has expired.',
  'payment-insufficient': 'The payment is smaller than the price.',
  'verification-failed': 'The payment could not be verified.',
  'test-money-refused': 'Play money is not accepted here.',
  'method-unsupported': 'This way of paying is not supported here.',
  'origin-missing': 'The request did not say which site it comes from.',
  'origin-not-listed': 'This site is not on the list of sites of this payee.',
  'origin-unverified': 'The site could not be shown to belong to this payee.',
  'payee-unknown': 'This wallet does not know the payee.',
  'item-unknown': 'This wallet does not know the item.',
  'item-closed': 'This is not sold any more.',
  'item-repriced': 'It has another price now.',
  'self-payment': 'Payer and payee are the same.',
  'grant-unknown': 'The wallet does not know this approval.',
  'grant-expired': 'The approval for this site has ended.',
  'grant-revoked': 'The approval for this site was taken back.',
  'cap-reached': 'This would pass a limit that was set.',
  'price-changed': 'The price is much higher than the one agreed to.',
  'payment-action-required': 'The payment needs to be confirmed at the wallet.',
  'insufficient-funds': 'There is not enough money in the wallet.',
  'id-reused': 'This payment id was used for another payment.',
  'already-settled': 'This was settled; the wallet can take it back, the page can’t any more.',
  'undo-ended': 'It can’t be taken back any more.',
  'refund-too-large': 'More would be given back than was paid.',
  'refund-ended': 'It is too long ago to be given back here.',
  'session-ended': 'The sum that was reserved here has ended.',
  'payee-key-missing': 'The payee has not told the wallet a key to settle with.',
  'already-owned': 'This was paid for before and is not charged again.',
  'proof-invalid': 'The request was not signed by the right key.',
  'approval-expired': 'This approval has ended or was used before.',
  'approval-pending': 'The approval has not been given.',
  'approval-denied': 'The approval was refused.',
  'sign-in-required': 'Please sign in to the wallet.',
  'step-up-required': 'Please confirm with your passkey.',
  'passkey-refused': 'The passkey was not accepted.',
  'code-refused': 'The code was not accepted.',
  'cross-site-refused': 'This can only be done on the wallet’s own pages.',
  'rate-limited': 'Too many requests; please wait a moment.',
  'internal-error': 'Something failed on our side.',
  unavailable: 'The service is not available right now.',
  offline: 'There is no connection.',
  'wallet-unreachable': 'The wallet does not answer.',
  'wallet-unsupported': 'There is no micro-pay wallet at this address.',
  'wallet-not-accepted': 'This page does not use that wallet.',
  'not-connected': 'This site has no approval to be paid yet.',
  'popup-blocked': 'The browser blocked the wallet’s window.',
  'popup-closed': 'The wallet’s window was closed before an answer came.',
  'answer-unknown': 'The answer got lost; asking again is safe.',
  'receipt-invalid': 'The receipt could not be verified.',
  'delivery-failed': 'It was paid, but the page did not deliver.',
  'price-mismatch': 'The page shows one price and asks for another.',
  'invalid-price': 'The price on this page could not be read.',
  'storage-unavailable': 'The browser does not let this page store anything.',
  aborted: 'It was stopped.',
};

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
  return { status, moneyMoved, nextStep, title: titles[code], ...(draft ? { draft } : {}) };
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
    title: titles[code],
    status,
    code,
    moneyMoved,
    nextStep,
    ...(detail ? { detail } : {}),
  };
}

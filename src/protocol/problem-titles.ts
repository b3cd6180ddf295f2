/** What happened, in one sentence that a person understands: the problems that a payment in a page can meet. Others are in problem.ts. */
import type { ProblemCode } from './problem-table.ts';

export const pageTitles = {
  'malformed-request': 'The request could not be read.',
  'not-found': 'There is nothing at this address.',
  'payment-required': 'A payment is needed to open this.',
  'malformed-credential': 'The payment credential could not be read.',
  'invalid-challenge': 'The payment was made for something else or used before.',
  'payment-expired': 'The request for payment has expired.',
  'payment-insufficient': 'The payment is smaller than the price.',
  'verification-failed': 'The payment could not be verified.',
  'origin-not-listed': 'This site is not on the list of sites of this payee.',
  'payee-unknown': 'This wallet does not know the payee.',
  'item-unknown': 'This wallet does not know the item.',
  'item-closed': 'This is not sold any more.',
  'item-repriced': 'It has another price now.',
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
  'session-ended': 'The sum that was reserved here has ended.',
  'already-owned': 'This was paid for before and is not charged again.',
  'proof-invalid': 'The request was not signed by the right key.',
  'approval-expired': 'This approval has ended or was used before.',
  'approval-denied': 'The approval was refused.',
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
} as const satisfies Partial<Record<ProblemCode, string>>;

/** What no page can meet is a fault of somebody's. */
export const titleOf = (code: ProblemCode): string => {
  const titles: Partial<Record<ProblemCode, string>> = pageTitles;
  return titles[code] ?? pageTitles['internal-error'];
};

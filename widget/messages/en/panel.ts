/** English words of the panel: limits, receipts. */
import type { ReasonCode } from '../../../src/protocol/receipt.ts';

export const panel = {
  close: 'Close',

  playMoney: '(play money)',

  limitsTitle: 'Limits and receipts',
  limitsOf: (payee: string) => `The most that ${payee} can be paid from this device`,
  usedToday: (used: string, limit: string) =>
    `${used} of your ${limit} today here is paid or set aside`,
  usedInAll: (used: string, limit: string) => `${used} of your ${limit} in all here`,
  overcharge: 'The wallet’s statement tells of more than you paid here. Ask the payee about it.',
  tap: 'Per tap',
  day: 'Per day',
  total: 'In all',
  save: 'Save',
  saved: 'Saved.',
  walletAsks: 'Saved. Your wallet’s own limit is lower: it will ask you before more is paid.',
  unreadable: 'Please write an amount like 0.50.',
  receipts: 'Receipts of this site',
  noReceipts: 'Nothing was paid here yet.',

  receiptTitle: (price: string) => `Paid ${price}`,
  youPaid: (price: string, payee: string, what: string) =>
    `You paid ${price} to ${payee}${what && ` for “${what}”`}.`,
  why: (reason: string, time: string) => `Charged because ${reason}, ${time}.`,
  reasons: {
    tapped: 'you tapped Pay',
    metered: 'you used it',
    renewal: 'it was renewed',
    tip: 'you gave a tip',
    boost: 'you boosted it',
    'offer-applied': 'you took an offer',
    refund: 'it was refunded',
    reversal: 'it was undone',
    correction: 'it was corrected',
  } satisfies Record<ReasonCode, string>,
  otherReason: 'it was asked for',
  until: (time: string) => `If it was a mistake, you can undo it at the wallet until ${time}.`,
  undoUntil: (time: string) => `If it was a mistake, you can undo it here until ${time}.`,
  undo: 'Undo',
  undone: 'Undone',
  cameBack: (price: string) =>
    `Undone: ${price} came back to you. What it had opened is closed again.`,
  cameBackLate: (price: string) =>
    `Undone: ${price} came back to you. The site isn’t told, so what it had opened may stay open.`,
  stands: 'Nothing was undone, and the payment stands.',
  payeeWithoutFunds: (time: string) =>
    `Whoever was paid has not enough to give it back right now. The payment stands; you can try again until ${time}.`,
  undoUnknown: 'No answer came, so it may be undone. Try again: it is never undone twice.',
  anyTime:
    'If it was a mistake, your wallet says whether it can still be undone. You can stop this site there at any time.',
  atWallet: 'See it at the wallet',
  again: (price: string) => `Pay ${price} again`,
};

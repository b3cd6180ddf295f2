/** English words of what went wrong: whether money moved, and what to do. */
import type { MoneyMoved, NextStep } from '../../../src/protocol/problem-table.ts';

export const moneyWords: Record<MoneyMoved, string> = {
  no: 'You were not charged.',
  yes: 'You were charged.',
  unknown: 'It is not known yet whether you were charged.',
};

export const stepWords: Record<NextStep, string> = {
  retry: 'Tap to try again.',
  approve: 'Tap to approve it at the wallet.',
  'top-up': 'Tap again when there is enough.',
  'raise-cap': 'Tap to see your limits.',
  reload: 'Reload the page to see the price.',
  'sign-in': 'Sign in at the wallet, then tap again.',
  contact: 'Please tell the people of this site.',
  none: '',
};

/** Said instead of `retry` when the fate of a payment is open. */
export const askAgain = 'Tap to ask again; you will not be charged twice.';
export const checking = 'Checking whether it was paid. You will not be charged twice.';
export const atWallet = 'Open the wallet';
export const askAboutIt = 'Ask about it';

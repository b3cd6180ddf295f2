/** English words of a payment under way and of how it ended. */
import type { MoneyMoved, NextStep } from '../../../src/protocol/problem.ts';
import type { State } from '../../states.ts';

/** What each state says by itself; a problem says it more exactly. */
export const stateWords: Record<State, string> = {
  idle: '',
  ready: '',
  approve: 'Your approval is needed first. Nothing is charged yet.',
  confirming: 'Waiting for your answer in the wallet’s window.',
  paying: 'Paying {price}.',
  checking: 'Checking whether it was paid. You will not be charged twice.',
  paid: 'Paid {price}.',
  undone: 'Undone: {price} came back to you.',
  'no-wallet': 'The wallet can’t be reached.',
  'needs-funds': 'There is not enough money in your wallet.',
  denied: 'You said no at the wallet.',
  failed: 'That did not work.',
  offline: 'No connection.',
};

export const moneyWords: Record<MoneyMoved, string> = {
  no: 'You were not charged.',
  yes: 'You were charged.',
  unknown: 'It is not known yet whether you were charged.',
};

export const stepWords: Record<NextStep, string> = {
  retry: 'Tap to try again.',
  approve: 'Tap to approve it at the wallet.',
  'top-up': 'Add money, then tap again.',
  'raise-cap': 'Tap to see your limits.',
  reload: 'Reload the page to see the price.',
  'sign-in': 'Sign in at the wallet, then tap again.',
  contact: 'Please tell the people of this site.',
  none: '',
};

/** Said instead of `retry` when the fate of a payment is open. */
export const askAgain = 'Tap to ask again; you will not be charged twice.';
export const atWallet = 'Open the wallet';
export const nothingToPay = 'There is nothing to pay here any more. You were not charged.';

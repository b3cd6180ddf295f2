/** English words of each state by itself, for docs and tests; the button says it more exactly. */
import type { State } from '../../states.ts';
import { payment } from './payment.ts';
import { checking } from './refusal.ts';

export const stateWords: Record<State, string> = {
  idle: '',
  ready: '',
  approve: 'Your approval is needed first. Nothing is charged yet.',
  confirming: payment.confirming,
  paying: payment.paying('{price}'),
  checking,
  paid: payment.paid('{price}'),
  running: 'It runs until you pause or stop it.',
  paused: 'Paused.',
  undone: 'Undone: {price} came back to you.',
  'no-wallet': 'The wallet can’t be reached.',
  'needs-funds': 'There is not enough money in your wallet.',
  denied: 'You said no at the wallet.',
  failed: 'That did not work.',
  offline: 'No connection.',
};

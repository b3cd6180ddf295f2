/** How the button gets into each state and the panel into each view: a scripted client, and what a person does. */
import { Problem } from '../../../src/protocol/problem.ts';
import type { State } from '../../../widget/states.ts';
import { never, payee, refuse, type Script } from '../fake-client.ts';

export interface Road {
  script?: Partial<Script>;
  attributes?: Record<string, string>;
  /** `tap`, `details`, the words on a choice, or seconds that pass */
  steps: (string | number)[];
  state: State;
  /** It ends in the panel */
  panel?: true;
}

export const tip = { to: payee.url, amount: '0.02', currency: 'USD', reason: 'The long read' };

export const metered = { src: '/read/{n}', amount: '0.01', currency: 'USD', meter: '' };
const cent = { price: '0.01' };

const overLimit = (whose: string, nextStep?: 'approve'): Problem =>
  new Problem('cap-reached', {
    detail: `2¢ would pass ${whose} limit of $1.00 for one day here. You can raise it, or wait until tomorrow.`,
    nextStep,
  });

/** A wallet that had one cent */
const onlyFirst: Script['settle'] = async ({ target }) => {
  if ('url' in target && !target.url.endsWith('1')) throw new Problem('insufficient-funds');
};

/** One road to each state. */
export const stateRoads: Road[] = [
  { state: 'idle', steps: [], attributes: { src: '/article' }, script: { quote: never } },
  { state: 'ready', steps: [] },
  { state: 'approve', steps: ['tap'], script: { ready: false } },
  { state: 'confirming', steps: ['tap', 'Continue'], script: { ready: false, settle: never } },
  { state: 'paying', steps: ['tap'], script: { settle: never } },
  {
    state: 'checking',
    steps: ['tap'],
    script: { settle: refuse('answer-unknown'), resume: never },
  },
  { state: 'paid', steps: ['tap'] },
  { state: 'running', steps: ['tap', 133], attributes: metered, script: cent },
  { state: 'paused', steps: ['tap', 140, 'Pause'], attributes: metered, script: cent },
  { state: 'undone', steps: ['tap', 'tap', 'Undo', 'Close'], script: { taps: true } },
  { state: 'no-wallet', steps: ['tap'], script: { settle: refuse('wallet-unreachable') } },
  { state: 'needs-funds', steps: ['tap'], script: { settle: refuse('insufficient-funds') } },
  { state: 'denied', steps: ['tap'], script: { settle: refuse('approval-denied') } },
  { state: 'failed', steps: ['tap'], script: { settle: refuse('verification-failed') } },
  { state: 'offline', steps: ['tap'], script: { quote: refuse('offline') } },
];

/** The panel's other views, and what else changes the looks. */
export const viewRoads: Record<string, Road> = {
  'popup closed': {
    state: 'approve',
    steps: ['tap', 'Continue'],
    script: { ready: false, settle: refuse('popup-closed') },
  },
  'popup blocked': {
    state: 'approve',
    steps: ['tap', 'Continue'],
    script: { ready: false, popup: false },
  },
  'device limit': {
    state: 'approve',
    steps: ['tap'],
    script: { ready: false, obstacle: overLimit('your') },
  },
  'wallet limit': {
    state: 'approve',
    steps: ['tap'],
    script: { ready: false, obstacle: overLimit('your wallet’s', 'approve') },
  },
  'approval ended': {
    state: 'approve',
    steps: ['tap'],
    script: { ready: false, obstacle: 'grant-expired' },
  },
  'limits and receipts': { state: 'ready', steps: ['details'], panel: true },
  receipt: { state: 'paid', steps: ['tap', 'tap'], panel: true },
  'play money': { state: 'paid', steps: ['tap'], script: { env: 'test' } },
  'play money receipt': {
    state: 'paid',
    steps: ['tap', 'tap'],
    panel: true,
    script: { env: 'test' },
  },
  'receipt of a tap': { state: 'paid', steps: ['tap', 'tap'], panel: true, script: { taps: true } },
  'undone receipt': {
    state: 'undone',
    steps: ['tap', 'tap', 'Undo'],
    panel: true,
    script: { taps: true },
  },
  'undo refused': {
    state: 'paid',
    steps: ['tap', 'tap', 'Undo'],
    panel: true,
    script: { taps: true, undo: refuse('insufficient-funds') },
  },
  'receipts that can be undone': {
    state: 'paid',
    steps: ['tap', 'details'],
    panel: true,
    script: { taps: true },
  },
  'meter of play money': {
    state: 'running',
    steps: ['tap', 133],
    attributes: metered,
    script: { ...cent, env: 'test' },
  },
  'meter stopped': {
    state: 'ready',
    steps: ['tap', 140, 'Stop'],
    attributes: metered,
    script: cent,
  },
  'meter at a limit': {
    state: 'approve',
    steps: ['tap', 61],
    attributes: metered,
    script: { ...cent, most: 1, obstacle: overLimit('your') },
  },
  'meter without funds': {
    state: 'needs-funds',
    steps: ['tap', 61],
    attributes: metered,
    script: { ...cent, settle: onlyFirst },
  },
  'meter at its end': {
    state: 'paid',
    steps: ['tap', 121],
    attributes: { ...metered, most: '2' },
    script: cent,
  },
  'meter of taps': {
    state: 'ready',
    steps: ['tap', 1, 'tap', 1],
    attributes: { ...tip, meter: 'tap' },
  },
  compact: { state: 'ready', steps: [], attributes: { ...tip, compact: '' } },
  'long price': {
    state: 'ready',
    steps: [],
    attributes: { ...tip, amount: '1234.567891', currency: 'CHF' },
  },
  'bad price': { state: 'failed', steps: [], attributes: { ...tip, amount: 'NaN' } },
};

/** How the button gets into each state and the panel into each view: a scripted client, and what a person does. */
import { Problem } from '../../../src/protocol/problem.ts';
import type { State } from '../../../widget/states.ts';
import { never, payee, refuse, type Script } from '../fake-client.ts';

export interface Road {
  script?: Partial<Script>;
  attributes?: Record<string, string>;
  /** `tap`, `details`, or the words on a choice of the panel */
  steps: string[];
  state: State;
  /** It ends in the panel */
  panel?: true;
}

export const tip = { to: payee.url, amount: '0.02', currency: 'USD', reason: 'The long read' };

/** One road to each state; to `undone` there is none before refunds are built. */
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
    script: { ready: false, obstacle: 'cap-reached' },
  },
  'wallet limit': {
    state: 'approve',
    steps: ['tap'],
    script: { ready: false, obstacle: new Problem('cap-reached', { nextStep: 'approve' }) },
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
  compact: { state: 'ready', steps: [], attributes: { ...tip, compact: '' } },
  'long price': {
    state: 'ready',
    steps: [],
    attributes: { ...tip, amount: '1234.567891', currency: 'CHF' },
  },
  'bad price': { state: 'failed', steps: [], attributes: { ...tip, amount: 'NaN' } },
};

/** What the button can be: the one table that its types, its tests and its docs are made from, and that the button is held against. */
import type { NextStep } from '../src/protocol/problem-table.ts';

export interface StateRow {
  /** Something is under way: spinner, `aria-busy`, further taps do nothing */
  busy: boolean;
  /** How its words are announced; alerts also stand below the button */
  role: 'status' | 'alert';
  /** What a person may have to do next */
  steps: readonly NextStep[];
  /** The states that can follow */
  ways: readonly State[];
}

export type State =
  | 'idle'
  | 'ready'
  | 'no-wallet'
  | 'approve'
  | 'confirming'
  | 'paying'
  | 'checking'
  | 'paid'
  | 'running'
  | 'paused'
  | 'undone'
  | 'needs-funds'
  | 'denied'
  | 'failed'
  | 'offline';

const refusals: State[] = ['no-wallet', 'needs-funds', 'denied', 'failed', 'offline'];
const underWay: State[] = ['approve', 'paying', 'checking', 'paid', 'running', 'paused'];

const calm = (...ways: State[]): StateRow => ({ busy: false, role: 'status', steps: [], ways });
const busy = (...ways: State[]): StateRow => ({ ...calm(...ways, ...refusals), busy: true });
/** A refusal ends nothing for good: the next tap starts anew, or asks again what became of the last one. */
const alert = (...steps: NextStep[]): StateRow => ({
  busy: false,
  role: 'alert',
  steps,
  ways: ['ready', ...underWay, ...refusals],
});

/** The words of a state have its name as their key. */
export const states: Record<State, StateRow> = {
  idle: calm('ready', ...underWay, ...refusals),
  ready: calm('idle', ...underWay, ...refusals),
  approve: { ...calm('ready', 'confirming', ...underWay, ...refusals), steps: ['approve'] },
  confirming: busy('ready', ...underWay),
  paying: busy('ready', ...underWay),
  checking: busy('ready', ...underWay),
  paid: calm('ready', 'undone'),
  running: calm('ready', ...underWay, ...refusals),
  paused: calm('idle', 'ready', ...underWay, ...refusals),
  undone: calm('ready', ...underWay, ...refusals),
  'no-wallet': alert('retry', 'contact'),
  'needs-funds': alert('top-up'),
  denied: alert('approve'),
  failed: alert('retry', 'raise-cap', 'reload', 'sign-in', 'contact', 'none'),
  offline: alert('retry'),
};

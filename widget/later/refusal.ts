/** What a problem means for the button: which state, and what is said. */
import { html, type TemplateResult } from 'lit';
import { Problem, type ProblemCode } from '../../src/protocol/problem-table.ts';
import { titleOf } from '../../src/protocol/problem-titles.ts';
import { askAboutIt, askAgain, atWallet, moneyWords, stepWords } from '../messages/en/refusal.ts';
import { MicroPayElement } from '../micro-pay.ts';
import type { Face } from '../face.ts';
import type { Payment } from '../payment.ts';
import type { State } from '../states.ts';
import { refusalStyles } from './refusal-styles.ts';

const statesOfProblems: Partial<Record<ProblemCode, State>> = {
  'insufficient-funds': 'needs-funds',
  'approval-denied': 'denied',
  offline: 'offline',
  'wallet-unreachable': 'no-wallet',
  'wallet-unsupported': 'no-wallet',
  'wallet-not-accepted': 'no-wallet',
};

/** An approval opens the way; anything else is a refusal. */
export const stateOf = ({ code, nextStep }: Problem): State =>
  statesOfProblems[code] ?? (nextStep === 'approve' ? 'approve' : 'failed');

/** @param wallet its origin, where it is known */
export function refuse(payment: Payment, error: unknown, wallet?: string): void {
  const problem = problemOf(error);
  if (problem.moneyMoved === 'no') payment.open = undefined;
  tell(payment.face, problem, wallet);
}

export function tell(face: Face, problem: Problem, wallet?: string): void {
  const { code, moneyMoved, nextStep } = problem;
  if (face.element.amount != null) face.know({ price: undefined });
  const state = stateOf(problem);
  MicroPayElement.wear(face.element, refusalStyles);
  // As the table of states has it, which no page loads.
  const role = state === 'approve' ? 'status' : 'alert';
  face.show(state, { role, words: sentence(problem, wallet) });
  face.emit('micro-pay-error', { code, moneyMoved, nextStep });
}

/** @param wallet its origin, where it is known: the way to it stands beside the words */
function sentence(problem: Problem, wallet: string | undefined): TemplateResult {
  const { code, moneyMoved, nextStep } = problem;
  const step = moneyMoved === 'no' || nextStep !== 'retry' ? stepWords[nextStep] : askAgain;
  const words = [titleOf(code), moneyWords[moneyMoved], step].filter(Boolean).join(' ');
  const [path, label] = placeAtWallet(problem);
  return wallet && label
    ? html`${words} <a href=${wallet + path} target="_blank" rel="noopener">${label}</a>`
    : html`${words}`;
}

/** Where money or a login is missing, the wallet; else a message to who was to be paid, about this payment. */
const placeAtWallet = ({
  nextStep,
  extra: { payment },
}: Problem): [path: string, label?: string] => {
  if (nextStep === 'top-up' || nextStep === 'sign-in') return ['', atWallet];
  return typeof payment === 'string'
    ? [`/questions/new?payment=${encodeURIComponent(payment)}`, askAboutIt]
    : [''];
};

/** What isn't a Problem is a fault of ours: loud in the console, and its effect is unknown. */
export function problemOf(error: unknown): Problem {
  if (error instanceof Problem) return error;
  console.error(error);
  return new Problem('internal-error');
}

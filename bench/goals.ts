/** What the bench's figures are held against: the goals, and when a figure is so far from one that it is no accident. */

/** One figure of the bench. */
export interface Figure {
  /** The goal it stands for, if it does for one */
  goal?: Goal;
  what: string;
  /** To the goal's reference: 1 is as fast, 0.5 takes twice the CPU time */
  ratio?: number;
  /** CPU microseconds of one */
  micros?: number;
  /** What is counted instead, and how many there may be at most */
  count?: number;
  most?: number;
}

/** The floor of a ratio, what it should become, and what it is to; P5 is counted. */
export const goals = {
  P1: { floor: 0.82, aim: 0.9, to: 'one raw check of the signature' },
  P2: { floor: 1, aim: 1.5, to: 'a seventh of a raw check, 12 µs where one takes 84' },
  P4: { floor: 8, to: 'one raw check of the signature' },
  P5: { floor: undefined, to: 'what may be counted' },
  P8: { floor: 0.9, to: 'a bare loop of the same transactions' },
  P9: { floor: 0.9, to: 'node:http with the same check' },
  P10: { floor: 0.7, aim: 0.8, to: 'the same events by node:http' },
} as const satisfies Record<string, { floor: number | undefined; aim?: number; to: string }>;

export type Goal = keyof typeof goals;
export type Verdict = 'good' | 'under' | 'far under';

/** A busy machine takes a fifth from a figure now and then. Twice in a row it is the code. */
const slack = 0.8;

/** @returns undefined for a figure that stands for no goal */
export function verdictOf({ goal, ratio, count, most }: Figure): Verdict | undefined {
  if (!goal) return undefined;
  if (count !== undefined && most !== undefined) return count <= most ? 'good' : 'far under';
  const { floor = 0 } = goals[goal];
  if (ratio === undefined || !(ratio < floor)) return 'good';
  return ratio < floor * slack ? 'far under' : 'under';
}

/** @returns what was far under its floor both times */
export const farUnderTwice = (first: readonly Figure[], again: readonly Figure[]): string[] =>
  again
    .filter((figure) => verdictOf(figure) === 'far under')
    .map(({ what }) => what)
    .filter((what) => first.some((one) => one.what === what && verdictOf(one) === 'far under'));

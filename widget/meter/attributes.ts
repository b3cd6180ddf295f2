/** What an element says of its meter. */
import type { Wish } from '../face.ts';

export interface Terms {
  /** Milliseconds of one unit; 0 where it is a tap */
  unitMs: number;
  /** The most units */
  most: number;
}

const minute = 60;
const day = 86_400;

/** @returns undefined where it can't be read */
export function termsOf(element: Wish): Terms | undefined {
  const unit = element.getAttribute('meter') || String(minute);
  const seconds = unit === 'tap' ? 0 : Number(unit);
  const most = Number(element.getAttribute('most') ?? Infinity);
  const isUnit = unit === 'tap' || (seconds > 0 && seconds <= day);
  return isUnit && most >= 1 ? { unitMs: seconds * 1_000, most } : undefined;
}

/** Limits as text: whole amounts, in millionths. */
import { amountPattern } from '../protocol/ledger-units.ts';
import { Problem } from '../protocol/problem-table.ts';
import type { Caps } from './api.ts';

/** @throws Problem `malformed-request` */
export function assertAmounts(caps: Caps): void {
  if (!Object.values(caps).every((limit: string) => amountPattern.test(limit)))
    throw new Problem('malformed-request');
}

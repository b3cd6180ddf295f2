/**
 * The payee's mark on what is sold: it travels as `externalId` in the request and as `ext` in the wallet's receipt.
 * A wallet writes into a receipt whatever scope the payer's page asked for, so only the mark tells what was really offered.
 */
import { mac } from '../protocol/challenge.ts';
import type { Money } from '../protocol/money.ts';
import type { Settings } from './settings.ts';

export interface Sold {
  scope: string;
  /** How long it is owned */
  seconds: number;
  money: Money;
}

/** @returns 43 characters; the scope stands last, because it alone may hold spaces */
export const markOf = async (
  { scope, seconds, money }: Sold,
  { markKey, payee }: Pick<Settings, 'markKey' | 'payee'>,
): Promise<string> =>
  mac(await markKey, [payee.url, money.amount, money.currency, seconds, scope].join(' '));

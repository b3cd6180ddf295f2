/** Wallets that a page takes: any, or those it named. */
import { Problem } from '../protocol/problem-table.ts';
import type { Context } from './context.ts';

/** @throws Problem `wallet-not-accepted` */
export function assertAccepted({ options }: Context, origin: string): void {
  if (options.wallets?.includes(origin) === false) throw new Problem('wallet-not-accepted');
}

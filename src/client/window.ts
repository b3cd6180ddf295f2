/** The wallet's window, which a payment closes behind it. */
import { Problem } from '../protocol/problem-table.ts';
import type { WalletWindow } from './api.ts';

/** Leaves no window of the wallet behind, unless its answer may still come. */
export function withWindow<T>(opened: WalletWindow | undefined, work: Promise<T>): Promise<T> {
  const shut = () => opened?.window?.close();
  work.then(shut, (problem: unknown) => {
    if (!(problem instanceof Problem) || problem.code !== 'popup-closed') shut();
  });
  return work;
}

/** The SDK without the element: quote and settlement in one. */
import { Problem } from '../../protocol/problem-table.ts';
import type { Paid, Payer, Quote, SettleOptions, Target, WalletWindow } from '../api.ts';
import type { Context } from '../context.ts';
import { pageOf } from './whole-page.ts';

/** A window only where a click allows one: elsewhere the browser would block it, and say so to the person. */
export const windowFor = (
  context: Context,
  micro: Payer,
  made: Pick<Quote, 'payee'>,
): WalletWindow | undefined => (pageOf(context)?.clicked() ? micro.openWallet(made) : undefined);

/** @throws Problem; see `pay` in api.ts */
export async function pay(
  context: Context,
  micro: Payer,
  target: Extract<Target, { to: string }>,
  how: SettleOptions = {},
): Promise<Paid> {
  const made = await micro.quote(target, how);
  if (made.response) throw new Error('A tip always has a price.');
  const needsWindow = !how.wallet && made.obstacle?.nextStep === 'approve';
  const wallet = needsWindow ? windowFor(context, micro, made) : how.wallet;
  return micro.settle(made, { ...how, ...(wallet ? { wallet } : {}) });
}

/** @throws Problem; see `fetch` in api.ts */
export async function payingFetch(
  micro: Payer,
  url: string | URL,
  init?: RequestInit,
): Promise<Response> {
  const how = init?.signal ? { signal: init.signal } : {};
  const made = await micro.quote({ url: String(url), ...(init ? { init } : {}) }, how);
  if (made.response) return made.response;
  const { response } = await micro.settle(made, how);
  if (!response) throw new Problem('delivery-failed');
  return response;
}

/** What a payer owns by an earlier receipt opens again, on any device, and nothing is charged. */
import { itemScopePrefix } from '../../protocol/item-scope.ts';
import { Problem } from '../../protocol/problem-table.ts';
import type { Paid } from '../api.ts';
import type { Charge } from '../charge.ts';
import type { Receipt } from '../claims.ts';
import type { Context } from '../context.ts';
import { keepReceipt, walletsReceipt } from '../receipts.ts';
import { walletTime } from '../wallet.ts';
import { disbelieve } from './alerts.ts';
import { deliverOwned } from './deliver-again.ts';
import type { LiveApproval } from './grant.ts';
import { keepKey, keptReceipts } from './kept.ts';
import { owns, scopeOf } from './standing.ts';

/** @param by the receipt, and what opens the item @throws Problem `receipt-invalid`, `delivery-failed` */
export async function openOwned(
  context: Context,
  charge: Charge,
  live: LiveApproval,
  { text, key: sent }: { text: string; key?: unknown },
): Promise<Paid> {
  const { wallet, terms } = live;
  const key = typeof sent === 'string' ? sent : undefined;
  const receipt = await walletsReceipt(context, { wallet, payee: charge.payee }, text);
  const now = walletTime(context, wallet);
  if (receipt.sub !== terms.sub || !(owns(receipt, charge, now) || isOfItem(receipt))) {
    disbelieve(context, new Problem('receipt-invalid'));
  }
  const { target } = charge;
  const known = await keptReceipts(context, charge.payee.url);
  if (!known.some(({ receipt: { jti } }) => jti === receipt.jti))
    await keepReceipt(context, charge, { receipt, text, elsewhere: true });
  const scope = scopeOf(charge);
  if (key && scope) await keepKey(context, charge.payee.url, scope, { receipt, text, key });
  const response = await deliverOwned(context, charge, text, live);
  return { receipt, text, key, target, response, owned: true };
}

/** An item may be bought in a list, and the receipt is the list's then. What it opens shows the key. */
const isOfItem = ({ own }: Receipt): boolean | undefined => own?.scope.startsWith(itemScopePrefix);

/** What a payer owns by an earlier receipt opens again, on any device, and nothing is charged. */
import { Problem } from '../../protocol/problem-table.ts';
import type { Paid } from '../api.ts';
import type { Charge } from '../charge.ts';
import type { Context } from '../context.ts';
import { keepReceipt, walletsReceipt } from '../receipts.ts';
import { walletTime } from '../wallet.ts';
import { disbelieve } from './alerts.ts';
import { deliverOwned } from './deliver-again.ts';
import type { LiveApproval } from './grant.ts';
import { keptReceipts } from './kept.ts';
import { owns } from './standing.ts';

/** @param text JWS @throws Problem `receipt-invalid`, `delivery-failed` */
export async function openOwned(
  context: Context,
  charge: Charge,
  live: LiveApproval,
  text: string,
): Promise<Paid> {
  const { wallet, terms } = live;
  const receipt = await walletsReceipt(context, { wallet, payee: charge.payee }, text);
  const now = walletTime(context, wallet);
  if (receipt.sub !== terms.sub || !owns(receipt, charge, now)) {
    disbelieve(context, new Problem('receipt-invalid'));
  }
  const { target } = charge;
  const known = await keptReceipts(context, charge.payee.url);
  if (!known.some(({ receipt: { jti } }) => jti === receipt.jti))
    await keepReceipt(context, charge, { receipt, text, elsewhere: true });
  const response = await deliverOwned(context, charge, text, live);
  return { receipt, text, target, response };
}

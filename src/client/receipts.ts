/** A receipt: believed only after every check, then kept on this device. */
import type { Payee } from '../protocol/payee.ts';
import { Problem } from '../protocol/problem-table.ts';
import type { Pending } from './account.ts';
import type { KeptReceipt } from './api.ts';
import type { Charge } from './charge.ts';
import { receiptClaims, type Receipt } from './claims.ts';
import type { Context } from './context.ts';
import { signedClaims, type Wallet } from './wallet.ts';

/** Before the payee in a receipt's key */
export const receiptPrefix = 'receipt:';

/**
 * Believes a receipt only if the wallet signed it for this payee, this wish and this key.
 * @throws Problem `receipt-invalid`; what was paid is then unknown
 */
export async function believedReceipt(
  context: Context,
  { charge, wallet, jkt }: Pending,
  text: string,
): Promise<Receipt> {
  const { request, cid, rlm } = charge;
  const receipt = await walletsReceipt(context, { wallet, payee: charge.payee }, text);
  const fits =
    receipt.amt === request.amount &&
    receipt.cur === request.currency &&
    receipt.cid === cid &&
    receipt.rlm === rlm &&
    receipt.ext === request.externalId &&
    receipt.cnf?.jkt === jkt;
  if (!fits) throw new Problem('receipt-invalid');
  return receipt;
}

/** @throws Problem `receipt-invalid` for what this wallet didn't sign for this payee */
export const walletsReceipt = (
  context: Context,
  by: { wallet: Wallet; payee: Payee },
  text: string,
): Promise<Receipt> =>
  signedClaims(context, by, text, {
    typ: 'micropay-receipt+jwt',
    shape: receiptClaims,
    code: 'receipt-invalid',
  });

/** Keeps a receipt; the same one again changes nothing. */
export async function keepReceipt(
  { storage }: Context,
  { target }: Charge,
  paid: KeptReceipt,
): Promise<KeptReceipt> {
  const { aud, jti } = paid.receipt;
  const kept = { ...paid, url: 'url' in target ? target.url : undefined };
  await storage.set(`${receiptPrefix}${aud} ${jti}`, kept);
  return kept;
}

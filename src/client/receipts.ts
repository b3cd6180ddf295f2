/** Receipts: believed only after every check, and kept on this device. */
import type { Payee } from '../protocol/payee.ts';
import { Problem } from '../protocol/problem-table.ts';
import type { Receipt } from '../protocol/receipt.ts';
import type { Pending } from './account.ts';
import type { KeptReceipt } from './api.ts';
import { receiptClaims } from './claims.ts';
import type { Context } from './context.ts';
import { signedClaims, type Wallet } from './wallet.ts';

const prefix = 'receipt:';
/** Receipts a page would list. */
const shown = 50;

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
    schema: receiptClaims,
    code: 'receipt-invalid',
  });

/** Keeps a receipt; the same one again changes nothing. */
export async function keepReceipt({ storage }: Context, kept: KeptReceipt): Promise<void> {
  const { aud, jti } = kept.receipt;
  await (await storage).set(`${prefix}${aud} ${jti}`, kept);
}

/** Newest first; believed as they were written, like every record. */
export async function keptReceipts({ storage }: Context, payee?: string): Promise<KeptReceipt[]> {
  const all = (await (await storage).list(prefix + (payee ? `${payee} ` : ''))) as KeptReceipt[];
  return all.sort((a, b) => b.receipt.iat - a.receipt.iat);
}

export const showReceipts = async (context: Context): Promise<void> =>
  context.stores.$receipts.set((await keptReceipts(context)).slice(0, shown));

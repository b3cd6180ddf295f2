/** The receipts kept on this device, and the keys of what they opened. */
import type { KeptReceipt } from '../api.ts';
import type { Context } from '../context.ts';
import type { Pending } from '../account.ts';
import { receiptPrefix } from '../receipts.ts';

/** Newest first; believed as they were written, like every record. */
export async function keptReceipts({ storage }: Context, payee?: string): Promise<KeptReceipt[]> {
  const prefix = receiptPrefix + (payee ? `${payee} ` : '');
  const all = (await storage.list(prefix)) as KeptReceipt[];
  return all.sort((a, b) => b.receipt.iat - a.receipt.iat);
}

/** The receipt of a payment that still waits for its delivery. */
export const receiptOf = async (
  context: Context,
  { charge: { payee, cid } }: Pending,
): Promise<KeptReceipt | undefined> =>
  (await keptReceipts(context, payee.url)).find(({ receipt }) => receipt.cid === cid);

/** Before payee and scope in a key's record */
const keyPrefix = 'key:';

/** Keeps what opens an item: also where its receipt is a list's, or an older one with another key. */
export const keepKey = (
  { storage }: Context,
  payee: string,
  scope: string,
  by: KeptReceipt,
): Promise<unknown> => storage.set(`${keyPrefix}${payee} ${scope}`, { ...by, scope });

/** What was kept so. */
export const keptKeys = async ({ storage }: Context, payee: string) =>
  (await storage.list(`${keyPrefix}${payee} `)) as (KeptReceipt & { scope: string })[];

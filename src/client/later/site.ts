/** What a person can look at and change here for one payee: the approval, the limits, the receipts. */
import { discoveryPath } from '../../protocol/other-doors.ts';
import { Problem } from '../../protocol/problem-table.ts';
import { payeeFrom } from '../../protocol/wallet-address.ts';
import { accountOf, changeAccount } from '../account.ts';
import type { Caps, KeptReceipt, Payer, Session, SettleOptions } from '../api.ts';
import { fits, fitting } from '../claims.ts';
import { approveByPopup } from '../consent/popup.ts';
import { assertAmounts } from '../cap-amounts.ts';
import type { Context } from '../context.ts';
import { goodAnswer } from '../http.ts';
import { assertAccepted } from '../accepted.ts';
import { walletTime } from '../wallet.ts';
import { tellSession } from './grant.ts';
import { keptReceipts } from './kept.ts';
import { windowFor } from './shortcuts.ts';
import { forgetKeyOfTab } from './without-ed25519.ts';

/** @throws Problem; see `connect` in api.ts */
export async function connect(
  context: Context,
  micro: Payer,
  address: string,
  { wallet }: SettleOptions = {},
): Promise<Session> {
  const payee = payeeFrom(address);
  assertAccepted(context, payee.wallet);
  const opened = wallet ?? windowFor(context, micro, { payee });
  if (!opened) throw new Problem('popup-blocked');
  const approving = async () => {
    const currency = await ledgerCurrency(context, payee.wallet);
    const { caps = context.caps } = await accountOf(context, payee.url);
    return approveByPopup(context, { payee, currency, caps }, opened);
  };
  const { approval } = await approving().finally(() => opened.window?.close());
  if (!approval) throw new Problem('wallet-unreachable');
  const session = await tellSession(context, await accountOf(context, payee.url));
  if (!session) throw new Problem('verification-failed');
  return session;
}

const discovery = { currencies: {} };
const currency = { id: '' } as const;

/** Without a payment there is no price to take the currency from: the wallet says what it keeps. */
async function ledgerCurrency(context: Context, wallet: string): Promise<string> {
  const body = await goodAnswer(context, wallet + discoveryPath, {});
  const { currencies } = fitting(discovery, body, 'wallet-unsupported');
  for (const one of Object.values<unknown>(currencies))
    if (fits(currency, one) && one.id.endsWith('-micro')) return one.id;
  throw new Problem('wallet-unsupported');
}

/** Forgets the approval and its key. */
export async function disconnect(context: Context, address: string): Promise<void> {
  const { url } = payeeFrom(address);
  await changeAccount(context, url, (account) => ({
    ...account,
    key: undefined,
    approval: undefined,
    hold: undefined,
    known: true,
  }));
  forgetKeyOfTab(context, url);
  context.tell({ ended: url });
}

export async function capsFor(context: Context, payee: string): Promise<Caps> {
  const { caps = context.caps } = await accountOf(context, payee);
  context.tell({ caps });
  return caps;
}

/** @throws Problem `malformed-request` for anything but whole amounts */
export async function changeCaps(
  context: Context,
  address: string,
  change: Partial<Caps>,
): Promise<Caps> {
  const { url } = payeeFrom(address);
  await changeAccount(context, url, (account) => {
    const caps = { ...(account.caps ?? context.caps), ...change };
    assertAmounts(caps);
    return { ...account, known: true, caps };
  });
  return capsFor(context, url);
}

export async function listReceipts(
  context: Context,
  { payee, limit }: { payee?: string; limit?: number } = {},
): Promise<KeptReceipt[]> {
  const kept = (await keptReceipts(context, payee)).slice(0, limit);
  return Promise.all(kept.map((one) => inTime(context, one)));
}

/** What is too late to be taken back names no time. */
async function inTime(context: Context, kept: KeptReceipt): Promise<KeptReceipt> {
  const { receipt, tap } = kept;
  if (!tap?.undoUntil) return kept;
  const { approval } = await accountOf(context, receipt.aud);
  const now = walletTime(context, approval?.wallet ?? { offset: 0 });
  return tap.undoUntil > now ? kept : { ...kept, tap: { sid: tap.sid } };
}

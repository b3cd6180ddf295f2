/** What a person owns at a payee: by what this device kept, and by the wallet's word. */
import { findPayee, type Payee } from '../../protocol/payee.ts';
import { Problem } from '../../protocol/problem-table.ts';

import { accountOf } from '../account.ts';
import type { KeptReceipt } from '../api.ts';
import { fits } from '../claims.ts';
import type { Context } from '../context.ts';
import type { Owned, OwnedOptions } from '../owned-api.ts';
import { walletsReceipt } from '../receipts.ts';
import { walletTime } from '../wallet.ts';

/** @throws Problem; see `Owns` in owned-api.ts */
export async function owned(
  context: Context,
  address: string,
  { scope, from }: OwnedOptions = {},
): Promise<Owned[]> {
  const payee = findPayee(address);
  if (!payee) throw new Problem('payee-unknown');
  const here = from === 'wallet' ? [] : await onDevice(context, payee.url);
  const there = from === 'device' ? [] : await atWallet(context, payee, scope).catch(quietly(from));
  // The wallet knows better what stands, and has the newest key.
  const all = new Map([...here, ...there].map((one) => [one.scope, one]));
  return [...all.values()]
    .filter((one) => scope === undefined || one.scope === scope)
    .sort((a, b) => b.receipt.iat - a.receipt.iat);
}

/** Asked for what it knows beside the device, a wallet may be away. */
const quietly = (from: OwnedOptions['from']) => (problem: unknown) => {
  if (from === 'wallet') throw problem;
  return [];
};

async function onDevice(context: Context, payee: string): Promise<Owned[]> {
  const { keptKeys, keptReceipts } = await context.later();
  const { approval } = await accountOf(context, payee);
  const now = walletTime(context, approval?.wallet ?? { offset: 0 });
  const by = ({ receipt, text, key, undone }: KeptReceipt, scope = receipt.own?.scope): Owned[] =>
    scope === undefined || undone || !receipt.own || receipt.own.until <= now
      ? []
      : [{ scope, until: receipt.own.until, receipt, text, key }];
  return [
    ...(await keptReceipts(context, payee)).reverse().flatMap((kept) => by(kept)),
    ...(await keptKeys(context, payee)).flatMap((kept) => by(kept, kept.scope)),
  ];
}

const answer = { owned: {} } as const;
const entry = { scope: '', until: 0, receipt: '', 'key?': '' } as const;

/** Each is believed by the wallet's signature, and its key is kept. */
async function atWallet(
  context: Context,
  payee: Payee,
  scope: string | undefined,
): Promise<Owned[]> {
  const { callWallet, keepKey, liveApproval } = await context.later();
  const live = await liveApproval(context, await accountOf(context, payee.url));
  if (!live || live instanceof Problem) throw live ?? new Problem('not-connected');
  const body = await callWallet(context, live, '/owned', { gnt: live.terms.gnt, scope });
  const found: Owned[] = [];
  for (const one of fits(answer, body) ? Object.values<unknown>(body.owned) : []) {
    if (!fits(entry, one)) continue;
    const { receipt: text, key } = one;
    const receipt = await walletsReceipt(context, { wallet: live.wallet, payee }, text);
    if (receipt.sub !== live.terms.sub) throw new Problem('receipt-invalid');
    if (key) await keepKey(context, payee.url, one.scope, { receipt, text, key, elsewhere: true });
    found.push({ scope: one.scope, until: one.until, receipt, text, key });
  }
  return found;
}

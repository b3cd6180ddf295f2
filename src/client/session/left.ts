/** What may still be paid at a payee: what the tightest limit leaves, of this device and of the wallet. */
import { accountOf } from '../account.ts';
import type { Context } from '../context.ts';
import type { Left } from '../session-api.ts';
import { walletTime } from '../wallet.ts';

/** @param payee its URL @returns undefined where nothing was approved */
export async function leftAt(context: Context, payee: string): Promise<Left | undefined> {
  const { isLive, useNow } = await context.later();
  const account = await accountOf(context, payee);
  const { approval, hold, caps = context.caps } = account;
  if (!approval) return undefined;
  const { day, total } = approval.allowance;
  const { today, total: inAll } = await useNow(context, account);
  // The wallet counts what it holds as used; here it can still be spent.
  const held = hold && isLive(context, hold, approval) ? hold.dep - hold.owed : 0n;
  const isToday = walletTime(context, approval.wallet) < day.resets;
  const rows = [
    ['day', caps.day, today],
    ['total', caps.total, inAll],
    ['day', day.limit, isToday ? BigInt(day.used) - held : 0n],
    ['total', total.limit, BigInt(total.used) - held],
  ] as const;
  return rows
    .map(([span, limit, used]) => leftOf(span, BigInt(limit), used))
    .reduce((tightest, one) => (one.amount < tightest.amount ? one : tightest));
}

function leftOf(span: Left['span'], limit: bigint, used: bigint): Left {
  const left = limit - used;
  return { amount: left < 0n ? 0n : left > limit ? limit : left, limit, span };
}

/** What may still be paid at a payee: what the tightest limit leaves, of this device and of the wallet. */
import { amountPattern } from '../../protocol/ledger-units.ts';
import { accountOf, type Hold } from '../account.ts';
import { fits, jsonIn } from '../claims.ts';
import type { Context } from '../context.ts';
import type { Left } from '../session-api.ts';
import { walletTime } from '../wallet.ts';

const heldClaims = { dep: '', rby: 0 } as const;

/** @param payee its URL @returns undefined where nothing was approved */
export async function leftAt(context: Context, payee: string): Promise<Left | undefined> {
  const { isLive, useNow } = await context.later();
  const account = await accountOf(context, payee);
  const { approval, caps = context.caps } = account;
  if (!approval) return undefined;
  const { day, total } = approval.allowance;
  const { today, total: inAll } = await useNow(context, account);
  const hold = account.hold ?? holdIn(approval.session);
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

/** What came with the approval, where no tap has looked at it yet. A figure for people, and believed by nobody else. */
function holdIn(session: unknown): Pick<Hold, 'dep' | 'owed' | 'rby'> | undefined {
  const [, payload = ''] = typeof session === 'string' ? session.split('.') : [];
  const says = jsonIn(payload);
  if (!fits(heldClaims, says) || !amountPattern.test(says.dep)) return undefined;
  return { dep: BigInt(says.dep), owed: 0n, rby: says.rby };
}

function leftOf(span: Left['span'], limit: bigint, used: bigint): Left {
  const left = limit - used;
  return { amount: left < 0n ? 0n : left > limit ? limit : left, limit, span };
}

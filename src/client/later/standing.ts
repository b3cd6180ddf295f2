/** Where a charge stands at a payee that is known here: whether it is owned, and what is in the way of paying it. */
import { itemScope } from '../../protocol/item-scope.ts';
import { Problem } from '../../protocol/problem-table.ts';
import { fits, type Receipt } from '../claims.ts';
import type { Account } from '../account.ts';
import type { Charge } from '../charge.ts';
import type { KeptReceipt, Quote } from '../api.ts';
import type { Context } from '../context.ts';
import { walletTime } from '../wallet.ts';
import { overLimit, tellPriceJump } from './alerts.ts';
import { allowancePassed, assertWithinCaps, isPriceJump } from './caps.ts';
import { wayOf } from '../session/room.ts';
import { liveApproval, sessionFrom, type LiveApproval } from './grant.ts';
import { keptReceipts } from './kept.ts';

/** Where a charge stands. */
interface Standing {
  approval?: LiveApproval;
  /** The receipt by which it is owned */
  ownedBy?: KeptReceipt;
  obstacle?: Problem | undefined;
  way?: Quote['way'];
}

/** What a quote says of it. */
export async function standing(
  context: Context,
  account: Account,
  charge: Charge,
): Promise<Pick<Quote, 'owned' | 'ready' | 'obstacle' | 'way' | 'allowance' | 'env'>> {
  const { approval, ownedBy, obstacle, way } = await standingOf(context, account, charge);
  return {
    owned: ownedBy !== undefined,
    ready: !obstacle,
    obstacle,
    way: obstacle ? undefined : way,
    allowance: approval?.allowance,
    env: approval?.wallet.env,
  };
}

/** Decides without asking anyone. */
export async function standingOf(
  context: Context,
  account: Account,
  charge: Charge,
): Promise<Standing> {
  const live = await liveApproval(context, account);
  if (!live || live instanceof Problem) {
    const passed = await capProblem(context, account, charge);
    return { obstacle: passed ?? live ?? new Problem('not-connected') };
  }
  context.tell({ session: sessionFrom(live, account) });
  const now = walletTime(context, live.wallet);
  const kept = (await keptReceipts(context, account.payee)).find(({ receipt }) =>
    owns(receipt, charge, now),
  );
  if (kept) return { approval: live, ownedBy: kept };
  const way = wayOf(context, account, charge, live);
  const obstacle =
    (await capProblem(context, account, charge, live.signer)) ??
    needsApproval(context, charge, live, now, way.because === 'held');
  return { approval: live, obstacle, way };
}

/** What a request says of what its payer will own. A stranger wrote it, and a first payment doesn't read it. */
export const entitling = { methodDetails: { entitles: { scope: '' } } } as const;
const selling = { methodDetails: { item: '' } } as const;

/** @returns undefined for what makes nothing anyone's own */
export function scopeOf({ request }: Charge): string | undefined {
  if (fits(selling, request)) return itemScope(request.methodDetails.item);
  return fits(entitling, request) ? request.methodDetails.entitles.scope : undefined;
}

/** @param now the wallet's time in seconds */
export const owns = ({ own }: Receipt, charge: Charge, now: number): boolean =>
  own !== undefined && own.scope === scopeOf(charge) && own.until > now;

async function capProblem(
  ...[context, account, charge, signer]: Parameters<typeof assertWithinCaps>
) {
  try {
    await assertWithinCaps(context, account, charge, signer);
    return undefined;
  } catch (problem) {
    if (problem instanceof Problem) return problem;
    throw problem;
  }
}

/**
 * What the person has to look at again at the wallet before this can be paid under the standing approval.
 * @param now the wallet's time in seconds
 * @param isReserved it counts as used already, in the session's hold
 */
function needsApproval(
  context: Context,
  charge: Charge,
  { terms, allowance, agreed }: LiveApproval,
  now: number,
  isReserved: boolean,
): Problem | undefined {
  if (terms.cur !== charge.currency) return new Problem('not-connected');
  if (agreed !== undefined && isPriceJump(charge.price, agreed)) {
    tellPriceJump(context, charge, agreed);
    return new Problem('price-changed');
  }
  // The wallet's limits are changed at the wallet: its consent page is the way on.
  const passed = isReserved ? undefined : allowancePassed(charge.price, allowance, now);
  if (!passed) return undefined;
  const detail = overLimit(context, charge, passed, allowance.day.resets);
  return new Problem('cap-reached', { detail, nextStep: 'approve', extra: { cap: passed[0] } });
}

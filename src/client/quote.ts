/** What a target costs and whether it can be paid now: found out, shown, and nothing signed. */
import { printable } from '../protocol/printable.ts';
import { Problem } from '../protocol/problem-table.ts';
import { accountOf, type Approval } from './account.ts';
import type { Quote, Target } from './api.ts';
import type { Charge } from './charge.ts';
import type { Context } from './context.ts';
import { isFirstWithin } from './intent.ts';

/** Where a charge stands. */
export interface Standing {
  approval?: Approval;
  /** JWS of the receipt by which it is owned */
  ownedBy?: string;
  obstacle?: Problem | undefined;
}

/** Decides without asking anyone. */
export async function standingOf(context: Context, charge: Charge): Promise<Standing> {
  const account = await accountOf(context, charge.payee.url);
  return isFirstWithin(context, account, charge)
    ? { obstacle: new Problem('not-connected') }
    : (await context.later()).standingOf(context, account, charge);
}

export function quoteFrom(
  target: Target,
  { cid: id, payee, request, challenge }: Charge,
  { approval, ownedBy, obstacle }: Standing,
): Quote {
  const { amount, currency } = request;
  return {
    id,
    target,
    payee,
    money: { amount, currency },
    reason: printable(request.description ?? challenge?.description ?? ''),
    owned: ownedBy !== undefined,
    ready: !obstacle,
    ...(obstacle ? { obstacle } : {}),
    ...(approval ? { allowance: approval.allowance, env: approval.terms.env } : {}),
  };
}

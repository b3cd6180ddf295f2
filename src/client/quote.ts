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
export async function quoteOf(context: Context, target: Target, charge: Charge): Promise<Quote> {
  const { cid: id, payee, request, challenge } = charge;
  const account = await accountOf(context, payee.url);
  const { approval, ownedBy, obstacle }: Standing = isFirstWithin(context, account, charge)
    ? { obstacle: new Problem('not-connected') }
    : await (await context.later()).standingOf(context, account, charge);
  const { amount, currency, description } = request;
  return {
    id,
    target,
    payee,
    money: { amount, currency },
    reason: printable(description ?? challenge?.description ?? ''),
    owned: ownedBy !== undefined,
    ready: !obstacle,
    obstacle,
    allowance: approval?.allowance,
    env: approval?.wallet.env,
  };
}

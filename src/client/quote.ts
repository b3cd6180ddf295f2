/** What a target costs and whether it can be paid now: found out, shown, and nothing signed. */
import { printable } from '../protocol/printable.ts';
import { Problem } from '../protocol/problem-table.ts';
import { accountOf } from './account.ts';
import type { Quote, Target } from './api.ts';
import type { Charge } from './charge.ts';
import type { Context } from './context.ts';
import { isFirstWithin } from './intent.ts';

/** Decides without asking anyone. What is more than a first payment the rest looks at. */
export async function quoteOf(context: Context, target: Target, charge: Charge): Promise<Quote> {
  const { cid: id, payee, request, challenge } = charge;
  const { amount, currency, description } = request;
  const quote = {
    id,
    target,
    payee,
    money: { amount, currency },
    reason: printable(description ?? challenge?.description ?? ''),
    owned: false,
    ready: false,
    obstacle: new Problem('not-connected'),
  };
  const account = await accountOf(context, payee.url);
  return isFirstWithin(context, account, charge)
    ? quote
    : { ...quote, ...(await (await context.later()).standing(context, account, charge)) };
}

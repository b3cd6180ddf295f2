/** What may still go back: a payer takes back a few minutes after paying and a few times a week, a payee gives back for half a year. */
import { Problem } from 'micro-pay/protocol';
import { timeNow } from './clock.ts';
import type { Context } from './context.ts';
import { balance, payeeAccount } from './ledger.ts';
import type { Tx } from './store/store.ts';

/** A payment or a tap: who paid whom, and when, in seconds. */
interface Spent {
  person: string;
  payee: string;
  at: bigint;
}

/** @returns why the payer can't take it back any more; taps and payments at one payee count together */
export async function undoEnd(
  tx: Tx,
  context: Context,
  { person, payee, at }: Spent,
): Promise<Problem | undefined> {
  const [now, { policy }] = [timeNow(context), context];
  if (at + BigInt(policy.seconds.undo) <= now) return new Problem('undo-ended');
  const row = await tx.get<{ count: bigint }>(
    `select (select count(*) from session_undos where person = $1 and payee = $2 and at > $3 and by = 'undo')
     + (select count(*) from refunds where person = $1 and payee = $2 and at > $3 and by = 'undo') as count`,
    person,
    payee,
    now - BigInt(policy.undo.seconds),
  );
  const asked = row?.count ?? 0n;
  if (asked >= BigInt(policy.undo.count)) return new Problem('undo-ended', { detail: often });
  return undefined;
}

const often = 'You took back as often as can be done here in a week.';

/** @throws Problem `refund-ended` */
export function assertRefundable(context: Context, { at }: Pick<Spent, 'at'>): void {
  if (at + BigInt(context.policy.seconds.refund) <= timeNow(context))
    throw new Problem('refund-ended');
}

/** @throws Problem `insufficient-funds` of the payee: nobody else pays back for it */
export async function assertPayeeHas(tx: Tx, payee: string, amount: bigint): Promise<void> {
  if ((await balance(tx, payeeAccount(payee))) < amount)
    throw new Problem('insufficient-funds', {
      detail: 'It is the account of who was paid.',
      nextStep: 'contact',
    });
}

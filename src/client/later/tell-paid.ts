/** What is said after a payment, beside it: what may still be spent, and that a limit is near. Unsaid, it is paid all the same. */
import { accountOf } from '../account.ts';
import type { Charge } from '../charge.ts';
import type { Context } from '../context.ts';
import { tellCapNear } from './caps.ts';
import { tellSession } from './grant.ts';

export async function tellPaid(context: Context, charge: Charge): Promise<void> {
  try {
    await tellSession(context, await accountOf(context, charge.payee.url));
    await tellCapNear(context, charge);
  } catch {
    // The next payment says it.
  }
}

/** Calls under a proof are taken once: the proof's id is kept until it would be too old anyway. */
import { Problem, type Call } from 'micro-pay/protocol';
import { timeNow } from './clock.ts';
import type { Context } from './context.ts';
import type { Tx } from './store/store.ts';

/** @throws Problem `proof-invalid` for a proof that was used before */
export async function takeCall(tx: Tx, context: Context, call: Call): Promise<void> {
  await tx.run('delete from calls where expires_at < $1', timeNow(context));
  const fresh = await tx.run(
    'insert into calls (jti, expires_at) values ($1, $2) on conflict (jti) do nothing',
    `${call.iss}.${call.jti}`,
    BigInt(call.exp + context.policy.seconds.skew),
  );
  if (fresh === 0) throw new Problem('proof-invalid');
}

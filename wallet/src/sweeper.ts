/** The sweeper: what no payee took by the end of a hold goes back by itself. It reads the rows, so a restart forgets nothing. */
import { timeNow } from './clock.ts';
import type { Context } from './context.ts';
import { closeSession } from './releases.ts';
import { inRounds } from './rounds.ts';
import { findSession } from './session-rows.ts';

/** Sessions of one transaction: others want to write too. */
const batch = 100;

/** @returns how many sessions were closed */
export async function sweep(context: Context): Promise<number> {
  let all = 0;
  for (;;) {
    const due = await overdue(context);
    let closed = 0;
    for (const { id } of due) closed += await closeOne(context, id);
    all += closed;
    if (due.length < batch || closed === 0) return all;
  }
}

/** Some that nobody can redeem from any more; a little later than that, so that a clock put right takes nothing from a payee. */
function overdue(context: Context): Promise<{ id: string }[]> {
  const before = timeNow(context) - BigInt(context.policy.seconds.skew);
  return context.store.read((tx) =>
    tx.all<{ id: string }>(
      'select id from sessions where closed_at is null and rby < $1 order by rby limit $2',
      before,
      BigInt(batch),
    ),
  );
}

/** One that fails keeps no other from its money; the next sweep finds it again. */
async function closeOne(context: Context, id: string): Promise<number> {
  try {
    return await context.store.write(async (tx) => {
      const session = await findSession(tx, id);
      // Read again inside: it may have grown, or been closed, since.
      if (!session || session.closed_at !== null || session.rby >= timeNow(context)) return 0;
      await closeSession(tx, context, session);
      return 1;
    });
  } catch (error) {
    context.log('release failed', { error: error instanceof Error ? error.name : typeof error });
    return 0;
  }
}

/** @returns the way to stop, which waits for a sweep under way */
export const keepSweeping = (context: Context): (() => Promise<void>) =>
  inRounds(context, {
    name: 'sweep',
    seconds: context.policy.seconds.sweep,
    work: async () => {
      const closed = await sweep(context);
      if (closed > 0) context.log('swept', { closed });
    },
  });

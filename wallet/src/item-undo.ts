/** Whether readers can take back what an item opened: its payee says so, for who is asked from then on. */
import { Problem } from 'micro-pay/protocol';
import { timeNow } from './clock.ts';
import type { Context } from './context.ts';
import type { Tx } from './store/store.ts';
import type { Wish } from './wish.ts';

/** @returns since when nothing is taken back, in seconds; undefined where readers can */
export async function keptSince(tx: Tx, payee: string): Promise<bigint | undefined> {
  const row = await tx.get<{ since: bigint | null }>(
    'select items_kept_since as since from payee_pages where payee = $1',
    payee,
  );
  return row?.since ?? undefined;
}

/** Whether its payee keeps what items open that are paid for now. */
export const isKept = async (tx: Tx, payee: string): Promise<boolean> =>
  (await keptSince(tx, payee)) !== undefined;

/** @throws Problem and nothing is decided, where the wallet's page said otherwise before it was kept */
export async function assertTold(tx: Tx, { payee, request, grant, told }: Wish): Promise<void> {
  if (grant || told === 'kept' || request.methodDetails?.item === undefined) return;
  if (await isKept(tx, payee))
    throw new Problem('payment-expired', {
      detail:
        'By now what this opens can’t be taken back, and the page did not say so. Load it again.',
    });
}

/** @param keeps said again, it holds from when it was said first */
export async function keepItems(context: Context, payee: string, keeps: boolean): Promise<void> {
  const at = timeNow(context);
  await context.store.write((tx) =>
    tx.run(
      `insert into payee_pages (payee, items_kept_since, changed_at) values ($1, $2, $3)
       on conflict (payee) do update set items_kept_since = $2, changed_at = $3
       where (payee_pages.items_kept_since is null) <> (excluded.items_kept_since is null)`,
      payee,
      keeps ? at : null,
      at,
    ),
  );
}

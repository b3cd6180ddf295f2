/** Whether readers can take back what an item opened: its payee says so, for what is bought from then on. */
import { timeNow } from './clock.ts';
import type { Context } from './context.ts';
import type { Tx } from './store/store.ts';

/** @returns since when nothing is taken back, in seconds; undefined where readers can */
export async function keptSince(tx: Tx, payee: string): Promise<bigint | undefined> {
  const row = await tx.get<{ since: bigint | null }>(
    'select items_kept_since as since from payee_pages where payee = $1',
    payee,
  );
  return row?.since ?? undefined;
}

/** Whether what is paid now opens something that its payee keeps. @param item undefined: no item is asked for */
export const isKept = (
  { store }: Pick<Context, 'store'>,
  payee: string,
  item: string | undefined,
): Promise<boolean> =>
  store.read(async (tx) => item !== undefined && (await keptSince(tx, payee)) !== undefined);

export async function keepItems(context: Context, payee: string, keeps: boolean): Promise<void> {
  const at = timeNow(context);
  await context.store.write((tx) =>
    tx.run(
      `insert into payee_pages (payee, items_kept_since, changed_at) values ($1, $2, $3)
       on conflict (payee) do update set items_kept_since = $2, changed_at = $3`,
      payee,
      keeps ? at : null,
      at,
    ),
  );
}

/** The zone a person's days are kept in, fixed when they signed up. */
import type { Tx } from './store/store.ts';

export async function zoneOf(tx: Tx, person: string): Promise<string> {
  const found = await tx.get<{ zone: string }>('select zone from persons where id = $1', person);
  return found?.zone ?? 'UTC';
}

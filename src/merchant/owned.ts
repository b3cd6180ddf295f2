/** What a payer owns here, whichever way it was bought. */
import type { Settings } from './settings.ts';
import type { Payer } from './store.ts';

/** @param now seconds since 1970 */
export async function owns(
  owner: Payer & { scope: string },
  { store, sessions }: Pick<Settings, 'store' | 'sessions'>,
  now: number,
): Promise<boolean> {
  const [byPayment, byTap] = await Promise.all([
    store.owns(owner, now),
    Promise.resolve(sessions?.store.owns(owner, now)),
  ]);
  return byPayment || byTap === true;
}

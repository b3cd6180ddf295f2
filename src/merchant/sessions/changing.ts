/** Changing a session: read, decide, write if nobody else did meanwhile; else again. */
import { Problem } from '../../protocol/problem.ts';
import type { SessionSettings } from './session-options.ts';
import type { Session, SessionKey, SessionStore, Tap } from './session-store.ts';

export type Found = Awaited<ReturnType<SessionStore['find']>>;

/** What was decided, and what is to be written for it; nothing, where it stays as it was. */
export interface Decision<T> {
  result: T;
  write?: readonly [session: Session, taps: readonly Tap[]];
}

/** Other instances may be faster; each time, one of them got something done. */
const maxTries = 64;

export const nameOf = ({ iss, sid }: SessionKey): string => `${iss} ${sid}`;

/**
 * @param decide may be asked several times, each time with what is kept by then
 * @throws Problem `unavailable` when others were faster each time; and what `decide` throws
 */
export async function changing<T>(
  { store, turns, signals }: Pick<SessionSettings, 'store' | 'turns' | 'signals'>,
  key: SessionKey,
  tap: string | undefined,
  decide: (found: Found) => Promise<Decision<T>>,
): Promise<T> {
  const attempt = async (): Promise<{ result: T } | undefined> => {
    const { result, write } = await decide(await store.find(key, tap));
    if (write && !(await store.save(...write))) return undefined;
    if (write) signals.tell(nameOf(key));
    return { result };
  };
  // The first attempt waits for nobody: what is refused must not stand in the way of what is paid.
  const done =
    (await attempt()) ??
    (await turns(nameOf(key), async () => {
      for (let tries = 1; tries < maxTries; tries++) {
        const again = await attempt();
        if (again) return again;
      }
      return undefined;
    }));
  if (done) return done.result;
  throw new Problem('unavailable', { moneyMoved: 'no' });
}

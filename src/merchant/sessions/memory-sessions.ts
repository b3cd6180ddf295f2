/** Sessions in the memory of one process: bounded, and gone when it ends. What the wallet is still to be told of is never dropped for room. */
import { policy } from '../../protocol/policy.ts';
import { Problem } from '../../protocol/problem.ts';
import {
  keepSeconds,
  type Session,
  type SessionKey,
  type SessionStore,
  type Tap,
} from './session-store.ts';

/** None of the parts can hold a line break. */
const keyOf = ({ iss, sid }: SessionKey): string => `${iss}\n${sid}\n`;
const ownerKey = ({ iss, sub, scope }: { iss: string; sub: string; scope: string }): string =>
  `${iss}\n${sub}\n${scope}`;

export function memorySessions(maxEntries: number): SessionStore {
  const sessions = new Map<string, Session>();
  const taps = new Map<string, Tap>();
  /** Taps for what was owned: whoever owns something can make many, and they push out nobody's purchase */
  const unpaid = new Map<string, Tap>();
  /** Of each session that has some, its pending taps */
  const untold = new Map<string, Map<string, Tap>>();
  /** Of each owner of a scope, the taps that brought it */
  const owned = new Map<string, Set<string>>();

  const dropTap = (key: string, tap: Tap): void => {
    taps.delete(key);
    untold.get(keyOf(tap))?.delete(key);
    owned.get(ownerKey(tap))?.delete(key);
    if (owned.get(ownerKey(tap))?.size === 0) owned.delete(ownerKey(tap));
  };
  const keepTap = (session: string, key: string, tap: Tap): void => {
    taps.set(key, tap);
    const open = untold.get(session);
    if (!tap.pending) open?.delete(key);
    else if (open) open.set(key, tap);
    else untold.set(session, new Map([[key, tap]]));
    if (open?.size === 0) untold.delete(session);
    if (tap.until > 0) owned.set(ownerKey(tap), (owned.get(ownerKey(tap)) ?? new Set()).add(key));
  };
  return {
    find: async (key, tap) => {
      const name = keyOf(key);
      const session = sessions.get(name);
      const known =
        tap === undefined ? undefined : (taps.get(name + tap) ?? unpaid.get(name + tap));
      if (session && known) return { session, tap: known };
      return session ? { session } : known ? { tap: known } : {};
    },
    save: async (session, changed) => {
      const key = keyOf(session);
      if ((sessions.get(key)?.version ?? 0) !== session.version) return false;
      // One that still runs is never dropped: its vouchers would buy a second time.
      const isOver = (old: Session) =>
        !old.pending && old.redeemBy < session.redeemBy - policy.seconds.hold;
      if (!sessions.has(key))
        makeRoom(sessions, maxEntries, isOver, (old) => void sessions.delete(old));
      const all = changed.map((tap) => [key + tap.tap, tap] as const);
      const keyed = all.filter(([, { amount }]) => amount > 0n);
      if (keyed.some(([tapKey]) => !taps.has(tapKey)))
        makeRoom(taps, maxEntries, ({ pending }) => !pending, dropTap);
      for (const [tapKey, tap] of keyed) keepTap(key, tapKey, tap);
      for (const [tapKey, tap] of all.filter(([, { amount }]) => amount === 0n)) {
        makeRoom(
          unpaid,
          maxEntries,
          () => true,
          (old) => void unpaid.delete(old),
        );
        unpaid.set(tapKey, tap);
      }
      sessions.set(key, { ...session, version: session.version + 1 });
      return true;
    },
    owns: async (owner, now) =>
      [...(owned.get(ownerKey(owner)) ?? [])].some((key) => {
        const tap = taps.get(key);
        return tap?.state === 'taken' && tap.until > now;
      }),
    undone: async ({ iss, sub }, since) =>
      [...taps.values()].filter(
        (tap) => tap.state === 'undone' && tap.iss === iss && tap.sub === sub && tap.at >= since,
      ).length,
    pending: async (payee, after, limit) =>
      [...sessions.values()]
        .filter((session) => session.pending && session.payee === payee && session.sid > after)
        .toSorted((a, b) => (a.sid < b.sid ? -1 : 1))
        .slice(0, limit),
    untold: async (key, limit) =>
      [...(untold.get(keyOf(key))?.values() ?? [])].toSorted((a, b) => a.at - b.at).slice(0, limit),
    forget: async (now) => {
      for (const [key, { pending, redeemBy }] of sessions)
        if (!pending && redeemBy + keepSeconds < now) sessions.delete(key);
      for (const [key, tap] of taps)
        if (!tap.pending && Math.max(tap.until, tap.at + keepSeconds) < now) dropTap(key, tap);
      for (const [key, { at }] of unpaid) if (at + keepSeconds < now) unpaid.delete(key);
    },
  };
}

/** Looks at a few of the oldest only, so that a full memory stays fast. */
const maxLooked = 100;

/** @throws Problem `unavailable` when even the oldest are still needed: settle sooner, or use a store on a disk */
function makeRoom<T>(
  map: Map<string, T>,
  maxEntries: number,
  isExpendable: (old: T) => boolean,
  drop: (key: string, old: T) => void,
): void {
  if (map.size < maxEntries) return;
  let looked = 0;
  for (const [key, old] of map) {
    if (isExpendable(old)) return drop(key, old);
    if (++looked >= maxLooked) break;
  }
  throw new Problem('unavailable', { moneyMoved: 'no' });
}

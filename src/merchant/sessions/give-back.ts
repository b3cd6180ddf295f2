/** Giving a tap back whose content could not be delivered: once, and said to have happened only when it has. */
import { changing } from './changing.ts';
import { mayGiveBack } from './deliveries.ts';
import type { Tap } from './session-store.ts';
import type { AtSession } from './standing.ts';
import { givingBack } from './tab.ts';

/** @returns answers whether it was given back; asked again it is the same answer */
export function giveBack(tap: Tap, { sessions, settings }: AtSession): () => Promise<boolean> {
  let asked: Promise<boolean> | undefined;
  const give = () =>
    changing(sessions, tap, tap.tap, async ({ session, tap: kept }) => {
      if (!session || !kept || kept.claimed > 0n) return { result: false };
      if (kept.state !== 'taken') return { result: true };
      if (!mayGiveBack(kept, Math.floor(settings.now() / 1000))) return { result: false };
      const [left, back] = givingBack(session, kept, 'failed');
      return { result: true, write: [left, [back]] };
    });
  return () =>
    (asked ??= give().catch((error: unknown) => {
      settings.onError(error);
      return false;
    }));
}

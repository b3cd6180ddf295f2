/** The job that settles: again and again, sooner near an end, later and later while the wallet is away. */
import type { Settings } from '../settings.ts';
import type { SessionSettings } from './session-options.ts';
import { settleAll } from './settle.ts';

export interface SettlingOptions {
  /** Milliseconds between runs, twenty minutes by default; never more than half of `settle.marginSeconds` */
  everyMs?: number;
}

const defaultEveryMs = 1_200_000;
const firstRetryMs = 5_000;
const maxRetryMs = 300_000;

/**
 * Runs by the timer port, one run at a time. It keeps nothing in memory that it needs: started anew, it goes on from the store.
 * @returns a way to stop; a run that is under way is finished
 */
export function startSettling(
  sessions: SessionSettings,
  settings: Settings,
  { everyMs = defaultEveryMs }: SettlingOptions = {},
): () => void {
  if (!Number.isSafeInteger(everyMs) || everyMs < 1_000)
    throw new Error('paywall: “everyMs” is a number of milliseconds, a second or more.');
  // Whatever came right after the last run is still seen before its end.
  const usualMs = Math.min(everyMs, sessions.marginSeconds * 500);
  const state = { failures: 0, isStopped: false };
  let cancel = (): void => undefined;

  const run = async (): Promise<void> => {
    try {
      await settleAll(sessions, settings);
      state.failures = 0;
    } catch (error) {
      state.failures += 1;
      settings.onError(error);
    }
    if (!state.isStopped) next(delayMs(state.failures, usualMs, settings));
  };
  const next = (ms: number): void => {
    cancel = settings.timer(() => void run(), ms);
  };
  next(spread(firstRetryMs, settings));
  return () => {
    state.isStopped = true;
    cancel();
  };
}

/** Twice as long after each failure, and never at the same moment as all the others. */
const delayMs = (failures: number, usualMs: number, settings: Settings): number =>
  failures === 0
    ? usualMs
    : spread(
        Math.min(firstRetryMs * 2 ** Math.min(failures - 1, 20), maxRetryMs, usualMs),
        settings,
      );

/** Between half of it and all of it. */
function spread(ms: number, { random }: Settings): number {
  const [byte = 0] = random(1);
  return Math.round(ms * (0.5 + byte / 510));
}

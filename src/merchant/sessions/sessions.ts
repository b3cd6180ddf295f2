/** What the payee does with its sessions: settle them, by hand or by a job, and let go of one. */
import type { Settings } from '../settings.ts';
import { closeSession } from './manage.ts';
import { settleAll, type Settled } from './settle.ts';
import { startSettling, type SettlingOptions } from './settling.ts';
import { keyOf } from './standing.ts';

export interface Sessions {
  /**
   * Settles what is due: taps that can't be undone any more, and whatever is near its end.
   * @param options `everything`: also what could wait, before a server is taken down for good
   * @throws Problem when the wallet can't be reached or refuses the call; asking again moves nothing twice
   */
  settle: (options?: { everything?: boolean }) => Promise<Settled>;
  /** Settles again and again, sooner after a failure. @returns a way to stop */
  startSettling: (options?: SettlingOptions) => () => void;
  /** Takes nothing more from a session; the next settlement gives back what is left. @returns whether it is known */
  close: (sid: string) => Promise<boolean>;
}

export function sessionsOf(settings: Settings): Sessions {
  const { sessions } = settings;
  const needed = () => {
    if (sessions) return sessions;
    throw new Error('paywall: without the option “sessions” nothing is sold by session.');
  };
  return {
    settle: async (options) => settleAll(needed(), settings, options),
    startSettling: (options) => startSettling(needed(), settings, options),
    close: async (sid) => closeSession(keyOf(sid, settings), needed()),
  };
}

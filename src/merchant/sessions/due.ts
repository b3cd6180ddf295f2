/** What of a session is due: taps that can't be undone any more; near its end, or when it closes, all of them. */
import { policy } from '../../protocol/policy.ts';
import { maxSettlementLines } from '../../protocol/settlement.ts';
import type { Ports } from '../ports.ts';
import { changing } from './changing.ts';
import type { SessionSettings } from './session-options.ts';
import type { Session, SessionKey, Tap } from './session-store.ts';
import { claiming, earned, ending } from './tab.ts';

/** What the wallet is asked about one session. */
export interface Line {
  key: SessionKey;
  /** Empty where nothing was ever signed: then it is only closed */
  voucher: string;
  claim: bigint;
  /** What the payer's statement is told */
  taps: readonly Tap[];
  close: boolean;
  /** There are more taps than one call can tell of */
  hasMore: boolean;
}

/**
 * Writes down what the wallet will be asked: from then on those taps can't be undone here.
 * @returns undefined where nothing is due
 */
export const prepared = (
  key: SessionKey,
  sessions: SessionSettings,
  { now }: Pick<Ports, 'now'>,
  everything: boolean,
): Promise<Line | undefined> =>
  changing<Line | undefined>(sessions, key, undefined, async ({ session }) => {
    const seconds = Math.floor(now() / 1000);
    if (!session?.pending) return { result: undefined };
    // The wallet has let go of it by itself.
    if (seconds > session.redeemBy && earned(session) <= session.settled)
      return { result: undefined, write: [ending(session, 'closed'), []] };
    const isLast =
      everything ||
      session.state !== 'open' ||
      seconds >= session.redeemBy - sessions.marginSeconds;
    const taps = await sessions.store.untold(key, maxSettlementLines);
    const ripe = taps.filter(({ at }) => isLast || at + policy.seconds.undo < seconds);
    const [claimed, asked] = claiming(session, ripe);
    const isWorth = isLast || claimed.claimed - session.settled >= sessions.atLeast;
    const line = lineFor(key, claimed, asked, taps.length === maxSettlementLines);
    if (!isWorth || (claimed.claimed === session.settled && asked.length === 0 && !line.close))
      return { result: undefined };
    return claimed.claimed > session.claimed
      ? { result: line, write: [claimed, asked] }
      : { result: line };
  });

const lineFor = (
  key: SessionKey,
  session: Session,
  taps: readonly Tap[],
  hasMore: boolean,
): Line => ({
  key,
  voucher: session.voucher,
  claim: session.claimed,
  taps,
  close: session.state === 'closing' && session.claimed === earned(session),
  hasMore,
});

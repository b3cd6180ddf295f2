/** Which session a credential stands on, kept or new, checked as far as that costs no signature. */
import { policy } from '../../protocol/policy.ts';
import { Problem } from '../../protocol/problem.ts';
import { assertWallet } from '../charge.ts';
import type { Presented } from '../presented.ts';
import type { Settings } from '../settings.ts';
import type { SessionGrant } from './grants.ts';
import type { SessionOffer } from './price-class.ts';
import type { SessionSettings } from './session-options.ts';
import type { Session, SessionKey } from './session-store.ts';
import { regranted } from './tab.ts';

/** A credential of a session, at an offer that is sold by session. */
export interface AtSession extends Presented {
  session: SessionOffer;
  sessions: SessionSettings;
}

export interface Standing {
  session: Session;
  grant: SessionGrant;
}

const code = 'verification-failed';

export const keyOf = (sid: string, { payee }: Pick<Settings, 'payee'>): SessionKey => ({
  iss: payee.wallet,
  sid,
});

/**
 * @param kept what is known of this session
 * @param granted the grant that came along
 * @throws Problem `session-ended` for one that is unknown and came without a grant, is closed, or near its end
 * @throws Problem `verification-failed`, `test-money-refused` for a grant of another wallet, payee, site, person or session
 * @throws Problem `cap-reached` where this costs more than the person lets one tap cost
 */
export function standingOf(
  sid: string,
  kept: Session | undefined,
  granted: string | undefined,
  at: AtSession,
): Standing {
  const { sessions, settings } = at;
  if (kept && kept.state !== 'open') throw new Problem('session-ended');
  const given = granted === undefined ? undefined : sessions.grants.read(granted);
  if (given && given.grant.jti !== sid) throw new Problem(code);
  if (given) assertHere(given, at);
  const before = kept ?? (given && newSession(given, keyOf(sid, settings), settings));
  if (!before) throw new Problem('session-ended');
  const session = given ? regranted(before, asKept(given)) : before;
  const grant = given?.text === session.grant ? given : sessions.grants.read(session.grant);
  if (grant !== given) assertHere(grant, at);
  // A grant of another person or key for a session that is known: the wallet signs no such thing.
  if (kept && given) assertSame(given, sessions.grants.read(kept.grant));
  if (at.now > session.redeemBy - policy.seconds.holdMargin) throw new Problem('session-ended');
  if (at.session.amount > BigInt(grant.grant.lim.tap)) throw new Problem('cap-reached');
  return { session, grant };
}

/** The wallet is ours, and so is the payee; and the page that asks is the one the person allowed. */
function assertHere({ grant }: SessionGrant, at: AtSession): void {
  assertWallet(grant, at);
  const { asking, origin } = at.visit;
  if (grant.org !== (asking ?? origin) || grant.cur !== at.session.currency)
    throw new Problem(code);
}

function assertSame({ grant: a }: SessionGrant, { grant: b }: SessionGrant): void {
  if (a.sub !== b.sub || a.cnf.jwk.x !== b.cnf.jwk.x) throw new Problem(code);
}

const asKept = ({ text, grant, deposit, redeemBy }: SessionGrant) => ({
  grant: text,
  seq: grant.seq,
  deposit,
  redeemBy,
});

const newSession = (given: SessionGrant, key: SessionKey, { payee }: Settings): Session => ({
  ...key,
  ...asKept(given),
  version: 0,
  payee: payee.url,
  sub: given.grant.sub,
  voucher: '',
  accepted: 0n,
  signed: 0n,
  spent: 0n,
  undone: 0n,
  claimed: 0n,
  settled: 0n,
  state: 'open',
  refused: '',
  pending: false,
});

/** What a session's page asks for without buying: a larger deposit, a tap taken back, an end. */
import { policy } from '../../protocol/policy.ts';
import { Problem } from '../../protocol/problem.ts';
import { parseProof } from '../../protocol/proof.ts';
import type { SessionPayload } from '../../protocol/session-payload.ts';
import { changing } from './changing.ts';
import type { Session, SessionKey, Tap } from './session-store.ts';
import { keyOf, standingOf, type AtSession } from './standing.ts';
import { ending, givingBack } from './tab.ts';

type Asked<Action> = Extract<SessionPayload, { action: Action }>;

const code = 'verification-failed';

/** The deposit grew. @throws Problem as a tap's grant does */
export async function topUp({ sessionId, grant: text }: Asked<'topUp'>, at: AtSession) {
  const { sessions, settings } = at;
  const key = keyOf(sessionId, settings);
  await changing(sessions, key, undefined, async ({ session: kept }) => {
    const { session, grant } = standingOf(sessionId, kept, text, at);
    await sessions.grants.assure(grant);
    return session === kept ? { result: undefined } : { result: undefined, write: [session, []] };
  });
}

/**
 * Takes a tap back, and what it opened is closed. Asked again it is the same answer.
 * @throws Problem `not-found` for a tap that was never taken, `undo-ended`, `already-settled`
 */
export async function undo({ sessionId, tap: id, proof }: Asked<'undo'>, at: AtSession) {
  const key = keyOf(sessionId, at.settings);
  await changing(at.sessions, key, id, async ({ session, tap }) => {
    if (!session) throw new Problem('session-ended');
    await assertProof(proof, id, session, at);
    if (!tap) throw new Problem('not-found');
    if (tap.state !== 'taken') return { result: undefined };
    await assertUndoable(tap, at);
    const [left, back] = givingBack(session, tap, 'undone');
    return { result: undefined, write: [left, [back]] };
  });
}

async function assertUndoable(tap: Tap, { now, sessions }: AtSession): Promise<void> {
  const { undo: limit } = policy;
  if (now > tap.at + policy.seconds.undo) throw new Problem('undo-ended');
  if (tap.claimed > 0n) throw new Problem('already-settled');
  // Else one could read everything and take all of it back.
  if ((await sessions.store.undone(tap, now - limit.seconds)) >= limit.count)
    throw new Problem('undo-ended');
}

/** Nothing more is taken; the next settlement lets go of the rest. Asked again it is the same answer. */
export async function close({ sessionId, proof }: Asked<'close'>, at: AtSession) {
  const key = keyOf(sessionId, at.settings);
  await changing(at.sessions, key, undefined, async ({ session }) => {
    if (!session) throw new Problem('session-ended');
    await assertProof(proof, sessionId, session, at);
    return closing(session);
  });
}

/** The payee is done with a session: a person asked it to let go. @returns whether it is known */
export const closeSession = (key: SessionKey, sessions: AtSession['sessions']): Promise<boolean> =>
  changing(sessions, key, undefined, async ({ session }) =>
    session ? { ...closing(session), result: true } : { result: false },
  );

const closing = (session: Session) =>
  session.state === 'open'
    ? { result: undefined, write: [ending(session, 'closing'), []] as const }
    : { result: undefined };

/** The session key's word for it, to this payee, now, on the site that was allowed. */
async function assertProof(text: string, cid: string, session: Session, at: AtSession) {
  const { jws, proof } = parseProof(text);
  const { sessions, settings, visit, now } = at;
  const known = sessions.grants.read(session.grant);
  const isForThis =
    proof.aud === settings.payee.url &&
    proof.cid === cid &&
    Math.abs(now - proof.iat) <= policy.seconds.skew &&
    known.grant.org === (visit.asking ?? visit.origin);
  if (!isForThis) throw new Problem(code);
  await sessions.grants.verify(jws, known);
}

/**
 * A payee's book of sessions, written from docs/sessions.md alone: what a credential is good for. In memory, for one process; a
 * real one keeps a session and its tap in one transaction. `micro-pay/merchant` has all of this, and more.
 */
import {
  isStrongKey,
  nativeVerify,
  parseGrant,
  parseProof,
  parseVoucher,
  policy,
  Problem,
  publicKeyBytes,
  signTapReceipt,
  verifyJws,
  type Grant,
  type Jws,
  type SessionPayload,
  type Signer,
} from '../src/protocol/index.ts';
import { accept, earned, giveBack, newSession } from './payee-sessions.ts';
import type { Session, Tap, Wanted } from './payee-sessions.ts';
import { settleAll } from './payee-settling.ts';
import { assertSignedBy } from './wallet-keys.ts';

type Asked<Action> = Extract<SessionPayload, { action: Action }>;

export interface PayeeBook {
  /** Takes a tap, once; the same voucher again is the same tap. @throws Problem, and nothing is taken */
  take: (payload: Asked<'open' | 'voucher'>, wanted: Wanted) => Promise<Tap>;
  /** Accepts a sum, and takes no tap. @throws Problem */
  raise: (payload: Asked<'open' | 'voucher'>, wanted: Wanted) => Promise<void>;
  topUp: (payload: Asked<'topUp'>, wanted: Wanted) => Promise<void>;
  undo: (payload: Asked<'undo'>, wanted: Wanted) => Promise<void>;
  close: (payload: Asked<'close'>, wanted: Wanted) => Promise<void>;
  /** What was taken for it can't be delivered */
  giveBack: (sid: string, tap: string) => void;
  settle: () => Promise<bigint>;
  /** As a server that lost its memory */
  forget: () => void;
}

const code = 'verification-failed';
const now = (): number => Math.floor(Date.now() / 1000);

/** @param payee its URL at the wallet @param wallet its origin @param key of the payee */
export function payeeBook(of: { payee: string; wallet: string; key: Signer }): PayeeBook {
  const { payee, wallet, key } = of;
  const sessions = new Map<string, Session>();

  /** The session it stands on, if vouchers of it are still taken. @throws Problem */
  async function standing(sid: string, granted: string | undefined, wanted: Wanted) {
    const given = granted === undefined ? undefined : await believedGrant(granted, of, wanted);
    const known = sessions.get(sid);
    const isOther = given && (given.jti !== sid || (known && given.sub !== known.grant.sub));
    if (isOther) throw new Problem(code);
    const session = known ?? (given && newSession(given));
    if (session?.state !== 'open') throw new Problem('session-ended');
    if (given && given.seq > session.grant.seq) session.grant = given;
    const { rby = 0, lim } = session.grant;
    if (now() > rby - policy.seconds.holdMargin) throw new Problem('session-ended');
    if (wanted.amount > BigInt(lim.tap)) throw new Problem('cap-reached');
    return session;
  }

  /** A voucher for this request, by its session's key. @throws Problem */
  async function voucherIn(payload: Asked<'open' | 'voucher'>, wanted: Wanted) {
    const { jws, voucher } = parseVoucher(payload.voucher, code);
    const { sid, cid, res, amt, cum } = voucher;
    const isForThis = cid === wanted.cid && res === wanted.res && BigInt(amt) <= wanted.amount;
    const isOfThis = payload.action === 'open' || payload.sessionId === sid;
    if (!isForThis || !isOfThis) throw new Problem(code);
    if (BigInt(amt) < wanted.amount) throw new Problem('payment-insufficient');
    const session = await standing(sid, payload.grant, wanted);
    await signedBy(jws, session);
    return { session, sid, sum: BigInt(cum) };
  }

  /** The session key's word for a tap or a session. @throws Problem */
  async function proved(
    { sessionId, proof }: Asked<'undo' | 'close'>,
    cid: string,
    { origin }: Wanted,
  ): Promise<Session> {
    const session = sessions.get(sessionId);
    if (!session) throw new Problem('session-ended');
    const { jws, proof: says } = parseProof(proof);
    const isFresh = Math.abs(now() - says.iat) <= policy.seconds.skew;
    if (says.aud !== payee || says.cid !== cid || !isFresh || session.grant.org !== origin)
      throw new Problem(code);
    await signedBy(jws, session);
    return session;
  }

  function assertUndoable(tap: Tap, { grant }: Session): void {
    if (tap.claimed) throw new Problem('already-settled');
    const since = now() - policy.undo.seconds;
    const before = [...sessions.values()]
      .filter((one) => one.grant.sub === grant.sub)
      .flatMap(({ taps }) => [...taps.values()])
      .filter(({ state, at }) => state === 'undone' && at > since);
    if (now() > tap.at + policy.seconds.undo || before.length >= policy.undo.count)
      throw new Problem('undo-ended');
  }

  return {
    take: async (payload, wanted) => {
      const { voucher: text } = payload;
      const { sid, tap } = parseVoucher(text, code).voucher;
      const known = sessions.get(sid)?.taps.get(tap);
      if (known) return again(known, text, wanted);
      const found = await voucherIn(payload, wanted);
      const receipt = await receiptFor({ sid, tap }, of, wanted);
      // From here on nothing waits: what is decided is written before anyone else looks.
      const { sum } = found;
      const session = sessions.get(sid) ?? found.session;
      const meanwhile = session.taps.get(tap);
      if (meanwhile) return again(meanwhile, text, wanted);
      assertCovers(session, sum, wanted.amount);
      accept(session, sum, text);
      session.spent += wanted.amount;
      const { res, amount } = wanted;
      const taken: Tap = {
        sid,
        tap,
        res,
        amount,
        receipt,
        voucher: text,
        at: now(),
        state: 'taken',
        claimed: false,
      };
      session.taps.set(tap, taken);
      sessions.set(sid, session);
      return taken;
    },
    raise: async (payload, wanted) => {
      const { sid, sum, ...found } = await voucherIn(payload, wanted);
      const session = sessions.get(sid) ?? found.session;
      assertCovers(session, sum, wanted.amount);
      accept(session, sum, payload.voucher);
      sessions.set(sid, session);
    },
    topUp: async ({ sessionId, grant }, wanted) => {
      if (!sessions.has(sessionId)) throw new Problem('session-ended');
      await standing(sessionId, grant, wanted);
    },
    undo: async (payload, wanted) => {
      const session = await proved(payload, payload.tap, wanted);
      const tap = session.taps.get(payload.tap);
      if (!tap) throw new Problem('not-found');
      if (tap.state !== 'taken') return;
      assertUndoable(tap, session);
      giveBack(session, tap, 'undone');
    },
    close: async (payload, wanted) => {
      const session = await proved(payload, payload.sessionId, wanted);
      if (session.state === 'open') session.state = 'closing';
    },
    giveBack: (sid, id) => {
      const session = sessions.get(sid);
      const tap = session?.taps.get(id);
      if (session && tap?.state === 'taken' && !tap.claimed) giveBack(session, tap, 'failed');
    },
    settle: () => settleAll(sessions, { wallet, key }),
    forget: () => sessions.clear(),
  };
}

/** @throws Problem `verification-failed` for a grant of another wallet, payee, site or currency */
async function believedGrant(
  text: string,
  { payee, wallet }: { payee: string; wallet: string },
  { origin, currency }: Wanted,
): Promise<Grant> {
  const { jws, grant } = parseGrant(text, code);
  const { iss, aud, org, cur, cnf } = grant;
  const isHere = iss === wallet && aud === payee && org === origin && cur === currency;
  if (!isHere || !isStrongKey(publicKeyBytes(cnf.jwk))) throw new Problem(code);
  await assertSignedBy(wallet, jws);
  return grant;
}

const signedBy = (jws: Jws, { grant }: Session): Promise<void> =>
  verifyJws(jws, grant.cnf.jwk, nativeVerify, code);

/** A tap that is known is answered as it was, and for nothing else. */
function again(tap: Tap, voucher: string, { res }: Wanted): Tap {
  if (tap.voucher !== voucher || tap.res !== res) throw new Problem('id-reused');
  // Its page was told "not charged".
  if (tap.state !== 'taken') throw new Problem('payment-required');
  return tap;
}

/** @throws Problem `payment-insufficient` for more than is reserved, or less than is asked */
function assertCovers(session: Session, sum: bigint, amount: bigint): void {
  const accepted = sum > session.accepted ? sum : session.accepted;
  if (sum > BigInt(session.grant.dep) || accepted - earned(session) < amount)
    throw new Problem('payment-insufficient');
}

const receiptFor = (
  { sid, tap }: { sid: string; tap: string },
  { payee, wallet, key }: { payee: string; wallet: string; key: Signer },
  { res, amount, currency: cur }: Wanted,
): Promise<string> => {
  const iat = now();
  const und = iat + policy.seconds.undo;
  const amt = String(amount);
  return signTapReceipt({ iss: payee, aud: wallet, sid, tap, res, amt, cur, iat, und }, key);
};

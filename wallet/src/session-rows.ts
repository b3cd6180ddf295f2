/** The rows of sessions: a sum reserved for one payee, how much of it was taken, and its grants as they were signed. */
import { Problem } from 'micro-pay/protocol';
import type { Tx } from './store/store.ts';

export type SessionRow = {
  id: string;
  grant_id: string;
  person: string;
  payee: string;
  origin: string;
  /** Thumbprint of the session key */
  jkt: string;
  /** The session key, as JSON */
  jwk: string;
  currency: string;
  /** Reserved in all */
  deposit: bigint;
  /** Taken by the payee */
  settled: bigint;
  /** Of what was taken, paid back by the payee */
  undone: bigint;
  /** Given back, never taken */
  released: bigint;
  fee_charged: bigint;
  /** Of its newest grant */
  seq: bigint;
  /** Vouchers are redeemed until then, in seconds */
  rby: bigint;
  created_at: bigint;
  settled_at: bigint | null;
  closed_at: bigint | null;
};

/** What is still reserved. */
export const heldIn = ({ deposit, settled, released }: SessionRow): bigint =>
  deposit - settled - released;

export const findSession = (tx: Tx, id: string): Promise<SessionRow | undefined> =>
  tx.get<SessionRow>('select * from sessions where id = $1', id);

/** @throws Problem `not-found` */
export async function sessionOf(tx: Tx, id: string): Promise<SessionRow> {
  const session = await findSession(tx, id);
  if (!session) throw new Problem('not-found');
  return session;
}

/** The one open session of an approval. */
export const openSessionOf = (tx: Tx, grantId: string): Promise<SessionRow | undefined> =>
  tx.get<SessionRow>('select * from sessions where grant_id = $1 and closed_at is null', grantId);

export async function insertSession(tx: Tx, row: SessionRow): Promise<void> {
  await tx.run(
    `insert into sessions (id, grant_id, person, payee, origin, jkt, jwk, currency, deposit, seq, rby, created_at)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)`,
    row.id,
    row.grant_id,
    row.person,
    row.payee,
    row.origin,
    row.jkt,
    row.jwk,
    row.currency,
    row.deposit,
    row.seq,
    row.rby,
    row.created_at,
  );
}

/** @returns a grant of the session, byte for byte as it was signed; the newest unless `seq` is told */
export async function signedGrant(tx: Tx, session: SessionRow, seq = session.seq): Promise<string> {
  const row = await tx.get<{ signed: string }>(
    'select signed from session_grants where session = $1 and seq = $2',
    session.id,
    seq,
  );
  if (!row) throw new Error('A session has no grant.');
  return row.signed;
}

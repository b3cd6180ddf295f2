/** Grants: the wallet's signed word that one page's key may charge one person for one payee. */
import { jwkSchema, payeeUrl, Problem, shaped, signGrant, type Jwk } from 'micro-pay/protocol';
import type { ChosenLimits } from './allowances.ts';
import { secondsNow } from './clock.ts';
import type { Context } from './context.ts';
import { ledgerCurrency } from './ledger.ts';
import { payerId } from './payer-id.ts';
import type { Tx } from './store/store.ts';

export type GrantRow = {
  id: string;
  person: string;
  payee: string;
  sub: string;
  origin: string;
  /** Thumbprint of the session key */
  jkt: string;
  /** The session key, as JSON */
  jwk: string;
  currency: string;
  per_payment: bigint;
  per_day: bigint;
  total: bigint;
  created_at: bigint;
  expires_at: bigint;
  revoked_at: bigint | null;
};

export const findGrant = (tx: Tx, id: string): Promise<GrantRow | undefined> =>
  tx.get<GrantRow>('select * from grants where id = $1', id);

/** @throws Problem `grant-unknown` */
export async function grantOf(tx: Tx, id: string): Promise<GrantRow> {
  const grant = await findGrant(tx, id);
  if (!grant) throw new Problem('grant-unknown');
  return grant;
}

export interface NewGrant {
  id: string;
  person: string;
  payee: string;
  origin: string;
  jwk: Jwk;
  jkt: string;
  limits: ChosenLimits;
}

/** Writes the row and signs the grant; the same words, whoever shows them. */
export async function issueGrant(
  tx: Tx,
  context: Context,
  grant: NewGrant,
): Promise<{ row: GrantRow; text: string }> {
  const now = secondsNow(context);
  const payee = payeeUrl(context.issuer, grant.payee);
  const { perPayment, perDay, total } = grant.limits;
  const row: GrantRow = {
    id: grant.id,
    person: grant.person,
    payee: grant.payee,
    sub: payerId(context.keys, grant.person, payee),
    origin: grant.origin,
    jkt: grant.jkt,
    jwk: JSON.stringify(grant.jwk),
    currency: ledgerCurrency,
    per_payment: perPayment,
    per_day: perDay,
    total,
    created_at: BigInt(now),
    expires_at: BigInt(now + context.policy.seconds.grant),
    revoked_at: null,
  };
  await tx.run(
    `insert into grants (id, person, payee, sub, origin, jkt, jwk, currency, per_payment, per_day, total,
       created_at, expires_at) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)`,
    row.id,
    row.person,
    row.payee,
    row.sub,
    row.origin,
    row.jkt,
    row.jwk,
    row.currency,
    row.per_payment,
    row.per_day,
    row.total,
    row.created_at,
    row.expires_at,
  );
  return { row, text: await signed(context, row, grant.jwk) };
}

/** The same words as when it was made: they are all in its row. */
export const signedAgain = (context: Context, row: GrantRow): Promise<string> =>
  signed(context, row, shaped(jwkSchema, JSON.parse(row.jwk), 'internal-error'));

const signed = (context: Context, row: GrantRow, jwk: Jwk): Promise<string> =>
  signGrant(
    {
      iss: context.issuer,
      env: context.env,
      aud: payeeUrl(context.issuer, row.payee),
      sub: row.sub,
      jti: row.id,
      gnt: row.id,
      seq: 0,
      iat: Number(row.created_at),
      exp: Number(row.expires_at),
      cnf: { jwk },
      cur: row.currency,
      dep: '0',
      org: row.origin,
      lim: { tap: String(row.per_payment), day: String(row.per_day), total: String(row.total) },
    },
    context.keys.grants,
  );

/** The grant of a session: signed for each hold, and kept, so that who asks again has the same bytes. */
import { jwkSchema, payeeUrl, shaped, signGrant } from 'micro-pay/protocol';
import { secondsNow } from './clock.ts';
import type { Context } from './context.ts';
import type { GrantRow } from './grants.ts';
import type { PayeeKey } from './payee-keys.ts';
import type { SessionRow } from './session-rows.ts';
import type { Tx } from './store/store.ts';

/** @param keys the payee's: one of them signs the receipts of taps */
export async function signSession(
  tx: Tx,
  context: Context,
  { session, grant, keys }: { session: SessionRow; grant: GrantRow; keys: PayeeKey[] },
): Promise<string> {
  const rby = Number(session.rby);
  const signed = await signGrant(
    {
      iss: context.issuer,
      env: context.env,
      aud: payeeUrl(context.issuer, session.payee),
      sub: grant.sub,
      jti: session.id,
      gnt: grant.id,
      seq: Number(session.seq),
      iat: secondsNow(context),
      exp: rby,
      cnf: { jwk: shaped(jwkSchema, JSON.parse(session.jwk), 'internal-error') },
      cur: session.currency,
      dep: String(session.deposit),
      rby,
      pks: keys.map(({ x }) => x),
      org: session.origin,
      lim: {
        tap: String(grant.per_payment),
        day: String(grant.per_day),
        total: String(grant.total),
      },
    },
    context.keys.grants,
  );
  await tx.run(
    'insert into session_grants (session, seq, signed) values ($1, $2, $3)',
    session.id,
    session.seq,
    signed,
  );
  return signed;
}

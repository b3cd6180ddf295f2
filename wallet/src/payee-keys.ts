/** Keys of payees: with one a payee settles vouchers and signs tap receipts. Two may be live, so that one can follow the other. */
import {
  assertStrongKey,
  jwkSchema,
  Problem,
  shaped,
  thumbprint,
  type Jwk,
} from 'micro-pay/protocol';
import { timeNow } from './clock.ts';
import type { Context } from './context.ts';
import type { Tx } from './store/store.ts';

/** Keys of one payee that are good at the same time. */
export const maxLiveKeys = 2;

export type PayeeKey = {
  /** RFC 7638 thumbprint */
  kid: string;
  /** The public key, base64url */
  x: string;
};

/** @throws Problem `malformed-request` for anything but the `x` of a sound Ed25519 key */
export function payeeJwk(x: string): Jwk {
  const jwk = shaped(jwkSchema, { kty: 'OKP', crv: 'Ed25519', x }, 'malformed-request');
  assertStrongKey(jwk);
  return jwk;
}

/** The keys a payee may settle with, the newest first. */
export const liveKeys = (tx: Tx, payee: string): Promise<PayeeKey[]> =>
  tx.all<PayeeKey>(
    'select kid, x from payee_keys where payee = $1 and revoked_at is null order by added_at desc, kid',
    payee,
  );

/**
 * Adds a key; of those that were there only the newest stays beside it.
 * @throws Problem `malformed-request` for a key that is no key, or another payee's
 */
export async function addPayeeKey(
  tx: Tx,
  context: Pick<Context, 'now'>,
  key: { payee: string; x: string },
): Promise<void> {
  const { payee, x } = key;
  const kid = await thumbprint(payeeJwk(x));
  const at = timeNow(context);
  const added = await tx.run(
    `insert into payee_keys (kid, payee, x, added_at) values ($1, $2, $3, $4)
     on conflict (kid) do update set added_at = excluded.added_at, revoked_at = null
     where payee_keys.payee = excluded.payee`,
    kid,
    payee,
    x,
    at,
  );
  // A call of this key is its payee's call: it can't be two payees'.
  if (added === 0) throw new Problem('malformed-request', { detail: 'It is another payee’s key.' });
  const others = (await liveKeys(tx, payee)).filter((live) => live.kid !== kid);
  for (const old of others.slice(maxLiveKeys - 1)) await revoke(tx, context, old.kid);
}

/** @throws Problem `not-found` for a key this payee doesn't have */
export async function removePayeeKey(
  context: Pick<Context, 'now' | 'store'>,
  key: { payee: string; x: string },
): Promise<void> {
  const kid = await thumbprint(payeeJwk(key.x));
  await context.store.write(async (tx) => {
    const known = (await liveKeys(tx, key.payee)).some((live) => live.kid === kid);
    if (!known) throw new Problem('not-found');
    await revoke(tx, context, kid);
  });
}

const revoke = (tx: Tx, context: Pick<Context, 'now'>, kid: string): Promise<number> =>
  tx.run('update payee_keys set revoked_at = $1 where kid = $2', timeNow(context), kid);

/**
 * Whose key it is.
 * @throws Problem `proof-invalid` for a key no payee has now
 */
export async function payeeOf(tx: Tx, kid: string): Promise<{ payee: string; jwk: Jwk }> {
  const row = await tx.get<PayeeKey & { payee: string }>(
    'select * from payee_keys where kid = $1 and revoked_at is null',
    kid,
  );
  if (!row) throw new Problem('proof-invalid');
  return { payee: row.payee, jwk: payeeJwk(row.x) };
}

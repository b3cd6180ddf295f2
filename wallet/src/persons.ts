/** A person of the wallet: no name and no address; an id, the zone their days are kept in, and when a passkey last proved them. */
import { isZone, timeNow } from './clock.ts';
import type { Context } from './context.ts';
import { fundSignUp } from './ledger.ts';
import type { Tx } from './store/store.ts';

/**
 * Writes a new person, with an account and the money that comes with signing up.
 * @param person `zone` as the browser says it; days are kept in UTC where it is no IANA zone. `byCode`: no passkey proved them
 */
export async function createPerson(
  tx: Tx,
  context: Context,
  person: { id: string; zone: string; byCode?: boolean },
): Promise<void> {
  const at = timeNow(context);
  await tx.run(
    'insert into persons (id, zone, strong_auth_at, created_at) values ($1, $2, $3, $4)',
    person.id,
    isZone(person.zone) ? person.zone : 'UTC',
    person.byCode ? 0n : at,
    at,
  );
  await fundSignUp(tx, context, person.id);
}

/** Notes that a passkey proved this person just now: what may be spent before the next one counts from here. */
export async function noteStrongAuth(tx: Tx, context: Context, person: string): Promise<void> {
  await tx.run(
    'update persons set strong_auth_at = $1, spent_since_strong_auth = 0 where id = $2',
    timeNow(context),
    person,
  );
}

/** The passkeys that were kept: whose they are, how often they were used, and that the last one stays. */
import type { WebAuthnCredential } from '@simplewebauthn/server';
import { Problem } from 'micro-pay/protocol';
import { timeNow } from './clock.ts';
import type { Context } from './context.ts';
import type { Tx } from './store/store.ts';

export interface Passkey {
  id: string;
  label: string;
  /** Seconds since 1970 */
  createdAt: number;
  usedAt: number;
}

export type PasskeyRow = {
  id: string;
  person: string;
  label: string;
  public_key: Uint8Array<ArrayBuffer>;
  counter: bigint;
  created_at: bigint;
  used_at: bigint;
};

/** Passkeys of one person. */
const maxPasskeys = 20;

export const findPasskey = ({ store }: Context, id: string): Promise<PasskeyRow | undefined> =>
  store.read((tx) => tx.get<PasskeyRow>('select * from passkeys where id = $1', id));

/**
 * A counter that doesn't grow tells of a copied passkey; those that keep none stay at 0.
 * @throws Problem `passkey-refused`
 */
export async function noteUse(context: Context, id: string, counter: bigint): Promise<void> {
  const changed = await context.store.write((tx) =>
    tx.run(
      `update passkeys set counter = $1, used_at = $2
       where id = $3 and (counter < $1 or (counter = 0 and $1 = 0))`,
      counter,
      timeNow(context),
      id,
    ),
  );
  if (changed === 0) throw new Problem('passkey-refused');
}

/** How a list of passkeys tells them apart, by what the browser says of where they live. */
function labelFrom(transports: readonly string[]): string {
  if (transports.includes('internal')) return 'Passkey on a device';
  if (transports.includes('hybrid')) return 'Passkey on a phone';
  return 'Security key';
}

/** @throws Problem `passkey-refused` when it is kept already, `malformed-request` beyond twenty */
export async function keepPasskey(
  tx: Tx,
  context: Context,
  person: string,
  { id, publicKey, counter, transports = [] }: WebAuthnCredential,
): Promise<void> {
  const found = await tx.get<{ n: bigint }>(
    'select count(*) as n from passkeys where person = $1',
    person,
  );
  if (found && found.n >= BigInt(maxPasskeys))
    throw new Problem('malformed-request', { detail: 'There are too many passkeys.' });
  const added = await tx.run(
    `insert into passkeys (id, person, label, public_key, counter, transports, created_at, used_at)
     values ($1, $2, $3, $4, $5, $6, $7, $7) on conflict (id) do nothing`,
    id,
    person,
    labelFrom(transports),
    publicKey,
    BigInt(counter),
    JSON.stringify(transports),
    timeNow(context),
  );
  if (added === 0) throw new Problem('passkey-refused');
}

/** @returns the oldest first */
export async function passkeysOf({ store }: Context, person: string): Promise<Passkey[]> {
  const rows = await store.read((tx) =>
    tx.all<PasskeyRow>('select * from passkeys where person = $1 order by created_at, id', person),
  );
  return rows.map(({ id, label, created_at, used_at }) => ({
    id,
    label,
    createdAt: Number(created_at),
    usedAt: Number(used_at),
  }));
}

/** Removes one of a person's passkeys, never the last: there is no other way in. */
export async function removePasskey({ store }: Context, person: string, id: string): Promise<void> {
  const removed = await store.write((tx) =>
    tx.run(
      `delete from passkeys where id = $1 and person = $2
       and (select count(*) from passkeys where person = $2) > 1`,
      id,
      person,
    ),
  );
  if (removed === 0)
    throw new Problem('passkey-refused', { detail: 'The last passkey can’t be removed.' });
}

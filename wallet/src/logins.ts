/** Logins: one browser signed in as one person, by a secret cookie and, beside it, a key that never leaves that browser. */
import { jwkSchema, parseJson, shaped, type Jwk } from 'micro-pay/protocol';
import { secondsNow, timeNow } from './clock.ts';
import type { Context } from './context.ts';
import { newSecret } from './ids.ts';
import type { Tx } from './store/store.ts';

export interface Login {
  /** Keyed hash of the cookie's token: the table alone signs nobody in */
  id: string;
  person: string;
  /** The key of this browser; a stolen cookie comes without it */
  device: Jwk | undefined;
  /** Seconds since 1970 of the last passkey in this login; 0: a code by e-mail opened it */
  presentAt: number;
  createdAt: number;
}

type LoginRow = {
  id: string;
  person: string;
  device_jwk: string | null;
  present_at: bigint;
  created_at: bigint;
};

/** `__Host-` ties the cookie to this host and to https; on a machine of one's own there is no https. */
export const cookieName = ({ dev }: Pick<Context, 'dev'>): string =>
  dev ? 'micropay-dev' : '__Host-micropay';

const token = /^[A-Za-z0-9_-]{43}$/;

const idOf = ({ keys }: Pick<Context, 'keys'>, secret: string): string => keys.mac('login', secret);

/** @param secret value of the cookie, as a stranger sent it */
export async function findLogin(
  context: Context,
  secret: string | undefined,
): Promise<Login | undefined> {
  if (!secret || !token.test(secret)) return undefined;
  const row = await context.store.read((tx) =>
    tx.get<LoginRow>(
      'select * from logins where id = $1 and expires_at > $2',
      idOf(context, secret),
      timeNow(context),
    ),
  );
  return row && loginFrom(row);
}

const loginFrom = ({ device_jwk, ...row }: LoginRow): Login => ({
  id: row.id,
  person: row.person,
  device: device_jwk
    ? shaped(jwkSchema, parseJson(device_jwk, 'internal-error'), 'internal-error')
    : undefined,
  presentAt: Number(row.present_at),
  createdAt: Number(row.created_at),
});

/**
 * Writes a login for someone who was proved just now, by a passkey or a code.
 * @returns the secret for the cookie
 */
export async function startLogin(
  tx: Tx,
  context: Context,
  login: { person: string; device: Jwk | undefined; byCode?: boolean },
): Promise<string> {
  const secret = newSecret(context);
  const now = timeNow(context);
  await tx.run('delete from logins where expires_at <= $1', now);
  await tx.run(
    `insert into logins (id, person, device_jwk, present_at, created_at, expires_at)
     values ($1, $2, $3, $4, $5, $6)`,
    idOf(context, secret),
    login.person,
    login.device ? JSON.stringify(login.device) : null,
    login.byCode ? 0n : now,
    now,
    now + BigInt(context.policy.seconds.login),
  );
  return secret;
}

/**
 * Notes a fresh passkey in a login and changes its secret, so that a copied cookie ends here.
 * @returns the new secret; undefined when the login ended meanwhile
 */
export async function renewLogin(
  tx: Tx,
  context: Context,
  login: Login,
  device: Jwk | undefined,
): Promise<string | undefined> {
  const secret = newSecret(context);
  const key = device ?? login.device;
  const changed = await tx.run(
    'update logins set id = $1, device_jwk = $2, present_at = $3 where id = $4',
    idOf(context, secret),
    key ? JSON.stringify(key) : null,
    timeNow(context),
    login.id,
  );
  return changed === 1 ? secret : undefined;
}

export async function endLogin({ store }: Context, { id }: Login): Promise<void> {
  await store.write((tx) => tx.run('delete from logins where id = $1', id));
}

/** Signs out everywhere, here too. */
export async function endLogins({ store }: Context, person: string): Promise<void> {
  await store.write((tx) => tx.run('delete from logins where person = $1', person));
}

/** A code by e-mail opened it, and no passkey was used since: only small sums, and no browser's key beside the cookie. */
export const isByCode = ({ presentAt }: Login): boolean => presentAt === 0;

/** Answers whether a passkey was used in this login within the policy's few minutes. */
export const isPresent = (context: Context, { presentAt }: Login): boolean =>
  secondsNow(context) - presentAt <= context.policy.seconds.presence;

/** A wallet as this device knows it: how far its clock is from ours, its keys, and what it signed. */
import { nativeVerify, type Verify } from '../protocol/ed25519-key.ts';
import { utf8 } from '../protocol/encoding.ts';
import type { Payee } from '../protocol/payee.ts';
import { Problem, type ProblemCode } from '../protocol/problem-table.ts';
import type { JwsType } from '../protocol/sign-jws.ts';
import {
  bytesIn,
  commonClaims,
  fits,
  fitting,
  headerClaims,
  jsonIn,
  walletKey,
  type Fitting,
  type Shape,
} from './claims.ts';
import type { Context } from './context.ts';
import { oldBrowser } from './session-key.ts';

/** Structured-cloneable: it is kept with the approval. */
export interface Wallet {
  origin: string;
  /** Play money or money; known from the first thing it signed under this approval, and never another */
  env?: Fitting<typeof commonClaims>['env'];
  /** Milliseconds to add to this device's clock to have the wallet's */
  offset: number;
  /** Public keys by name, base64url */
  keys: Map<string, string>;
  /** This device's time when they were last heard, milliseconds since 1970 */
  keysAt: number;
}

/** @throws Problem `wallet-not-accepted` when the page doesn't take it */
export function assertAccepted({ options }: Context, origin: string): void {
  if (options.wallets?.includes(origin) === false) throw new Problem('wallet-not-accepted');
}

/** The wallet's time in seconds: what is signed is dated by it, whatever this device's clock says. */
export const walletTime = ({ now }: Context, { offset }: Pick<Wallet, 'offset'>): number =>
  Math.floor((now() + offset) / 1000);

/**
 * Reads what a wallet signed about one payee. Its own JSON needs no strict reader: what isn't the wallet's is refused by the
 * signature.
 * @throws Problem of the given code for anything else than a good JWS of that type; `wallet-unreachable` without its keys
 */
export async function signedClaims<const S extends typeof commonClaims & Shape>(
  context: Context,
  { wallet, payee }: { wallet: Wallet; payee: Payee },
  text: string,
  expected: { typ: JwsType; shape: S; code: ProblemCode },
): Promise<Fitting<S>> {
  const { typ, shape, code } = expected;
  const [head = '', payload = '', signature = ''] = text.split('.');
  const header = fitting(headerClaims, jsonIn(head, code), code);
  if (!wallet.keys.has(header.kid)) await (await context.later()).refreshKeys(context, wallet);
  const key = wallet.keys.get(header.kid);
  const isKnown = key && header.typ === typ && !('crit' in header);
  const signed = utf8(`${head}.${payload}`);
  if (!isKnown || !(await verify(bytesIn(key), bytesIn(signature), signed)))
    throw new Problem(code);
  const claims = fitting(shape, jsonIn(payload, code), code);
  const { iss, aud, env } = fitting(commonClaims, claims, code);
  wallet.env ??= env;
  if (iss !== wallet.origin || aud !== payee.url || env !== wallet.env) throw new Problem(code);
  return claims;
}

/** Ed25519 keys of a JWKS by their names. */
export const keysIn = (list: object): Wallet['keys'] =>
  new Map(
    Object.values(list).flatMap((key: unknown) =>
      fits(walletKey, key) ? [[key.kid, key.x] as const] : [],
    ),
  );

/** By the browser where it can, else by noble, loaded only then. */
const verify: Verify = async (...signed) => {
  try {
    return await nativeVerify(...signed);
  } catch {
    // WebCrypto throws for an algorithm it doesn't know; a bad signature is only `false`.
    return (await oldBrowser()).verify(...signed);
  }
};

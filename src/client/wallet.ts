/** A wallet as this device knows it: how far its clock is from ours, its keys, and what it signed. */
import { environments } from '../protocol/closed-lists.ts';
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
  jsonIn,
  type Fitting,
  type Shape,
} from './claims.ts';
import type { Context } from './context.ts';

/** Structured-cloneable: it is kept with the approval. */
export interface Wallet {
  origin: string;
  /** Play money or money; known from the first thing it signed under this approval, and never another */
  env?: Fitting<typeof commonClaims>['env'];
  /** Milliseconds to add to this device's clock to have the wallet's */
  offset: number;
  /** Its JWKS as it came: keys by name, and kinds that a page doesn't know */
  keys: object;
  /** This device's time when they were last heard, milliseconds since 1970 */
  keysAt: number;
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
  // An extension that it calls critical we don't know (RFC 7515 §4.1.11).
  const { kid } = fitting({ typ: [typ], kid: '', 'crit?': [] }, jsonIn(head), code);
  const named = { kid: [kid], crv: ['Ed25519'], x: '' } as const;
  const find = () => Object.values(wallet.keys).find((key) => fits(named, key));
  if (!find()) await (await context.later()).refreshKeys(context, wallet);
  const { x } = fitting(named, find(), code);
  if (!(await verify(context, bytesIn(x), bytesIn(signature), utf8(`${head}.${payload}`))))
    throw new Problem(code);
  const claims = fitting(shape, jsonIn(payload), code);
  const envs = wallet.env ? [wallet.env] : environments;
  const { env } = fitting({ iss: [wallet.origin], aud: [payee.url], env: envs }, claims, code);
  wallet.env = env;
  return claims;
}

/** By the browser where it can, else by noble. */
export async function verify({ later }: Context, ...signed: Parameters<Verify>): Promise<boolean> {
  try {
    return await nativeVerify(...signed);
  } catch {
    // WebCrypto throws for an algorithm it doesn't know; a bad signature is only `false`.
    return (await later()).verify(...signed);
  }
}

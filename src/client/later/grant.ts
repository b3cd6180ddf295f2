/** A grant: believed each time it is used, and what it says of this page's spending session. */
import type { Account, Approval } from '../account.ts';
import type { Session } from '../api.ts';
import { commonClaims, type Fitting } from '../claims.ts';
import type { Context, SessionSigner } from '../context.ts';
import { Problem } from '../../protocol/problem-table.ts';
import { payeeFrom } from '../../protocol/wallet-address.ts';
import { signerFor } from '../session-key.ts';
import { signedClaims, walletTime } from '../wallet.ts';

export const grantClaims = {
  ...commonClaims,
  sub: '',
  gnt: '',
  org: '',
  cur: '',
  exp: 0,
  cnf: { jwk: { x: '' } },
} as const;
type GrantClaims = Fitting<typeof grantClaims>;

/** An approval that can be used now. */
export interface LiveApproval extends Approval {
  terms: GrantClaims;
  signer: SessionSigner;
}

/** @returns undefined when there is none for this page and its key; the Problem when it has ended */
export async function liveApproval(
  context: Context,
  { payee, approval }: Account,
): Promise<LiveApproval | Problem | undefined> {
  if (!approval) return undefined;
  const signer = await signerFor(context, payee);
  const terms = await believedTerms(context, payee, approval);
  const isOurs =
    terms?.org === context.page?.origin &&
    terms?.gnt === approval.gnt &&
    terms?.cnf.jwk.x === signer.jwk.x;
  if (!terms || !isOurs) return undefined;
  return terms.exp > walletTime(context, approval.wallet)
    ? { ...approval, terms, signer }
    : new Problem('grant-expired');
}

/** @returns undefined for what isn't this wallet's word for this payee @throws Problem `wallet-unreachable` without its keys */
async function believedTerms(
  context: Context,
  payee: string,
  { grant, wallet }: Approval,
): Promise<GrantClaims | undefined> {
  const code = 'verification-failed';
  const expected = { typ: 'micropay-grant+jwt', shape: grantClaims, code } as const;
  try {
    return await signedClaims(context, { wallet, payee: payeeFrom(payee) }, grant, expected);
  } catch (problem) {
    if (problem instanceof Problem && problem.code === code) return undefined;
    throw problem;
  }
}

export const sessionFrom = (
  { terms, allowance }: LiveApproval,
  { hold }: Pick<Account, 'hold'>,
): Session => ({
  payee: terms.aud,
  origin: terms.org,
  env: terms.env,
  grantId: terms.gnt,
  expiresAt: terms.exp,
  allowance,
  held: hold && { amount: hold.dep, left: hold.dep - hold.owed, until: hold.rby },
});

/** Tells whoever watches what may be spent at a payee. @returns undefined where nothing may */
export async function tellSession(
  context: Context,
  account: Account,
): Promise<Session | undefined> {
  const live = await liveApproval(context, account);
  if (!live || live instanceof Problem) return undefined;
  const session = sessionFrom(live, account);
  context.tell({ session });
  return session;
}

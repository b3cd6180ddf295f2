/** The sum a wallet reserves for one payee, so that taps need not ask it: found, made, or made larger. */
import { holdDayShareBps, holdTimes } from '../../protocol/hold-policy.ts';
import { Problem } from '../../protocol/problem-table.ts';
import { payeeFrom } from '../../protocol/wallet-address.ts';
import { changeAccount, type Account, type Hold } from '../account.ts';
import { continueAnswer, fits, fitting } from '../claims.ts';
import type { Context } from '../context.ts';
import { isLive } from './room.ts';
import { signedClaims } from '../wallet.ts';
import { grantClaims, type LiveApproval } from '../later/grant.ts';
import { callWallet } from './wallet-call.ts';

const code = 'verification-failed';
const holdClaims = { ...grantClaims, jti: '', seq: 0, dep: '', rby: 0, pks: {} } as const;
const sessionAnswer = { grant: '', allowance: continueAnswer.allowance } as const;

/**
 * What is reserved and covers a price; made or made larger where it doesn't.
 * @returns undefined where nothing can be reserved for it: a charge is the way then
 * @throws Problem `aborted`
 */
export async function holdFor(
  context: Context,
  account: Account,
  live: LiveApproval,
  price: bigint,
): Promise<Hold | undefined> {
  if (live.signer.fallback) return undefined;
  try {
    const hold =
      (await standingHold(context, account, live)) ?? (await opened(context, live, price));
    // The wallet has it until the payee has settled.
    if (!hold || hold.ended) return undefined;
    if (hold.owed + price <= hold.dep) return hold;
    return await toppedUp(context, live, hold, price);
  } catch (problem) {
    if (!(problem instanceof Problem) || problem.code === 'aborted') throw problem;
    return undefined;
  }
}

/**
 * The one that came with the approval, or the one kept here; while a tap is under way it needs that one's grant. In its last hour a
 * charge is the way: were it topped up then, a voucher that was refused as too late could be taken by a copy of it after all.
 */
async function standingHold(
  context: Context,
  { hold, pending }: Account,
  live: LiveApproval,
): Promise<Hold | undefined> {
  const newer = pending.some(({ tap }) => tap) ? undefined : live.session;
  if (typeof newer === 'string') return keep(context, live, newer);
  return hold && isLive(context, hold, live) ? hold : undefined;
}

async function opened(
  context: Context,
  live: LiveApproval,
  price: bigint,
): Promise<Hold | undefined> {
  const amount = amountFor(live, price);
  if (amount < price) return undefined;
  const asked = { gnt: live.gnt, amount: String(amount) };
  const answer = fitting(sessionAnswer, await callWallet(context, live, '/sessions', asked), code);
  return keep(context, live, answer.grant, answer.allowance);
}

/** Asked for under one number and one amount, kept before: a lost answer is asked for again, and nothing is reserved twice. */
async function toppedUp(
  context: Context,
  live: LiveApproval,
  { sid }: Hold,
  price: bigint,
): Promise<Hold | undefined> {
  const amount = amountFor(live, price);
  if (amount < price) return undefined;
  const { hold } = await changeHold(context, live.terms.aud, sid, (before) => ({
    ...before,
    asked: before.asked ?? { seq: before.seq + 1, amount },
  }));
  const asked = hold?.sid === sid ? hold.asked : undefined;
  if (!asked) return undefined;
  const sent = { seq: asked.seq, amount: String(asked.amount) };
  const body = await callWallet(context, live, `/sessions/${sid}/topup`, sent).catch(
    async (problem: unknown) => {
      const refused = problem instanceof Problem && problem.moneyMoved === 'no';
      if (refused) await changeHold(context, live.terms.aud, sid, withoutAsked);
      throw problem;
    },
  );
  const answer = fitting(sessionAnswer, body, code);
  const topped = await keep(context, live, answer.grant, answer.allowance);
  return topped && topped.owed + price <= topped.dep ? topped : undefined;
}

const withoutAsked = (hold: Hold): Hold => ({ ...hold, asked: undefined });

/** Twenty prices, at most a fifth of a day's limit. */
function amountFor({ allowance }: LiveApproval, price: bigint): bigint {
  const share = (BigInt(allowance.day.limit) * holdDayShareBps) / 10_000n;
  const wanted = price * holdTimes;
  return wanted < share ? wanted : share;
}

/** Changes the hold, if it is still that one. */
export const changeHold = (
  context: Context,
  payee: string,
  sid: string,
  change: (hold: Hold) => Hold,
): Promise<Account> =>
  changeAccount(context, payee, (account) =>
    account.hold?.sid === sid ? { ...account, hold: change(account.hold) } : account,
  );

/** Believes a session's grant, and keeps it. What was signed under the same session before still counts. */
async function keep(
  context: Context,
  live: LiveApproval,
  grant: string,
  allowance = live.allowance,
): Promise<Hold | undefined> {
  const { wallet, terms, signer } = live;
  const expected = { typ: 'micropay-grant+jwt', shape: holdClaims, code } as const;
  const says = await signedClaims(
    context,
    { wallet, payee: payeeFrom(terms.aud) },
    grant,
    expected,
  );
  const pks = Object.values<unknown>(says.pks).filter((x) => fits('', x));
  const isOurs =
    says.org === terms.org && says.cur === terms.cur && says.cnf.jwk.x === signer.jwk.x;
  if (!isOurs || !isLive(context, says, live)) return undefined;
  const fresh = { sid: says.jti, grant, seq: says.seq, dep: BigInt(says.dep), rby: says.rby, pks };
  const { hold } = await changeAccount(context, terms.aud, (account) => {
    // Another tab may have disconnected, or approved anew.
    if (account.approval?.gnt !== live.gnt) return account;
    const before = account.hold?.sid === fresh.sid ? account.hold : { owed: 0n, signedMax: 0n };
    if ('seq' in before && before.seq > fresh.seq) return account;
    // What came late for one that another session has followed since.
    if (account.hold && !('seq' in before) && fresh.seq > 0) return account;
    const kept: Hold = { ...before, ...fresh };
    return {
      ...account,
      approval: { ...account.approval, allowance, session: undefined },
      hold: kept.asked && kept.asked.seq <= fresh.seq ? withoutAsked(kept) : kept,
    };
  });
  return hold?.sid === fresh.sid ? hold : undefined;
}

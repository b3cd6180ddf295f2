/** The wallet's word about a session, held against what this device got for it. */
import { base64url, sha256, utf8 } from '../../protocol/encoding.ts';
import { Problem } from '../../protocol/problem-table.ts';
import { payeeFrom } from '../../protocol/wallet-address.ts';
import { accountOf, type Account } from '../account.ts';
import type { SessionStatement } from '../session-api.ts';
import { commonClaims, fits, fitting, jsonFrom } from '../claims.ts';
import type { Context } from '../context.ts';
import { signedClaims } from '../wallet.ts';
import { alert } from '../later/alerts.ts';
import { liveApproval } from '../later/grant.ts';
import { keptReceipts } from '../later/kept.ts';
import { callWallet } from './wallet-call.ts';

const answerShape = { statement: '', items: '' } as const;
const itemShape = { tap: '', amount: '' } as const;
const claims = {
  ...commonClaims,
  sid: '',
  dep: '',
  amt: '',
  und: '',
  back: '',
  end: false,
  ish: '',
} as const;
const code = 'verification-failed';

/** @returns undefined where there is no session @throws Problem; see `statement` in api.ts */
export async function statementOf(
  context: Context,
  payee: string,
): Promise<SessionStatement | undefined> {
  const account = await accountOf(context, payee);
  const { hold } = account;
  const live = await liveApproval(context, account);
  if (!hold || !live) return undefined;
  if (live instanceof Problem) throw live;
  const path = `/sessions/${hold.sid}/statement`;
  const { statement, items } = fitting(answerShape, await callWallet(context, live, path), code);
  const says = await signedClaims(
    context,
    { wallet: live.wallet, payee: payeeFrom(payee) },
    statement,
    {
      typ: 'micropay-statement+jwt',
      shape: claims,
      code,
    },
  );
  if (says.sid !== hold.sid || says.ish !== base64url(await sha256(utf8(items))))
    throw new Problem(code);
  const [settled, undone] = [BigInt(says.amt), BigInt(says.und)];
  const back = await paidBack(context, account, items);
  // What was signed for and then refused is not owed, and yet the payee could take it. What the wallet paid back stays owed, as
  // the payee claims it.
  const isFitting = back !== undefined && settled - undone <= hold.owed - back;
  if (!isFitting)
    alert(
      context,
      'statement-differs',
      'The wallet’s statement tells of more than you paid here. Ask the payee about it.',
    );
  return {
    sid: hold.sid,
    reserved: BigInt(says.dep),
    settled,
    undone,
    back: BigInt(says.back),
    ended: says.end,
    fits: isFitting,
  };
}

/** What the wallet paid back, of the taps that the payee told. @returns undefined unless each tap the payee told has its receipt here, of the same amount, or its answer is still awaited */
async function paidBack(
  context: Context,
  { payee, pending }: Account,
  items: string,
): Promise<bigint | undefined> {
  const told = jsonFrom(items);
  const receipts = await keptReceipts(context, payee);
  const own = [
    ...receipts.map(({ receipt: { jti: tap, amt: amount }, undone }) => ({ tap, amount, undone })),
    ...pending.map(({ charge: { cid: tap, price } }) => ({
      tap,
      amount: String(price),
      undone: false,
    })),
  ];
  const found = (Array.isArray(told) ? told : [undefined]).map((one: unknown) =>
    own.find(({ tap, amount }) => fits(itemShape, one) && tap === one.tap && amount === one.amount),
  );
  return found.every((one) => one !== undefined)
    ? found.reduce((sum, { amount, undone }) => sum + (undone ? BigInt(amount) : 0n), 0n)
    : undefined;
}

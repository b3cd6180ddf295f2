/** Second thoughts: one tap taken back, or the whole session ended early. By the session key's word, and nobody else's. */
import { problemFrom } from '../../protocol/problem-rows.ts';
import { formatCredential } from '../../protocol/payment-header.ts';
import { Problem } from '../../protocol/problem-table.ts';
import { signJws } from '../../protocol/sign-jws.ts';
import { accountOf, changeAccount } from '../account.ts';
import type { KeptReceipt } from '../api.ts';
import { send } from '../charge.ts';
import type { Context } from '../context.ts';
import { walletTime } from '../wallet.ts';
import { liveApproval, type LiveApproval } from '../later/grant.ts';
import { changeHold } from './hold.ts';
import { keptReceipts } from '../later/kept.ts';
import { classFor, hearClass, type PriceClass } from './price-class.ts';
import { markUndone } from './tap-book.ts';
import { callWallet } from './wallet-call.ts';

type UndoneBy = 'payee' | 'wallet';

/** @throws Problem; see `undo` in api.ts */
export async function undo(context: Context, kept: KeptReceipt): Promise<UndoneBy | undefined> {
  const { receipt, tap, url, undone } = kept;
  if (undone) return undefined;
  if (!tap || url === undefined) throw new Problem('undo-ended');
  const live = await approvalAt(context, receipt.aud);
  const { sid } = tap;
  let by: UndoneBy = 'payee';
  try {
    await manage(context, live, url, { action: 'undo', sessionId: sid, tap: receipt.jti });
  } catch (problem) {
    if (!(problem instanceof Problem) || problem.code !== 'already-settled') throw problem;
    await callWallet(context, live, `/sessions/${sid}/undo`, { tap: receipt.jti });
    by = 'wallet';
  }
  await bookUndone(context, kept, sid, by);
  return by;
}

/** Once, whoever else undoes it in another tab; a crash in between leaves more owed than was got, and nothing is claimed of that. */
const bookUndone = (
  context: Context,
  kept: KeptReceipt,
  sid: string,
  by: UndoneBy,
): Promise<unknown> => {
  const { aud, jti, amt } = kept.receipt;
  return changeAccount(context, aud, async (account) => {
    if (!(await markUndone(context, aud, jti))) return account;
    const { hold } = account;
    // One whose receipt was kept just before its page died would be asked for once more, refused, and taken from what is owed again.
    const pending = account.pending.filter(({ charge }) => charge.cid !== jti);
    // What the wallet pays back stays claimed at the payee: the next sum counts it.
    return hold?.sid === sid && by === 'payee'
      ? { ...account, pending, hold: { ...hold, owed: hold.owed - BigInt(amt) } }
      : { ...account, pending };
  });
};

/** Without a session here it does nothing. @throws Problem; see `close` in api.ts */
export async function closeSession(context: Context, payee: string): Promise<void> {
  const { hold } = await accountOf(context, payee);
  if (!hold || hold.shown === undefined) return;
  const { sid } = hold;
  const paid = await keptReceipts(context, payee);
  const url = paid.find(({ tap }) => tap?.sid === sid)?.url;
  if (url === undefined) return;
  const live = await approvalAt(context, payee);
  await manage(context, live, url, { action: 'close', sessionId: sid });
  await changeHold(context, payee, sid, (before) => ({ ...before, ended: true }));
}

async function approvalAt(context: Context, payee: string): Promise<LiveApproval> {
  const live = await liveApproval(context, await accountOf(context, payee));
  if (!live) throw new Problem('not-connected');
  if (live instanceof Problem) throw live;
  return live;
}

/** Asks the payee's server for something that delivers nothing. Asked twice it is done once. */
async function manage(
  context: Context,
  { terms, signer, wallet }: LiveApproval,
  url: string,
  what: { action: 'undo'; sessionId: string; tap: string } | { action: 'close'; sessionId: string },
): Promise<void> {
  const { challenge } = await classAt(context, terms.aud, url);
  const cid = what.action === 'undo' ? what.tap : what.sessionId;
  const iat = walletTime(context, wallet);
  const proof = await signJws('micropay-proof+jwt', { aud: terms.aud, cid, iat }, signer);
  const credential = formatCredential({ challenge, payload: { ...what, proof } });
  const response = await ask(context, url, [[challenge.header ?? 'Authorization', credential]]);
  if (response.ok) return;
  throw problemFrom(codeIn(response), 'answer-unknown');
}

/** An answer to HEAD has no body: the code travels in a header. */
const codeIn = ({ headers }: Response): object => ({
  code: headers.get('micropay-problem'),
  moneyMoved: 'no',
});

async function classAt(context: Context, payee: string, url: string): Promise<PriceClass> {
  const known = await classFor(context, { target: { url } }, payee);
  if (known) return known;
  const heard = await hearClass(context, url, await ask(context, url, []));
  if (!heard) throw new Problem('session-ended');
  return heard;
}

/** Without cookies: one that opens the address would hide how it is paid. */
const ask = (context: Context, url: string, headers: [string, string][]): Promise<Response> => {
  const init = { method: 'HEAD', credentials: 'omit' as const, headers: [] };
  return send(context, { url, init }, ...headers).catch((cause: unknown) => {
    throw new Problem('answer-unknown', { cause });
  });
};

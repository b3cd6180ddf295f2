/** Approval in this tab: away to the wallet, and back to the same page with the answer in its address. */
import { pendingTapSeconds } from '../../protocol/device-policy.ts';
import { startUrl } from '../../protocol/doors.ts';
import { Problem } from '../../protocol/problem-table.ts';
import { accountOf, changeAccount, type Account } from '../account.ts';
import type { Charge } from '../charge.ts';
import { finishMessage, fits, type FinishMessage } from '../claims.ts';
import { completeApproval, type Outcome } from '../consent/approval.ts';
import { askToConnect, isAnswerTo, type Asked } from '../consent/question.ts';
import type { Context } from '../context.ts';
import { newNonce } from '../nonce.ts';
import { signerFor } from '../session-key.ts';
import { assertAccepted } from '../accepted.ts';
import { accounts } from './accounts.ts';
import { pageOf } from './whole-page.ts';

const members = ['micropay_nonce', 'hash', 'interact_ref', 'error'] as const;

/** Stores what waits, then leaves the page. Never resolves. @throws Problem where the wallet can't be asked */
export async function redirect(
  context: Context,
  charge: Charge,
  { returnTo }: { returnTo?: string } = {},
): Promise<never> {
  const page = pageOf(context);
  if (!page) throw new Problem('not-connected');
  const { payee, currency } = charge;
  // A key in memory ends with this page: what is approved for it could never be used.
  if ((await signerFor(context, payee.url)).fallback) throw new Problem('storage-unavailable');
  const { caps = context.caps } = await accountOf(context, payee.url);
  const nonce = newNonce(context);
  const uri = new URL(returnTo ?? page.href(), page.href()).href;
  const finish = { method: 'redirect' as const, uri, nonce };
  const asked = await askToConnect(
    context,
    { payee, currency, caps, charge },
    { start: ['redirect'], finish },
  );
  const left = { asked, at: context.now() };
  await changeAccount(context, payee.url, (account) => ({ ...account, left }));
  page.go(startUrl(payee.wallet, nonce));
  return new Promise(() => undefined);
}

/**
 * Finishes the approval this page came back with, once, and takes the answer out of the address.
 * @param isWanted whether the question is the caller's; if not, address and question stay as they are
 * @returns undefined where there is no answer in the address, or none to a question of ours
 * @throws Problem `approval-expired` after ten minutes, `approval-denied`
 */
export async function returnedApproval(
  context: Context,
  isWanted: (asked: Asked) => boolean,
): Promise<Outcome | undefined> {
  const message = messageInAddress(context);
  if (!message) return undefined;
  const isAwaited = ({ left }: Account) => left?.asked.nonce === message.nonce;
  const account = (await accounts(context)).find(isAwaited);
  if (account?.left && !isWanted(account.left.asked)) return undefined;
  stripAddress(context);
  const left = account && (await takenOnce(context, account, isAwaited));
  if (!left || !(await isAnswerTo(left.asked, message))) return undefined;
  if (hasEnded(context, left)) throw new Problem('approval-expired');
  const { asked } = left;
  assertAccepted(context, asked.payee.wallet);
  return completeApproval(context, asked, message, asked.charge);
}

/** Two elements of one page, or two tabs, must not both go on with one answer. */
async function takenOnce(
  context: Context,
  { payee }: Account,
  isAwaited: (account: Account) => boolean,
): Promise<Account['left']> {
  let taken: Account['left'];
  await changeAccount(context, payee, (account) => {
    if (!isAwaited(account)) return account;
    taken = account.left;
    return { ...account, left: undefined };
  });
  return taken;
}

/** Questions nobody came back from would stay for ever. */
export async function dropEnded(context: Context): Promise<void> {
  for (const { payee, left } of await accounts(context))
    if (left && hasEnded(context, left))
      await changeAccount(context, payee, (account) => ({ ...account, left: undefined }));
}

const hasEnded = ({ now }: Context, { at }: { at: number }): boolean =>
  now() - at > pendingTapSeconds * 1000;

/** What a return from a wallet left in the address. */
function messageInAddress(context: Context): FinishMessage | undefined {
  const page = pageOf(context);
  if (!page) return undefined;
  const query = new URL(page.href()).searchParams;
  const [nonce, hash, interactRef, error] = members.map((name) => query.get(name) ?? undefined);
  const found = { type: 'micropay-connect', nonce, hash, interact_ref: interactRef, error };
  return fits(finishMessage, found) ? found : undefined;
}

function stripAddress(context: Context): void {
  const page = pageOf(context);
  if (!page) return;
  const url = new URL(page.href());
  for (const name of members) url.searchParams.delete(name);
  page.replace(url.href);
}

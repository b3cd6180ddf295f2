/** An approval whose answer got lost, once its payment is found: the wallet tells it again to the key it was given to. */
import { accountOf, changeAccount, type Approval, type Pending } from '../account.ts';
import { continueAnswer, fitting, jsonIn } from '../claims.ts';
import type { Context } from '../context.ts';
import { signerFor } from '../session-key.ts';
import { callWallet } from '../session/wallet-call.ts';
import { tellSession } from './grant.ts';

/** What the payment was signed under; nothing where this device has an approval. @throws Problem of the wallet's answer */
export async function regainApproval(
  context: Context,
  { charge, intent, wallet }: Pending,
): Promise<void> {
  const { url } = charge.payee;
  if ((await accountOf(context, url)).approval) return;
  const code = 'wallet-unsupported';
  const { gnt } = fitting({ gnt: '' }, jsonIn(intent.split('.')[1] ?? ''), code);
  const signer = await signerFor(context, url);
  const answer = await callWallet(context, { signer, wallet }, `/grants/${gnt}`);
  const said = fitting(continueAnswer, answer, code);
  const approval: Approval = { ...said, gnt, wallet, agreed: charge.price };
  const account = await changeAccount(context, url, (before) =>
    before.approval ? before : { ...before, approval },
  );
  await tellSession(context, account);
}

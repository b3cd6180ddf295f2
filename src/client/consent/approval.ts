/** What follows a person's yes: the grant is fetched, and the payment that waited is made in the same step. */
import { callScheme, requestClaims } from '../../protocol/call-proof.ts';
import { continueUrl } from '../../protocol/doors.ts';
import { utf8 } from '../../protocol/encoding.ts';
import { Problem } from '../../protocol/problem-table.ts';
import { signJws } from '../../protocol/sign-jws.ts';
import { changeAccount, type Approval, type Pending } from '../account.ts';
import type { Charge } from '../charge.ts';
import { continueAnswer, fitting, type FinishMessage } from '../claims.ts';
import type { Context } from '../context.ts';
import { goodAnswer } from '../http.ts';
import { signedCharge } from '../intent.ts';
import { signerFor } from '../session-key.ts';
import { stamp } from '../stamp.ts';
import { json, type Asked } from './question.ts';

/** What a person's yes came to. */
export interface Outcome {
  /** undefined: the answer got lost */
  approval?: Approval;
  /** The payment that waited */
  pending?: Pending | undefined;
  /** JWS, when it was paid */
  receipt?: string | undefined;
  /** The wallet's answer as it came; without a receipt it tells why there is none */
  answer?: unknown;
}

/**
 * Fetches what was approved, and pays what was waiting in the same step.
 * @param charge what to pay with it; undefined: only the approval
 * @throws Problem `approval-denied`, and what else the wallet says when no payment was waiting
 */
export async function completeApproval(
  context: Context,
  asked: Asked,
  message: FinishMessage,
  charge?: Charge,
): Promise<Outcome> {
  if (message.error) throw new Problem('approval-denied');
  const { payee, wallet } = asked;
  const signer = await signerFor(context, payee.url);
  const pending = charge && (await signedCharge(context, charge, asked, signer));
  const body = JSON.stringify({ interact_ref: message.interact_ref, intent: pending?.intent });
  const url = continueUrl(wallet.origin);
  const request = await requestClaims('POST', url, utf8(body));
  const call = { ...stamp(context, wallet, signer), ...request };
  const authorization = callScheme + (await signJws('micropay-call+jwt', call, signer));
  const headers = { ...json, authorization };
  try {
    const answer = await goodAnswer(context, url, { method: 'POST', body, headers });
    const { receipt, ...said } = fitting(continueAnswer, answer, 'wallet-unsupported');
    const approval = { ...said, gnt: asked.gnt, wallet, agreed: charge?.price };
    await changeAccount(context, payee.url, (account) => ({ ...account, known: true, approval }));
    context.approved?.();
    return { approval, pending, receipt, answer };
  } catch (error) {
    // An approval is given once. The payment in it can be asked for again, and then the approval by it.
    if (pending && error instanceof Problem) return { pending };
    throw error;
  }
}

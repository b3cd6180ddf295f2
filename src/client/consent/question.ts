/** The question a page puts to a person at their wallet: may this site be paid, how much, for what. */
import type { ConnectRequest } from '../../protocol/connect.ts';
import { connectUrl, interactionHash } from '../../protocol/doors.ts';
import type { Payee } from '../../protocol/payee.ts';
import { Problem } from '../../protocol/problem-table.ts';
import type { Caps } from '../api.ts';
import type { Charge } from '../charge.ts';
import { connectAnswer, fitting, type FinishMessage } from '../claims.ts';
import type { Context } from '../context.ts';
import { goodAnswer } from '../http.ts';
import { signerFor } from '../session-key.ts';
import { walletTime, type Wallet } from '../wallet.ts';

/** What is asked for. */
export interface Wish {
  payee: Payee;
  currency: string;
  /** Limits to ask for; by default those the page chose, and if it chose none the wallet's own */
  caps?: Caps | undefined;
  /** The payment that waits for the approval */
  charge?: Charge | undefined;
}

/** A question that a wallet has taken, waiting for the person. Structured-cloneable. */
export interface Asked {
  payee: Payee;
  charge?: Charge | undefined;
  nonce: string;
  /** The wallet's nonce */
  finish: string;
  /** The id the grant will have */
  gnt: string;
  wallet: Wallet;
}

/** @throws Problem `origin-not-listed` and what else the wallet says; nothing was approved */
export async function askToConnect(
  context: Context,
  { payee, currency, caps, charge }: Wish,
  interact: ConnectRequest['interact'],
): Promise<Asked> {
  const signer = await signerFor(context, payee.url);
  const limits =
    (caps ?? context.options.caps ?? signer.fallback)
      ? (await context.later()).limitsOf(caps ?? context.caps, signer)
      : undefined;
  const access = { type: 'wallet-session' as const, payee: payee.url, currency, limits };
  const request: ConnectRequest = {
    client: { jwk: signer.jwk },
    access_token: { access: [access] },
    intent: charge && { cid: charge.cid, rlm: charge.rlm, req: charge.req },
    interact,
  };
  const init = { method: 'POST', body: JSON.stringify(request), headers: json };
  const body = await goodAnswer(context, connectUrl(payee.wallet), init);
  const answer = fitting(connectAnswer, body, 'wallet-unsupported');
  const keysAt = context.now();
  const offset = answer.now * 1000 - keysAt;
  const wallet = { origin: payee.wallet, offset, keys: answer.jwks.keys, keysAt };
  if (charge) assertInTime(charge, walletTime(context, wallet));
  const { nonce } = interact.finish;
  const { finish } = answer.interact;
  return { ...answer.continue, payee, charge, nonce, finish, wallet };
}

export const json = { 'content-type': 'application/json' };

/** Whether an answer belongs to the question: only the wallet knows both nonces. */
export async function isAnswerTo(asked: Asked, message: FinishMessage): Promise<boolean> {
  if (message.nonce !== asked.nonce) return false;
  if (message.error) return true;
  const answered = {
    ...asked,
    interactRef: message.interact_ref ?? '',
    connectUrl: connectUrl(asked.wallet.origin),
  };
  return message.hash === (await interactionHash(answered));
}

/** Paid now, the answer would come too late. @param now seconds */
export function assertInTime({ challenge }: Charge, now: number): void {
  if (Date.parse(challenge?.expires ?? '') <= now * 1000)
    throw new Problem('payment-expired', { nextStep: 'reload' });
}

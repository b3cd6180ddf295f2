/** A call to a wallet by the session key: what it asks is bound to its bytes, and asked again under a fresh proof. */
import { callScheme, requestClaims } from '../../protocol/call-proof.ts';
import { utf8 } from '../../protocol/encoding.ts';
import { signJws } from '../../protocol/sign-jws.ts';
import { json } from '../consent/question.ts';
import type { Context, SessionSigner } from '../context.ts';
import { ask, type Answer } from '../http.ts';
import { heard, insisted } from '../later/insist.ts';
import { stamp } from '../stamp.ts';
import type { Wallet } from '../wallet.ts';

/**
 * A wallet takes a proof once: the same one again, after a lost answer, would be refused as somebody else's.
 * @param sent what to ask, as JSON; undefined: a GET
 * @throws Problem of the answer, `wallet-unreachable`, `offline`, `aborted`
 */
export async function callWallet(
  context: Context,
  { signer, wallet }: { signer: SessionSigner; wallet: Wallet },
  path: string,
  sent?: object,
): Promise<unknown> {
  const url = wallet.origin + path;
  const method = sent ? 'POST' : 'GET';
  const body = sent ? JSON.stringify(sent) : '';
  const request = await requestClaims(method, url, utf8(body));
  const question = async (): Promise<Answer> => {
    const call = { ...stamp(context, wallet, signer), ...request };
    const authorization = callScheme + (await signJws('micropay-call+jwt', call, signer));
    const init = sent
      ? { method, body, headers: { ...json, authorization } }
      : { headers: { authorization } };
    return ask(context, url, init);
  };
  return insisted(context, url, question, await heard(question()));
}

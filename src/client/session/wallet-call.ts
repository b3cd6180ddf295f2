/** A call to a wallet by the session key: what it asks is bound to its bytes, and asked again under a fresh proof. */
import { authorizeCall } from '../../protocol/call-proof.ts';
import { base64url, utf8 } from '../../protocol/encoding.ts';
import type { Signer } from '../../protocol/ed25519-key.ts';
import type { Context } from '../context.ts';
import { goodAnswer } from '../http.ts';
import { walletTime, type Wallet } from '../wallet.ts';

/**
 * @param sent what to ask, as JSON; undefined: a GET
 * @throws Problem of the answer, `wallet-unreachable`, `offline`, `aborted`
 */
export async function callWallet(
  context: Context,
  by: { signer: Signer; wallet: Wallet },
  path: string,
  sent?: object,
): Promise<unknown> {
  const { signer, wallet } = by;
  const url = wallet.origin + path;
  const method = sent ? ('POST' as const) : ('GET' as const);
  const body = sent ? JSON.stringify(sent) : '';
  const call = {
    method,
    url,
    body: utf8(body),
    iat: walletTime(context, wallet),
    jti: `call_${base64url(context.random(16))}`,
  };
  const headers = { authorization: await authorizeCall(call, signer) };
  return goodAnswer(
    context,
    url,
    sent
      ? { method, body, headers: { ...headers, 'content-type': 'application/json' } }
      : { headers },
  );
}

/** Calls about a session: who calls is the page whose key it was given to, from the site it was given for. */
import { jwkSchema, Problem, shaped, verifyCall, type Call } from 'micro-pay/protocol';
import { secondsNow } from './clock.ts';
import type { Context } from './context.ts';

export interface SentCall {
  method: 'GET' | 'POST';
  /** Of the address, after the wallet's origin */
  path: string;
  json: unknown;
  /** The same, as it came: the proof covers its bytes */
  bytes: Uint8Array<ArrayBuffer>;
  authorization: string | undefined;
  origin: string;
}

/**
 * The caller still has to take the call once.
 * @throws Problem `proof-invalid` for another key, `origin-not-listed` for another site
 */
export async function verifiedCall(
  context: Context,
  sent: SentCall,
  holder: { jwk: string; origin: string },
): Promise<Call> {
  const call = await verifyCall(
    sent.authorization,
    {
      key: shaped(jwkSchema, JSON.parse(holder.jwk), 'internal-error'),
      method: sent.method,
      url: context.issuer + sent.path,
      body: sent.bytes,
      now: secondsNow(context),
    },
    context.verify,
  );
  if (sent.origin !== holder.origin) throw new Problem('origin-not-listed');
  return call;
}

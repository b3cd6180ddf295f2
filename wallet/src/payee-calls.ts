/** Calls of a payee's server or tool: who calls is known by the payee's registered key, and nothing a stranger sends is read. */
import { callerFrom, verifyCall, type Call } from 'micro-pay/protocol';
import { takeCall } from './calls.ts';
import { secondsNow } from './clock.ts';
import type { Context } from './context.ts';
import { payeeOf } from './payee-keys.ts';
import type { Tx } from './store/store.ts';

export interface SentByPayee {
  /** Of the address, after the wallet's origin */
  path: string;
  authorization: string | undefined;
  /** Reads the body; a stranger's is never read */
  read: () => Promise<{ bytes: Uint8Array<ArrayBuffer>; text: string }>;
}

export interface PayeeCall {
  payee: string;
  kid: string;
  call: Call;
  bytes: Uint8Array<ArrayBuffer>;
  text: string;
}

/**
 * The caller still has to take the call once, by `takePayeeCall`.
 * @throws Problem `proof-invalid` for a key that no payee has now, and for another address, body or time
 */
export async function payeeCall(context: Context, sent: SentByPayee): Promise<PayeeCall> {
  const kid = callerFrom(sent.authorization);
  const { payee, jwk: key } = await context.store.read((tx) => payeeOf(tx, kid));
  const { bytes, text } = await sent.read();
  const url = context.issuer + sent.path;
  const expected = { key, method: 'POST', url, body: bytes, now: secondsNow(context) };
  const call = await verifyCall(sent.authorization, expected, context.verify);
  return { payee, kid, call, bytes, text };
}

/** In the transaction that does what was asked. @returns the payee whose key it is now: it may have been taken back since */
export async function takePayeeCall(
  tx: Tx,
  context: Context,
  { kid, call }: Pick<PayeeCall, 'kid' | 'call'>,
): Promise<string> {
  await takeCall(tx, context, call);
  return (await payeeOf(tx, kid)).payee;
}

/** The payer's half of the method's sessions: mppx hands over a challenge, and gets a credential. */
import { Challenge, Credential, Method, PaymentRequest, z } from 'mppx';
import { Mppx } from 'mppx/client';
import type { SessionPayload } from '../src/protocol/index.ts';
import { micropayClient } from './client-method.ts';
import { session } from './method.ts';
import type { Payer } from './payer.ts';
import type { SessionPayer } from './session-payer.ts';

const context = z.object({
  /** Method, path and query of the request */
  res: z.optional(z.string()),
  /** Something else than to buy what is at the address: these go with HEAD */
  wish: z.optional(z.enum(['raise', 'topUp', 'undo', 'close'])),
  /** The tap to undo */
  tap: z.optional(z.string()),
});

export const sessionClient = (payer: SessionPayer) =>
  Method.toClient(session, {
    context,
    createCredential: async ({ challenge, context: wanted }) =>
      Credential.serialize({ challenge, payload: await payloadFor(payer, challenge, wanted) }),
  });

function payloadFor(
  payer: SessionPayer,
  { id, realm, request }: Challenge.Challenge,
  { res, wish, tap }: z.output<typeof context>,
): Promise<SessionPayload> {
  if (wish === 'topUp') return payer.topUp();
  if (wish === 'close') return payer.close();
  if (wish === 'undo' && tap !== undefined) return payer.undo(tap);
  if (res === undefined) throw new Error('A voucher names what it is for.');
  const asked = { id, realm, request: PaymentRequest.serialize(request) };
  return wish === 'raise' ? payer.raise(asked, res, 2) : payer.tap(asked, res);
}

/**
 * With it `mppx.fetch(url)` pays by session where one is asked for, else by charge. mppx tells a method nothing of the request,
 * and a voucher names it; but who listens to its events hears of it, and of the answer.
 */
export function mppxFor(payer: Payer, payerOf: SessionPayer) {
  const methods = [micropayClient(payer), sessionClient(payerOf)] as const;
  // A refusal brings a fresh challenge, and by itself mppx would sign again for it, three times.
  const mppx = Mppx.create({ methods, polyfill: false, maxPaymentRetries: 1 });
  mppx.onChallengeReceived(({ challenge, input, init, createCredential }) => {
    if (challenge.intent !== 'session') return undefined;
    const { method, url } = new Request(input ?? '', { method: init?.method ?? 'GET' });
    const { pathname, search } = new URL(url);
    const res = `${method === 'HEAD' ? 'GET' : method} ${pathname}${search}`;
    return createCredential({ ...init?.context, res });
  });
  mppx.onPaymentResponse(async ({ challenge, response }) => {
    if (challenge.intent === 'session')
      await payerOf.heard(response.headers.get('payment-receipt'));
  });
  return mppx;
}

/** Delivery: the receipt is presented until the server delivers. */
import { formatCredential, type Challenge } from '../protocol/payment-header.ts';
import { send, type Charge } from './charge.ts';
import type { Context } from './context.ts';

/**
 * @returns what the server answered, unread; undefined for a tip, where there is nothing to deliver
 * @throws Problem `delivery-failed`: the money moved, the receipt is kept, and asking again is free
 */
export async function deliver(
  context: Context,
  charge: Charge,
  receipt: string,
): Promise<Response | undefined> {
  const { challenge } = charge;
  if (!challenge) return undefined;
  const response = await present(context, charge, challenge, { receipt });
  if (response?.ok) return response;
  const later = await context.later('delivery-failed');
  return later.deliverAgain(context, charge, { receipt, first: response });
}

/** @returns undefined when nothing came back */
export async function present(
  context: Context,
  { target }: Charge,
  challenge: Challenge,
  shown: { receipt: string; grant?: string; proof?: string },
): Promise<Response | undefined> {
  if ('to' in target) return undefined;
  const header: [string, string] = [
    challenge.header ?? 'Authorization',
    formatCredential({ challenge, payload: { type: 'receipt', ...shown } }),
  ];
  return send(context, target, header).catch(() => undefined);
}

/** The paywall as Express middleware. */
import { Problem } from '../../protocol/problem.ts';
import { noteAccess } from '../access.ts';
import type { Admission } from '../admission.ts';
import { bindsBody, type ItemSource } from '../offer.ts';
import type { Paywall } from '../paywall.ts';
import { sealOnSend, type SealableResponse } from './seal-on-send.ts';
import {
  problemResponse,
  requestFrom,
  sendResponse,
  type NodeRequest,
  type NodeResponse,
} from './node.ts';

export interface ExpressRequest extends NodeRequest {
  body?: unknown;
}

/** The part of Express's response that is used here. */
export interface ExpressResponse extends NodeResponse, SealableResponse {
  writeHead(status: number, ...rest: unknown[]): unknown;
}

export type ExpressMiddleware = (
  request: ExpressRequest,
  response: ExpressResponse,
  next: (error?: unknown) => void,
) => Promise<void>;

/**
 * Puts a paywall before Express's handlers; `accessOf(req)` tells them who paid. Use it for all methods (`app.use`),
 * and before body parsers: what is paid for is the exact bytes of a body, handed on in `req.body`. A body that nobody
 * pays for is left to them.
 * @example app.use('/articles/:id', expressPaywall(pay, { title: 'An article' }))
 */
export function expressPaywall(pay: Paywall, item?: ItemSource): ExpressMiddleware {
  return async (request, response, next) => {
    let mayPass: boolean;
    try {
      mayPass = await pass(pay, item, request, response);
    } catch (error) {
      // Express 4 doesn't look at promises.
      return next(error);
    }
    if (mayPass) next();
  };
}

/** @returns whether the request may go on */
async function pass(
  pay: Paywall,
  item: ItemSource | undefined,
  incoming: ExpressRequest,
  outgoing: ExpressResponse,
): Promise<boolean> {
  if (incoming.body !== undefined)
    throw new Error('expressPaywall must stand before body parsers: it needs the exact bytes.');
  const request = requestFrom(incoming);
  const admission: Admission =
    request instanceof Problem
      ? { admitted: false, response: problemResponse(request) }
      : await pay.admit(request, item);
  if (!admission.admitted) {
    await sendResponse(admission.response, outgoing);
    return false;
  }
  const { access } = admission;
  // What was paid for was read, up to its bound, to be paid for; any other body is still to come, and not ours to hold.
  if (request instanceof Request && access.by !== 'free' && bindsBody(request))
    incoming.body = new Uint8Array(await request.arrayBuffer());
  noteAccess(incoming, access);
  sealOnSend(outgoing, admission.seal);
  return true;
}

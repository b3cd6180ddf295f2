/** The paywall as Express middleware. */
import { Problem } from '../../protocol/problem.ts';
import { noteAccess } from '../access.ts';
import type { Admission, Admitted } from '../admission.ts';
import type { ItemSource } from '../offer.ts';
import type { Paywall } from '../paywall.ts';
import {
  plainHeaders,
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
export interface ExpressResponse extends NodeResponse {
  getHeaders(): Record<string, number | string | string[] | undefined>;
  setHeader(name: string, value: string | string[]): unknown;
  writeHead(status: number, ...rest: unknown[]): unknown;
}

export type ExpressMiddleware = (
  request: ExpressRequest,
  response: ExpressResponse,
  next: (error?: unknown) => void,
) => Promise<void>;

/**
 * Puts a paywall before Express's handlers; `accessOf(req)` tells them who paid. Use it for all methods (`app.use`),
 * and before body parsers: what is paid for is the exact bytes of a body, handed on in `req.body`.
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
  if (request instanceof Request && request.body)
    incoming.body = new Uint8Array(await request.arrayBuffer());
  noteAccess(incoming, admission.access);
  sealOnSend(outgoing, admission.seal);
  return true;
}

/** Express decides status and headers late, so the seal waits until it writes them. */
function sealOnSend(outgoing: ExpressResponse, seal: Admitted['seal']): void {
  const writeHead = outgoing.writeHead.bind(outgoing);
  outgoing.writeHead = (status, ...rest) => {
    const headers = new Headers();
    for (const [name, value] of Object.entries(outgoing.getHeaders()))
      for (const one of value === undefined ? [] : [value].flat())
        headers.append(name, String(one));
    seal(status, headers);
    for (const [name, value] of Object.entries(plainHeaders(headers)))
      outgoing.setHeader(name, value);
    return writeHead(status, ...rest);
  };
}

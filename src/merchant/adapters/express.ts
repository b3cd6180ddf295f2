/** The paywall as Express middleware. */
import { Problem } from '../../protocol/problem.ts';
import { noteAccess } from '../access.ts';
import type { Admission, Admitted } from '../admission.ts';
import { bindsBody, type ItemSource } from '../offer.ts';
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

/** Express decides status and headers late, so the seal waits until it writes them. */
function sealOnSend(outgoing: ExpressResponse, seal: Admitted['seal']): void {
  const writeHead = outgoing.writeHead.bind(outgoing);
  outgoing.writeHead = (status, ...rest) => {
    const headers = new Headers();
    put(headers, Object.entries(outgoing.getHeaders()));
    // Headers that come with the status would be written over the sealed ones.
    put(headers, pairsAmong(rest));
    // Headers are on it now. What is still to be written down is on its way, and tells of its own failures.
    void seal(status, headers);
    for (const [name, value] of Object.entries(plainHeaders(headers)))
      outgoing.setHeader(name, value);
    return writeHead(status, ...rest.filter((part) => typeof part === 'string'));
  };
}

type Pair = readonly [name: string, value: unknown];

/** Each name replaces what stood there before. */
function put(headers: Headers, pairs: readonly Pair[]): void {
  for (const [name] of pairs) headers.delete(name);
  for (const [name, value] of pairs)
    for (const one of [value].flat().filter(isText)) headers.append(name, String(one));
}

const isText = (value: unknown): value is string | number =>
  typeof value === 'string' || typeof value === 'number';

/** Node takes an object, a list of names and values in turn, or a list of pairs. */
function pairsAmong(rest: readonly unknown[]): Pair[] {
  const given = rest.find((part) => typeof part === 'object' && part !== null) ?? {};
  if (!Array.isArray(given)) return Object.entries(given);
  const list: unknown[] = Array.isArray(given[0]) ? given.flat() : given;
  return list.flatMap((name, i): Pair[] => (i % 2 === 0 ? [[String(name), list[i + 1]]] : []));
}

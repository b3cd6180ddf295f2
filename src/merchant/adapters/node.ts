/** Node's request and response as the Fetch API's, and the paywall as a handler for `node:http`. Types are structural: nothing of Node is imported. */
import { Problem, problemDetails } from '../../protocol/problem.ts';
import type { ItemSource } from '../offer.ts';
import type { Deliver, Paywall } from '../paywall.ts';

/** The part of `IncomingMessage` that is used here. */
export interface NodeRequest extends AsyncIterable<unknown> {
  method?: string | undefined;
  url?: string | undefined;
  /** As Express keeps it when a router cuts `url` */
  originalUrl?: string | undefined;
  headers: Record<string, string | string[] | undefined>;
  socket: object;
}

/** The part of `ServerResponse` that is used here. */
export interface NodeResponse {
  headersSent: boolean;
  destroyed: boolean;
  writeHead(status: number, headers: Record<string, string | string[]>): unknown;
  write(chunk: Uint8Array): boolean;
  end(): unknown;
  destroy(): unknown;
  once(event: 'drain' | 'close', listener: () => void): unknown;
  off(event: 'drain' | 'close', listener: () => void): unknown;
}

/**
 * Makes a handler for `http.createServer`.
 * @example createServer(nodePaywall(pay, () => new Response('The article')))
 */
export function nodePaywall(
  pay: Paywall,
  deliver: Deliver,
  item?: ItemSource,
): (request: NodeRequest, response: NodeResponse) => void {
  return (incoming, outgoing) => {
    answer(pay, deliver, item, incoming)
      .then((response) => sendResponse(response, outgoing))
      // The visitor left in the middle, or the content's own stream broke: there is nobody to tell.
      .catch(() => outgoing.destroy());
  };
}

async function answer(
  pay: Paywall,
  deliver: Deliver,
  item: ItemSource | undefined,
  incoming: NodeRequest,
): Promise<Response> {
  const request = requestFrom(incoming);
  return request instanceof Problem ? problemResponse(request) : pay.handle(request, deliver, item);
}

export const problemResponse = (problem: Problem): Response =>
  new Response(JSON.stringify(problemDetails(problem)), {
    status: problem.status,
    headers: { 'content-type': 'application/problem+json', 'cache-control': 'no-store' },
  });

const hostPattern = /^(?:[a-z0-9.-]{1,253}|\[[0-9a-f:.]{2,45}\])(?::\d{1,5})?$/i;
const bodiless = ['GET', 'HEAD'];

/** Dot segments, backslashes, fragments: a URL reads them as another address than a router that takes the letters as they came. */
const twoReadings = /#|^[^?]*(?:\\|\/(?:\.|%2e){1,2}(?:[/?]|$))/i;

/**
 * @returns a Problem for a Host or an address that no URL can be made of, an address that could be sold as one page and
 *   delivered as another, or a method that Fetch can't carry
 */
export function requestFrom(incoming: NodeRequest): Request | Problem {
  const { method = 'GET', headers, socket } = incoming;
  const { host = '' } = headers;
  const path = incoming.originalUrl ?? incoming.url ?? '';
  const scheme = 'encrypted' in socket && socket.encrypted ? 'https' : 'http';
  const address = `${scheme}://${String(host)}${path}`;
  const isSound = hostPattern.test(String(host)) && path.startsWith('/') && URL.canParse(address);
  if (!isSound || twoReadings.test(path) || ['CONNECT', 'TRACE', 'TRACK'].includes(method))
    return new Problem('malformed-request');
  const init: RequestInit & { duplex: 'half' } = {
    method,
    headers: headersFrom(headers),
    duplex: 'half',
  };
  if (!bodiless.includes(method)) init.body = bodyFrom(incoming);
  return new Request(address, init);
}

function headersFrom(headers: NodeRequest['headers']): Headers {
  const result = new Headers();
  for (const [name, value] of Object.entries(headers))
    for (const one of value === undefined ? [] : [value].flat()) result.append(name, one);
  return result;
}

/** Reads only as fast, and as far, as somebody asks. */
function bodyFrom(incoming: NodeRequest): ReadableStream<Uint8Array> {
  const chunks = incoming[Symbol.asyncIterator]();
  return new ReadableStream<Uint8Array>(
    {
      pull: async (controller) => {
        const { done, value } = await chunks.next();
        if (done) controller.close();
        else if (value instanceof Uint8Array) controller.enqueue(value);
        else controller.error(new TypeError('The request body is not made of bytes.'));
      },
    },
    { highWaterMark: 0 },
  );
}

/** Sends an answer piece by piece, waiting where the visitor is slower. */
export async function sendResponse(response: Response, outgoing: NodeResponse): Promise<void> {
  const headers = plainHeaders(response.headers);
  // The rest of a body that is too large is not waited for.
  if (response.status === 413) headers['connection'] = 'close';
  outgoing.writeHead(response.status, headers);
  const reader = response.body?.getReader();
  while (reader) {
    const { done, value } = await reader.read();
    if (done) break;
    if (outgoing.destroyed) return reader.cancel();
    if (!outgoing.write(value)) await room(outgoing);
  }
  outgoing.end();
}

/** Each cookie is a header line of its own; all others are joined. */
export function plainHeaders(headers: Headers): Record<string, string | string[]> {
  const plain: Record<string, string | string[]> = Object.fromEntries(headers);
  const cookies = headers.getSetCookie();
  return cookies.length > 0 ? { ...plain, 'set-cookie': cookies } : plain;
}

const room = (outgoing: NodeResponse): Promise<void> =>
  new Promise((resolve) => {
    const go = () => {
      outgoing.off('drain', go);
      outgoing.off('close', go);
      resolve();
    };
    outgoing.once('drain', go);
    outgoing.once('close', go);
  });

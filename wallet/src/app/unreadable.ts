/** What can't be read as HTTP at all: answered in the words of any other problem, and the line is closed. */
import type { Server } from 'node:http';
import type { Duplex } from 'node:stream';
import { RequestError } from '@hono/node-server';
import { Problem, problemDetails } from 'micro-pay/protocol';
import { problemResponse } from './problems.ts';

/** For a Host or an address that no URL can be made of; the app itself answers whatever goes wrong later. */
export const unreadable = (error: unknown): Response =>
  problemResponse(
    new Problem(error instanceof RequestError ? 'malformed-request' : 'internal-error'),
  );

/** For what is no HTTP: headers that are too long or too slow, two lengths, anything else. */
export function refuseUnreadable(server: Server): void {
  const busy = new WeakSet<Duplex>();
  server.on('request', ({ socket }, response) => {
    busy.add(socket);
    response.once('close', () => busy.delete(socket));
  });
  server.on('clientError', ({ code }: NodeJS.ErrnoException, socket) => {
    // On a line that waits for another request's answer, a word of ours would be taken for that answer.
    if (busy.has(socket) || !socket.writable) socket.destroy();
    else socket.end(answerTo(code));
  });
}

function answerTo(code: string | undefined): string {
  const isLong = code === 'HPE_HEADER_OVERFLOW';
  const problem = new Problem(isLong ? 'header-too-large' : 'malformed-request');
  const body = JSON.stringify(problemDetails(problem));
  return [
    `HTTP/1.1 ${problem.status} Refused`,
    'content-type: application/problem+json',
    'cache-control: no-store',
    `content-length: ${Buffer.byteLength(body)}`,
    'connection: close',
    '',
    body,
  ].join('\r\n');
}

/** Which other sites' pages may read the answers, and what of them. Never with cookies: another site pays with a credential. */
import type { Settings } from './settings.ts';

const allowedHeaders = 'Authorization, Payment-Authorization, Content-Type';
const allowedMethods = 'GET, HEAD, POST, PUT, PATCH, DELETE';
const exposedHeaders = 'WWW-Authenticate, Payment-Receipt, Retry-After, Micropay-Problem';
const preflightSeconds = '7200';

/** Headers of an answer: the Fetch API's, or whatever a server keeps them in. */
export type HeaderLines = Pick<Headers, 'get' | 'set' | 'append'>;

/** Adds names to `Vary` that aren't there yet. */
export function addVary(headers: HeaderLines, names: readonly string[]): void {
  const before = (headers.get('vary') ?? '').split(/, */).filter(Boolean);
  const present = new Set(before.map((name) => name.toLowerCase()));
  const added = names.filter((name) => !present.has(name.toLowerCase()));
  headers.set('vary', [...before, ...added].join(', '));
}

/** On every status, errors too: a page that can't read a 402 can't pay it. */
export function allowReading(
  headers: HeaderLines,
  origin: string | null,
  { allowOrigins }: Pick<Settings, 'allowOrigins'>,
): void {
  if (allowOrigins.length === 0) return;
  addVary(headers, ['Origin']);
  if (allowOrigins === '*') headers.set('access-control-allow-origin', '*');
  else if (origin !== null && allowOrigins.includes(origin))
    headers.set('access-control-allow-origin', origin);
  else return;
  headers.set('access-control-expose-headers', exposedHeaders);
}

/** What other sites may do here; anyone else learns nothing. */
export function optionsAnswer(request: Request, settings: Settings): Response {
  const headers = new Headers({ 'cache-control': 'no-store' });
  allowReading(headers, request.headers.get('origin'), settings);
  if (headers.has('access-control-allow-origin')) {
    headers.set('access-control-allow-headers', allowedHeaders);
    headers.set('access-control-allow-methods', allowedMethods);
    headers.set('access-control-max-age', preflightSeconds);
  }
  return new Response(null, { status: 204, headers });
}

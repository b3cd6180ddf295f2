/** Origins: compared byte for byte, never by prefix. */
import { Problem, type ProblemCode } from './problem-table.ts';

/** Hosts that browsers treat as secure without a certificate; nothing outside this machine answers for them. */
export const isLoopbackHost = (host: string): boolean =>
  host === 'localhost' || host.endsWith('.localhost') || host === '127.0.0.1' || host === '[::1]';

/** Answers for an origin in its one spelling: https, or http on this machine; no path, no trailing dot, no userinfo. */
export function isOrigin(text: unknown): text is string {
  if (typeof text !== 'string' || text.length > 255) return false;
  const { origin, protocol, hostname = '' } = URL.parse(text) ?? {};
  return (
    origin === text &&
    !hostname.endsWith('.') &&
    (protocol === 'https:' || (protocol === 'http:' && isLoopbackHost(hostname)))
  );
}

/** @throws Problem with the given code */
export function assertOrigin(text: unknown, code: ProblemCode): asserts text is string {
  if (!isOrigin(text)) throw new Problem(code, { detail: 'It is not an https origin.' });
}

/**
 * The address a redirect returns to: an absolute URL in its one spelling, of exactly this origin.
 * @throws Problem `malformed-request` for userinfo, backslashes, another port, another scheme, a trailing dot, `//evil`,
 *   and whatever a parser would quietly correct (line breaks, `..`)
 */
export function finishUri(text: string, origin: string): URL {
  if (text.length <= 2_048 && URL.canParse(text)) {
    const url = new URL(text);
    // A `blob:` of the site has its origin too, and is no address that one can come back to.
    const sameSpelling = text === origin || (text === url.href && url.protocol !== 'blob:');
    if (url.origin === origin && sameSpelling && !url.username && !url.password) return url;
  }
  throw new Problem('malformed-request', {
    detail: 'The return address is not on the asking site.',
  });
}

/** What a request says about where it comes from and what it wants. Its Host is believed for names only, never for rights. */
import { isLoopbackHost } from '../protocol/origin.ts';
import { Problem } from '../protocol/problem.ts';
import type { Settings } from './settings.ts';

/** As pages and wallets make them. */
const nonce = /^[A-Za-z0-9_-]{22,64}$/;

export interface Visit {
  request: Request;
  url: URL;
  /** This site, as the browser sees it */
  origin: string;
  /** The site whose page asks, when the browser says so */
  asking: string | null;
  /** The page that asks, if there is one, is this site's own */
  sameOrigin: boolean;
  /** Brought back from the wallet's page, by someone who paid there without script */
  paid?: { code: string; challenge: string } | undefined;
}

export function visitFrom(request: Request, settings: Settings): Visit {
  const asked = new URL(request.url);
  const paid = asked.search ? paidIn(asked.searchParams) : undefined;
  const url = withoutReturn(asked);
  const origin = settings.origin ?? originOf(url);
  const asking = request.headers.get('origin');
  const fetchSite = request.headers.get('sec-fetch-site') ?? 'same-origin';
  const sameOrigin = (asking ?? origin) === origin && fetchSite === 'same-origin';
  return { request, url, origin, asking, sameOrigin, paid };
}

/** Only this machine is served in the clear; elsewhere a proxy in front speaks https, whatever reaches us. */
const originOf = (url: URL): string =>
  isLoopbackHost(url.hostname) ? url.origin : `https://${url.host}`;

/** What the wallet adds to an address when it sends a person back: these names, in these shapes, and all of one kind. */
const returns: readonly Record<string, RegExp>[] = [
  { micropay_nonce: nonce, hash: /^[\w-]{43}$/, interact_ref: nonce },
  { micropay_nonce: nonce, error: /^denied$/ },
  { micropay_code: /^[\w-]{43}$/, micropay_challenge: /^[\w-]{1,6000}$/ },
];

function paidIn(query: URLSearchParams): Visit['paid'] {
  const [code, challenge] = [query.get('micropay_code'), query.get('micropay_challenge')];
  return code !== null && challenge !== null ? { code, challenge } : undefined;
}

/** A return names no other page. Anything that only looks like one does: its parameters are the site's own. */
function withoutReturn(url: URL): URL {
  if (!url.search) return url;
  const query = url.searchParams;
  const found = returns.find((shapes) =>
    Object.entries(shapes).every(([name, shape]) => {
      const [value = '', second] = query.getAll(name);
      return second === undefined && shape.test(value);
    }),
  );
  for (const name of Object.keys(found ?? {})) query.delete(name);
  return url;
}

/**
 * What is sold at an address unless the item names it: method, path and query. HEAD asks about the same thing as GET.
 * @throws Problem `malformed-request` for an address longer than a scope can be
 */
export function scopeOf({ request, url }: Visit): string {
  const method = request.method === 'HEAD' ? 'GET' : request.method;
  const scope = `${method} ${url.pathname}${url.search}`;
  if (scope.length > 256)
    throw new Problem('malformed-request', { detail: 'The address is too long.' });
  return scope;
}

/** The address within this site. A path that starts with two slashes would otherwise read as another host. */
export const pathOf = ({ url }: Visit): string =>
  `${url.pathname.startsWith('//') ? '/.' : ''}${url.pathname}${url.search}`;

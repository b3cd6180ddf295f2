/** The usual mistakes of a page's set-up: one sentence in the console each, once, with the page that helps. */
import type { Context } from '../context.ts';
import { alert } from './alerts.ts';

type Mistake = 'csp' | 'expose-headers' | 'coop' | 'unlisted-origin';

const sentences: Record<Mistake, string> = {
  csp: 'The Content-Security-Policy of this page keeps it from the wallet: add the wallet to connect-src.',
  'expose-headers':
    'The server asked for a payment, but this page may not read how: send Access-Control-Expose-Headers: WWW-Authenticate, Payment-Receipt, Retry-After.',
  coop: 'The wallet’s window lost this page: send Cross-Origin-Opener-Policy: same-origin-allow-popups, or none.',
  'unlisted-origin':
    'The wallet doesn’t know that this site asks in the payee’s name: add its origin to the payee.',
};

const said = new WeakMap<Context['options'], Set<Mistake>>();

/** Names a mistake once. */
export function hint(context: Context, mistake: Mistake): void {
  const known = said.get(context.options) ?? new Set();
  if (known.has(mistake)) return;
  said.set(context.options, known.add(mistake));
  (context.warn ?? console.warn)(`micro-pay: ${sentences[mistake]} See docs/setup.md#${mistake}`);
  alert(context, 'setup', sentences[mistake]);
}

/** A 402 of another site that doesn't say, to this page, what it asks. */
export function tellHiddenHeader(context: Context, url: string): void {
  if (context.page && new URL(url).origin !== context.page.origin) hint(context, 'expose-headers');
}

/** Notices whether the page's policy blocks an address, while something else is tried. @returns the answer, which ends it */
export function watchPolicy({ page }: Context, url: string): () => boolean {
  let isBlocked = false;
  const { origin } = new URL(url);
  const stop = page?.on('securitypolicyviolation', ({ effectiveDirective, blockedURI }) => {
    isBlocked ||= effectiveDirective === 'connect-src' && originOf(blockedURI) === origin;
  });
  return () => {
    stop?.();
    return isBlocked;
  };
}

const originOf = (address: string): string | undefined =>
  URL.canParse(address) ? new URL(address).origin : undefined;

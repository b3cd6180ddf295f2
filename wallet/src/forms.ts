/** What a cookie may do: only what this wallet's own pages ask for. Others' pages can send the cookie, but not the rest. */
import { equalInConstantTime, Problem } from 'micro-pay/protocol';
import type { Context } from './context.ts';
import type { Login } from './logins.ts';

/**
 * @throws Problem `cross-site-refused` unless the browser says that a page of this wallet sent the request.
 *   Under `no-referrer` the browser writes `Origin: null` for a form, so then `Sec-Fetch-Site` has to speak.
 */
export function assertSameOrigin({ issuer }: Pick<Context, 'issuer'>, headers: Headers): void {
  const origin = headers.get('origin');
  const site = headers.get('sec-fetch-site');
  const own = origin === issuer || (origin === 'null' && site === 'same-origin');
  if (!own || (site !== null && site !== 'same-origin')) throw new Problem('cross-site-refused');
}

/**
 * A token for one kind of act in one login. It outlives the change of the login's secret, so that a page stays good after a passkey.
 * @param login undefined: someone who isn't signed in
 */
export const formToken = (
  { keys }: Pick<Context, 'keys'>,
  login: Login | undefined,
  purpose: string,
): string => keys.mac('form', [login?.person ?? '', login?.createdAt ?? '', purpose].join('\n'));

/** @throws Problem `cross-site-refused` for a token of another login or for another act */
export function assertFormToken(
  context: Pick<Context, 'keys'>,
  login: Login | undefined,
  purpose: string,
  sent: string | undefined,
): void {
  if (!equalInConstantTime(formToken(context, login, purpose), sent ?? ''))
    throw new Problem('cross-site-refused');
}

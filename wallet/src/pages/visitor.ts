/** Who looks at a page: the login behind the cookie, as Hono carries it. */
import type { Context as Call } from 'hono';
import { deleteCookie, getCookie, setCookie } from 'hono/cookie';
import { Problem } from 'micro-pay/protocol';
import type { Env } from '../app/api.ts';
import type { Context } from '../context.ts';
import { cookieName, findLogin, type Login } from '../logins.ts';

export type { Call };

export const loginOf = (context: Context, c: Call<Env>): Promise<Login | undefined> =>
  findLogin(context, getCookie(c, cookieName(context)));

/** @throws Problem `sign-in-required` */
export async function assertLogin(context: Context, c: Call<Env>): Promise<Login> {
  const login = await loginOf(context, c);
  if (!login) throw new Problem('sign-in-required');
  return login;
}

const attributes = ({ dev }: Context) =>
  ({ path: '/', httpOnly: true, secure: !dev, sameSite: 'Lax' }) as const;

export function keepLogin(context: Context, c: Call<Env>, secret: string): void {
  const maxAge = context.policy.seconds.login;
  setCookie(c, cookieName(context), secret, { ...attributes(context), maxAge });
}

export const dropLogin = (context: Context, c: Call<Env>): void => {
  deleteCookie(c, cookieName(context), attributes(context));
};

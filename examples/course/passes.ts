/** Who passed which quiz: a signed cookie, so that the server keeps nothing of anybody and believes no one. */
import type { Context } from 'hono';
import { getSignedCookie, setSignedCookie } from 'hono/cookie';
import type { Module } from './modules.ts';

const name = 'passed';
const seconds = 30 * 86_400;

export interface Passes {
  has: (module: Module, c: Context) => Promise<boolean>;
  add: (module: Module, c: Context) => Promise<void>;
}

/** @param secret signs them; with another one every quiz has to be taken again */
export function passesBy(secret: string): Passes {
  /** A cookie that is forged, or of another secret, is no cookie. */
  const idsOf = async (c: Context): Promise<string[]> =>
    ((await getSignedCookie(c, secret, name)) || '').split('.').filter(Boolean);
  return {
    has: async ({ id }, c) => (await idsOf(c)).includes(id),
    add: async ({ id }, c) => {
      const ids = [...new Set([...(await idsOf(c)), id])].join('.');
      const options = { httpOnly: true, sameSite: 'Lax', path: '/', maxAge: seconds } as const;
      await setSignedCookie(c, name, ids, secret, options);
    },
  };
}

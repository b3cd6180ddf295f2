/** The access cookie: a navigation can't carry a credential, so what is owned here is remembered in one signed cookie. */
import * as v from 'valibot';
import { mac, type MacKey } from '../protocol/challenge.ts';
import {
  base64url,
  decodeJson,
  encodeJson,
  equalInConstantTime,
  sha256,
  utf8,
} from '../protocol/encoding.ts';
import { id, seconds, shaped, shortText } from '../protocol/shape.ts';

const schema = v.object({
  /** The payer; a repeat's cookie names none and opens only what it lists */
  iss: v.optional(shortText),
  sub: v.optional(id),
  exp: seconds,
  /** Hash of a scope, and until when it is open; newest first */
  scopes: v.pipe(v.array(v.tuple([v.string(), seconds])), v.maxLength(24)),
  /** Session and tap of a repeat: it opens what that tap bought, unless it was taken back */
  tap: v.optional(v.tuple([id, id])),
});

export type AccessCookie = v.InferOutput<typeof schema>;

const maxScopes = 24;
const maxCookieHeader = 16_384;

/** `__Host-` ties it to this host and https; on this machine, over http, browsers would refuse that name. */
export const cookieName = (origin: string): string =>
  origin.startsWith('https:') ? '__Host-micropay' : 'micropay';

/** 96 bits of SHA-256: enough that no two pages of a site meet, short enough for 24 of them. */
export const scopeHash = async (scope: string): Promise<string> =>
  base64url(await sha256(utf8(scope))).slice(0, 16);

/** @returns undefined for no cookie, a forged one, or one that has ended */
export async function readAccessCookie(
  header: string | null,
  { name, key, now }: { name: string; key: MacKey; now: number },
): Promise<AccessCookie | undefined> {
  if (!header || header.length > maxCookieHeader) return undefined;
  const pair = header.split(/; */).find((part) => part.startsWith(`${name}=`));
  const [payload = '', signature = ''] = pair?.slice(name.length + 1).split('.') ?? [];
  if (!payload || !equalInConstantTime(await mac(key, payload), signature)) return undefined;
  const cookie = shaped(schema, decodeJson(payload, 'malformed-request'), 'malformed-request');
  return cookie.exp > now ? cookie : undefined;
}

/** Adds a scope to what the same payer's cookie listed so far; another payer's is not taken over. */
export function withScope(
  before: AccessCookie | undefined,
  opened: { payer: { iss: string; sub: string } | undefined; hash: string; until: number },
  now: number,
): AccessCookie {
  const { payer, hash, until } = opened;
  const isSame = before?.iss === payer?.iss && before?.sub === payer?.sub;
  const others = (isSame ? (before?.scopes ?? []) : []).filter(
    ([other, end]) => other !== hash && end > now,
  );
  const scopes = [[hash, until] as [string, number], ...others].slice(0, maxScopes);
  return { ...payer, exp: Math.max(...scopes.map(([, end]) => end)), scopes };
}

/** Names a payer and lists nothing more: what they own by taps is asked of the store each time. */
export function withPayer(
  before: AccessCookie | undefined,
  payer: { iss: string; sub: string },
  until: number,
  now: number,
): AccessCookie {
  const isSame = before?.iss === payer.iss && before.sub === payer.sub;
  const scopes = (isSame ? before.scopes : []).filter(([, end]) => end > now);
  return { ...payer, exp: Math.max(until, isSame ? before.exp : 0), scopes };
}

/** Opens what one tap bought, for whoever isn't known. */
export function withTap(
  before: AccessCookie | undefined,
  tap: [sid: string, tap: string],
  until: number,
  now: number,
): AccessCookie {
  const scopes = (before?.scopes ?? []).filter(([, end]) => end > now);
  return { exp: Math.max(until, ...scopes.map(([, end]) => end)), scopes, tap };
}

/** @returns the value of a `Set-Cookie` header */
export async function formatAccessCookie(
  cookie: AccessCookie,
  { name, key, now }: { name: string; key: MacKey; now: number },
): Promise<string> {
  const payload = encodeJson(cookie);
  const secure = name.startsWith('__Host-') ? '; Secure' : '';
  const value = `${payload}.${await mac(key, payload)}`;
  return `${name}=${value}; Path=/; Max-Age=${cookie.exp - now}; HttpOnly; SameSite=Lax${secure}`;
}

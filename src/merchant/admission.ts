/** The way in: who may enter, and what their answer carries on its way out. */
import { policy } from '../protocol/policy.ts';
import { timeFrom } from '../protocol/challenge.ts';
import type { Access } from './access.ts';
import {
  cookieName,
  formatAccessCookie,
  readAccessCookie,
  scopeHash,
  withScope,
  type AccessCookie,
} from './access-cookie.ts';
import { addVary, allowReading, type HeaderLines } from './cors.ts';
import { encodedText } from './native.ts';
import type { Offer } from './offer.ts';
import { owns } from './owned.ts';
import type { Taken } from './presented.ts';
import type { Settings } from './settings.ts';
import type { Visit } from './visit.ts';

export interface Admitted {
  admitted: true;
  access: Access;
  /**
   * Puts receipt, cookie, cache and CORS headers on the answer, whatever its status. They are there when it returns; the
   * promise is for what should be written down before the answer leaves, such as a tap given back.
   */
  seal: (status: number, headers: HeaderLines) => Promise<void>;
  /** A tap that was taken now is given back, when nothing could be delivered. @returns whether it was */
  giveBack?: () => Promise<boolean>;
}

/** Let in, or not. An adapter delivers and seals, or sends the response. */
export type Admission = Admitted | { admitted: false; response: Response };

/** Someone who paid or showed what they own. */
export async function admitPayer(
  taken: Taken,
  offer: Offer,
  visit: Visit,
  settings: Settings,
): Promise<Admitted> {
  const cookie = await cookieFor(taken, offer, visit, settings);
  const receipt = receiptHeader(taken);
  return {
    admitted: true,
    access: taken.access,
    seal: async (status, headers) => {
      sealPaid(status, headers, visit, settings);
      if (status >= 200 && status < 300) headers.set('payment-receipt', receipt);
      // Also on a failed delivery: what was bought stays bought, and the next visit opens it.
      if (cookie) headers.append('set-cookie', cookie);
    },
  };
}

/** Someone whose access cookie opens this. undefined: it doesn't. */
export async function admitOwner(
  offer: Offer,
  visit: Visit,
  settings: Settings,
): Promise<Admitted | undefined> {
  const now = Math.floor(settings.now() / 1000);
  const cookie = offer.seconds > 0 ? await cookieOf(visit, settings, now) : undefined;
  if (!cookie || !(await isOwned(cookie, offer.scope, settings, now))) return undefined;
  const { iss, sub } = cookie;
  return {
    admitted: true,
    access: { by: 'cookie', ...(iss && sub && { payer: { iss, sub } }) },
    seal: async (status, headers) => sealPaid(status, headers, visit, settings),
  };
}

/** What is not for sale: only other sites' right to read it is ours to say. */
export const admitFree = (visit: Visit, settings: Settings): Admitted => ({
  admitted: true,
  access: { by: 'free' },
  seal: async (_status, headers) => allowReading(headers, visit.asking, settings),
});

/** What was paid for must not come out of a shared cache, and an error must not stay in any. */
export function sealPaid(
  status: number,
  headers: HeaderLines,
  visit: Visit,
  settings: Settings,
): void {
  const strict = status >= 400 || /no-store/i.test(headers.get('cache-control') ?? '');
  headers.set('cache-control', strict ? 'no-store' : 'private');
  addVary(headers, ['Authorization', 'Cookie']);
  allowReading(headers, visit.asking, settings);
}

const receiptHeader = ({ access: { receipt }, receiptText }: Taken): string =>
  encodedText(
    JSON.stringify({
      method: 'micropay',
      reference: receipt?.jti,
      status: 'success',
      timestamp: timeFrom(receipt?.iat ?? 0),
      receipt: receiptText,
    }),
  );

async function isOwned(
  cookie: AccessCookie,
  scope: string,
  settings: Settings,
  now: number,
): Promise<boolean> {
  const hash = await scopeHash(scope);
  if (cookie.scopes.some(([listed, until]) => listed === hash && until > now)) return true;
  const { iss, sub, tap } = cookie;
  if (iss && sub) return owns({ iss, sub, scope }, settings, now);
  return tap ? isOpenedBy(tap, scope, settings, now) : false;
}

async function isOpenedBy(
  [sid, id]: [string, string],
  scope: string,
  { sessions, payee }: Settings,
  now: number,
): Promise<boolean> {
  const { tap } = (await sessions?.store.find({ iss: payee.wallet, sid }, id)) ?? {};
  return tap?.state === 'taken' && tap.scope === scope && tap.until > now;
}

export async function cookieOf(
  { request, origin }: Visit,
  { accessKey }: Settings,
  now: number,
): Promise<AccessCookie | undefined> {
  const name = cookieName(origin);
  return readAccessCookie(request.headers.get('cookie'), { name, key: await accessKey, now });
}

/** Only this site's own pages get it: another site's browser partition would drop or leak it. */
async function cookieFor(
  { access, ownedUntil }: Taken,
  { scope }: Offer,
  visit: Visit,
  settings: Settings,
): Promise<string | undefined> {
  const now = Math.floor(settings.now() / 1000);
  if (!visit.sameOrigin || ownedUntil <= now) return undefined;
  const before = await cookieOf(visit, settings, now);
  const opened = { payer: access.payer, hash: await scopeHash(scope), until: ownedUntil };
  if (access.by === 'repeat') {
    if (before?.sub) return undefined;
    // Whoever shows copied bytes may not be the payer: their cookie opens this one thing, and no longer than the bytes do.
    opened.payer = undefined;
    opened.until = Math.min(ownedUntil, now + policy.seconds.receiptPresentable);
  }
  return sealedCookie(withScope(before, opened, now), visit, settings, now);
}

/** @returns the value of a `Set-Cookie` header */
export const sealedCookie = async (
  cookie: AccessCookie,
  { origin }: Visit,
  { accessKey }: Settings,
  now: number,
): Promise<string> =>
  formatAccessCookie(cookie, { name: cookieName(origin), key: await accessKey, now });

/** A price class: addresses of one price, `GET /articles/*`, that one challenge serves. And what one request is of it. */
import * as v from 'valibot';
import { encodeOpaque } from '../../protocol/challenge.ts';
import { scopeSchema } from '../../protocol/charge-request.ts';
import { inLedgerUnits, type Money } from '../../protocol/money.ts';
import { classCovers } from '../../protocol/price-class.ts';
import { encodeSessionRequest, type SessionRequest } from '../../protocol/session-request.ts';
import type { SessionSettings } from './session-options.ts';

/** How an item is sold by session. */
export interface SessionItem {
  /** Its price class; the paywall's by default */
  scope?: string;
  /** What one is: `article`, `minute` … */
  unit?: string;
}

/** What all addresses of a class have in common. */
export interface Priced {
  /** The price in units of the ledger */
  amount: bigint;
  /** `usd-micro` */
  currency: string;
  /** The session request as it travels, and the class as its challenge says it */
  request: string;
  opaque: string;
}

export interface SessionOffer extends Priced {
  /** The price class */
  scope: string;
  /** Method, path and query of this request, as a voucher names it */
  res: string;
}

/** Method and path up to a slash, then a star: `GET /articles/*`; or one address. */
const classPattern = /^(?:GET) \/(?:[^*?]*\/)?(?:\*|[^*]*)$/;

/** @throws Error that names the option, for what is no price class */
export function assertPriceClass(scope: string): void {
  if (!v.is(scopeSchema, scope) || !classPattern.test(scope))
    throw new Error('paywall: a session’s “scope” looks like “GET /articles/*”.');
}

export const usualUnit = 'article';

/** @throws Error for what no request of a session can call its unit */
export function assertUnit(unit: string): void {
  if (!/^[a-z][a-z-]{0,31}$/.test(unit))
    throw new Error('paywall: a session’s “unit” is a word such as “article”.');
}

/** By default what stands in the same folder: `GET /articles/1` is of `GET /articles/*`. */
const folderOf = (res: string): string => `${res.split('?')[0]?.replace(/[^/]*$/, '') ?? ''}*`;

/**
 * @param res the request it is for; undefined for any of the class, which then needs a name
 * @returns undefined where it isn't sold by session
 * @throws Error when an item names a class it doesn't stand in, or a unit that is none
 */
export function sessionOffer(
  item: SessionItem | false | undefined,
  { res, money, sessions }: { res: string | undefined; money: Money; sessions: SessionSettings },
): SessionOffer | undefined {
  if (item === false) return undefined;
  const scope = item?.scope ?? sessions.scope ?? (res === undefined ? undefined : folderOf(res));
  if (scope === undefined) return undefined;
  if (item?.scope !== undefined) assertPriceClass(scope);
  if (res !== undefined && !classCovers(scope, res)) {
    if (item?.scope === undefined) return undefined;
    throw new Error('paywall: an item’s “session.scope” does not cover its own address.');
  }
  if (item?.unit !== undefined) assertUnit(item.unit);
  const unit = item?.unit ?? sessions.unit;
  return { scope, res: res ?? '', ...pricedFor(scope, money, unit, sessions) };
}

const maxKept = 1_000;

/** The same few are asked for again and again. */
function pricedFor(
  scope: string,
  money: Money,
  unit: string,
  { priced, payee, deposit }: SessionSettings,
): Priced {
  const key = `${money.amount} ${money.currency} ${unit} ${scope}`;
  const known = priced.get(key);
  if (known) return known;
  const request = encodeSessionRequest({
    ...money,
    recipient: payee,
    ...termsOf(unit, money, deposit),
  });
  const made = { ...inLedgerUnits(money), request, opaque: encodeOpaque({ scope }) };
  if (priced.size >= maxKept) priced.clear();
  priced.set(key, made);
  return made;
}

/** What a session's request says beside price and payee. A deposit in another currency than the price is left unsaid. */
export const termsOf = (
  unitType: string,
  money: Money | undefined,
  deposit: Money | undefined,
): Pick<SessionRequest, 'unitType' | 'suggestedDeposit'> => ({
  unitType,
  ...(deposit && deposit.currency === money?.currency && { suggestedDeposit: deposit.amount }),
});

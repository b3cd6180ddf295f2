/** What one request would buy: the thing, its price, for how long. It comes from the payee's code, never from the request's words. */
import { digestOf } from '../protocol/challenge.ts';
import * as v from 'valibot';
import { encodeChargeRequest, scopeSchema } from '../protocol/charge-request.ts';
import { moneyFrom, type Money } from '../protocol/money.ts';
import { policy } from '../protocol/policy.ts';
import { printable } from '../protocol/shape.ts';
import { bytesOf, maxBodyBytes } from './body.ts';
import { markOf } from './mark.ts';
import { sessionOffer, type SessionItem, type SessionOffer } from './sessions/price-class.ts';
import { toldAs, type Price, type Settings } from './settings.ts';
import { scopeOf, type Visit } from './visit.ts';

/** Something for sale. */
export interface Item {
  /** The paywall's price by default */
  price?: Price;
  /** What the payer reads on button and receipt */
  title?: string;
  /** What is owned afterwards; `GET /path?query` of the request by default. Set it where several addresses are one thing. */
  scope?: string;
  /** How long it is owned: a year by default for GET. 0, the default for other methods: each request is paid for. */
  seconds?: number;
  /** How it is sold by session, where the paywall has `sessions`; `false`: it isn't */
  session?: false | SessionItem;
}

/** An item, or how to find it for a request; undefined: not for sale, so nobody pays for a page that isn't there. */
export type ItemSource =
  Item | ((request: Request) => Item | undefined | Promise<Item | undefined>);

const maxSeconds = 3_153_600_000;

export interface Offer {
  scope: string;
  money: Money;
  seconds: number;
  title: string;
  realm: string;
  /** The charge request as it travels, also at an earlier price; made only where one is asked for */
  request: (money?: Money) => Promise<string>;
  /** Of the body that came with the request, where there may be one */
  digest: string | undefined;
  /** How it is sold by session, where it is */
  session?: SessionOffer | undefined;
}

/**
 * @throws Problem `request-too-large` for a body over 1 MB
 * @throws Error when the item has no price, or one that can't be read
 */
export async function offerOf(visit: Visit, item: Item, settings: Settings): Promise<Offer> {
  const isRead = ['GET', 'HEAD'].includes(visit.request.method);
  const scope = item.scope ?? scopeOf(visit);
  const seconds = item.seconds ?? (isRead ? policy.seconds.access : 0);
  assertSellable(scope, seconds);
  const title = item.title ? printable(item.title) : '';
  const money = priceOf(item, settings);
  const request = async (asked = money) =>
    encodeChargeRequest({
      ...asked,
      recipient: settings.payee.url,
      ...(title && { description: title }),
      ...(seconds > 0 && {
        externalId: await markOf({ scope, seconds, money: asked }, settings),
        methodDetails: { entitles: { scope, seconds } },
      }),
    });
  const realm = realmOf(visit, settings);
  const digest = await digestFor(visit.request);
  const session = sessionFor(visit, item, money, settings);
  return { scope, money, seconds, title, realm, request, digest, session };
}

export const realmOf = ({ origin }: Pick<Visit, 'origin'>, { realm }: Settings): string =>
  realm ?? new URL(origin).host;

/** A tap names no body and may be answered again, so only what is read is sold by session. */
function sessionFor(visit: Visit, item: Item, money: Money, { sessions }: Settings) {
  const isRead = ['GET', 'HEAD'].includes(visit.request.method);
  if (!sessions || !isRead) return undefined;
  return sessionOffer(item.session, { res: scopeOf(visit), money, sessions });
}

function assertSellable(scope: string, seconds: number): void {
  if (!v.is(scopeSchema, scope))
    throw new Error('paywall: an item’s “scope” is 1 to 256 ASCII characters.');
  if (!Number.isSafeInteger(seconds) || seconds < 0 || seconds > maxSeconds)
    throw new Error('paywall: an item’s “seconds” is a whole number, at most a hundred years.');
}

export function priceOf({ price }: Item, settings: Settings): Money {
  if (price) return toldAs('price', () => moneyFrom(price.amount, price.currency));
  if (settings.price) return settings.price;
  throw new Error('paywall: neither the item nor the paywall has a “price”.');
}

/** Methods whose payment is for the exact bytes of a body. */
export const bindsBody = ({ method }: Pick<Request, 'method'>): boolean =>
  ['POST', 'PUT', 'PATCH'].includes(method);

/** The body is read from a copy, so that whoever delivers still can. */
async function digestFor(request: Request): Promise<string | undefined> {
  if (!bindsBody(request)) return undefined;
  return digestOf(await bytesOf(request.clone().body, maxBodyBytes, 'request-too-large'));
}

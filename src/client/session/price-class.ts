/** The challenges of sessions that a page knows: embedded in it, or kept from an answer. With one, a tap needs no asking first. */
import { classCovers } from '../../protocol/price-class.ts';
import { challengesFrom, namesKnownHeader } from '../../protocol/challenge-grammar.ts';
import type { Challenge } from '../../protocol/payment-header.ts';
import { findPayee } from '../../protocol/payee.ts';
import { ledgerUnits } from '../../protocol/ledger-units.ts';
import type { Charge, Replayable } from '../charge.ts';
import { base64url } from '../../protocol/encoding.ts';
import { fits, jsonFrom, jsonIn, type Fitting } from '../claims.ts';
import type { Context } from '../context.ts';
import { pageOf } from '../later/whole-page.ts';

const challengeShape = {
  id: '',
  realm: '',
  method: ['micropay'],
  intent: ['session'],
  request: '',
  expires: '',
  opaque: '',
  'description?': '',
  'header?': '',
} as const;
const opaqueShape = { scope: '' } as const;
const requestShape = {
  amount: '',
  currency: '',
  recipient: '',
  unitType: '',
  'description?': '',
} as const;

/** A price class of one payee's server. Structured-cloneable. */
export interface PriceClass {
  /** As it came: it is echoed word for word */
  challenge: Challenge;
  scope: string;
  request: Fitting<typeof requestShape>;
  /** Milliseconds since 1970, the server's time */
  ends: number;
}

/** Before the origin and the scope in a class's key */
const prefix = 'class:';
/** Characters of the largest embedded challenge that is read */
const maxEmbedded = 8_192;

/** @returns undefined for what is no challenge of a session that we could answer */
function classFrom(candidate: unknown): PriceClass | undefined {
  if (!fits(challengeShape, candidate) || !namesKnownHeader(candidate)) return undefined;
  const [opaque, request] = [jsonIn(candidate.opaque), jsonIn(candidate.request)];
  const ends = Date.parse(candidate.expires);
  return fits(opaqueShape, opaque) && fits(requestShape, request) && Number.isFinite(ends)
    ? { challenge: candidate as Challenge, scope: opaque.scope, request, ends }
    : undefined;
}

/** Keeps the session's challenge that came with an answer, if one did. */
export async function hearClass(
  { storage }: Context,
  url: string,
  { headers }: Response,
): Promise<PriceClass | undefined> {
  const found = challengesOf(headers.get('www-authenticate') ?? '')
    .map(classFrom)
    .find((one) => one !== undefined);
  if (found) await storage.set(`${prefix}${new URL(url).origin} ${found.scope}`, found);
  return found;
}

function challengesOf(header: string): Challenge[] {
  try {
    return challengesFrom(header);
  } catch {
    return [];
  }
}

/** The one that serves this address longest, from the page or from earlier answers. */
export async function classFor(
  context: Context,
  { target }: Pick<Replayable, 'target'>,
  payee?: string,
): Promise<PriceClass | undefined> {
  const { origin } = new URL(target.url);
  const kept = (await context.storage.list(`${prefix}${origin} `)) as PriceClass[];
  const page = pageOf(context);
  const embedded =
    page?.origin === origin
      ? page
          .challenges()
          .filter((text) => text.length <= maxEmbedded)
          .flatMap((text) => classFrom(jsonFrom(text)) ?? [])
      : [];
  return [...kept, ...embedded]
    .filter(
      ({ scope, request, ends }) =>
        (payee ?? request.recipient) === request.recipient &&
        ends > context.now() &&
        classCovers(scope, resourceOf(target)),
    )
    .sort((a, b) => b.ends - a.ends)[0];
}

/** Method, path and query, as the payee's server sees a request. */
export function resourceOf({ url, init }: Replayable['target']): string {
  const { pathname, search } = new URL(url);
  return `${init?.method ?? 'GET'} ${pathname}${search}`;
}

/** @returns the tap of this class, under a new name; undefined for a price that can't be read */
export function tapOf(
  context: Context,
  { challenge, request }: PriceClass,
  asking: Replayable,
): Charge | undefined {
  const [units, payee] = [ledgerUnits(request), findPayee(request.recipient)];
  if (!units?.amount || !payee) return undefined;
  return {
    ...asking,
    cid: `tap_${base64url(context.random(16))}`,
    rlm: challenge.realm,
    req: challenge.request,
    request,
    payee,
    price: units.amount,
    currency: units.currency,
    challenge,
    tap: resourceOf(asking.target),
  };
}

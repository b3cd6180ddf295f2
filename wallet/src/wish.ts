/** What someone wants paid, read from an intent: all that doesn't depend on the books is checked here, before anything is locked. */
import {
  chargeRequestFrom,
  inLedgerUnits,
  itemScope,
  jwkSchema,
  parseIntent,
  payeeUrl,
  Problem,
  shaped,
  verifyJws,
  type ChargeRequest,
  type ReasonCode,
} from 'micro-pay/protocol';
import type { Context } from './context.ts';
import { findGrant, type GrantRow } from './grants.ts';
import { ledgerCurrency } from './ledger.ts';

/** Signature, origin and recipient are checked already. */
export interface Wish {
  person: string;
  payee: string;
  cid: string;
  rlm: string;
  /** The request, verbatim */
  req: string;
  request: ChargeRequest;
  /** In the ledger's units */
  amount: bigint;
  currency: string;
  reason: ReasonCode;
  /** What the payer will own by it, and for how long in seconds */
  owns: Owns | undefined;
  /** None on the wallet's own pages, where the person confirms each payment */
  grant: GrantRow | undefined;
  /** There, whether the page said that what is opened can't be taken back */
  told?: 'kept' | undefined;
  /** Someone who came in by a code, and not by a passkey, confirmed it: small sums only */
  byCode?: boolean;
  /** When the intent was made and ends, in seconds; none on the wallet's own pages */
  time: { iat: number; exp: number } | undefined;
}

/** What a payment makes someone's own. */
export interface Owns {
  scope: string;
  seconds: number;
}

/** Challenge ids that a page without a server makes start so. */
const tip = 'tip_';

/** Whose intents these are: a grant, or one that is being made in the same breath. */
export type Holder = Pick<GrantRow, 'id' | 'person' | 'payee' | 'origin' | 'jkt' | 'jwk'>;

/**
 * Checks all that doesn't depend on the books: whose signature, for which wallet, payee and site.
 * @throws Problem and nothing is kept, whatever was sent
 */
export async function wishFrom(
  context: Context,
  sent: { text: string; origin: string; holder?: Holder },
): Promise<Omit<Wish, 'grant'> & { grantId: string }> {
  const { jws, intent } = parseIntent(sent.text);
  const request = chargeRequestFrom(intent.req, 'malformed-request');
  const grant = sent.holder ?? (await context.store.read((tx) => findGrant(tx, intent.gnt)));
  if (!grant || intent.gnt !== grant.id) throw new Problem('grant-unknown');
  const refused = 'verification-failed';
  const key = shaped(jwkSchema, JSON.parse(grant.jwk), 'internal-error');
  await verifyJws(jws, key, context.verify, refused);
  if (sent.origin !== grant.origin) throw new Problem('origin-not-listed');
  if (intent.iss !== grant.jkt) throw new Problem(refused);
  if (intent.aud !== context.issuer) throw new Problem(refused);
  if (request.recipient !== payeeUrl(context.issuer, grant.payee)) throw new Problem(refused);
  if (intent.exp - intent.iat > context.policy.seconds.intent) throw new Problem(refused);
  // Without a server nobody else vouches for the realm: it is the page itself.
  if (hasNoServer(intent.cid, request) && intent.rlm !== grant.origin) throw new Problem(refused);
  return {
    ...priced(context, request),
    grantId: grant.id,
    person: grant.person,
    payee: grant.payee,
    cid: intent.cid,
    rlm: intent.rlm,
    req: intent.req,
    request,
    reason: isTip(intent.cid, request) ? 'tip' : 'tapped',
    time: { iat: intent.iat, exp: intent.exp },
  };
}

const isItem = ({ methodDetails }: ChargeRequest): boolean => methodDetails?.item !== undefined;

/** The page asks by itself: for a gift, or for what the wallet sells. */
export const hasNoServer = (cid: string, request: ChargeRequest): boolean =>
  cid.startsWith(tip) || isItem(request);

/** Nothing is bought by it. */
export const isTip = (cid: string, request: ChargeRequest): boolean =>
  cid.startsWith(tip) && !isItem(request);

/** What a request makes its payer's own: what the payee's server says, or an item of this wallet. */
export function ownsBy({ policy }: Pick<Context, 'policy'>, request: ChargeRequest) {
  const { entitles, item } = request.methodDetails ?? {};
  return item === undefined ? entitles : { scope: itemScope(item), seconds: policy.seconds.item };
}

/** @throws Problem `verification-failed` for a currency other than the ledger's */
export function priced(
  context: Pick<Context, 'policy'>,
  request: ChargeRequest,
): { amount: bigint; currency: string; owns: Owns | undefined } {
  const price = inLedgerUnits(request);
  if (price.currency !== ledgerCurrency)
    throw new Problem('verification-failed', { detail: 'This wallet holds another currency.' });
  return { ...price, owns: ownsBy(context, request) };
}

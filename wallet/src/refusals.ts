/** Why the wallet says no: what has ended, and which limit a payment would pass. Decided in the charge's own transaction. */
import { Problem, type Policy } from 'micro-pay/protocol';
import { secondsNow } from './clock.ts';
import type { Context } from './context.ts';
import type { GrantRow } from './grants.ts';
import { balance, personAccount } from './ledger.ts';
import { findPayee, ownerOf } from './payees.ts';
import { limitsInForce, type Standing } from './standing.ts';
import type { Tx } from './store/store.ts';
import type { Wish } from './wish.ts';

/** @returns why the intent or its grant is no longer good */
export function endOf(context: Context, wish: Wish, standing: Standing): Problem | undefined {
  const { time, grant } = wish;
  if (!time || !grant) return undefined;
  const [now, { skew }] = [secondsNow(context), context.policy.seconds];
  if (time.exp <= now - skew || time.iat > now + skew) return new Problem('payment-expired');
  return approvalEnd(context, grant, standing);
}

/** @returns why nothing new may be paid or held under an approval */
export function approvalEnd(
  context: Context,
  grant: GrantRow,
  { allowance }: Standing,
): Problem | undefined {
  const now = secondsNow(context);
  if (grant.revoked_at !== null || allowance?.blocked_at !== null)
    return new Problem('grant-revoked');
  if (grant.expires_at <= now) return new Problem('grant-expired');
  return undefined;
}

/** @returns the first limit the payment would pass: price agreed to, caps of the site, caps of all sites, passkey due, funds */
export async function limitPassed(
  tx: Tx,
  context: Context,
  wish: Wish,
  standing: Standing,
): Promise<Problem | undefined> {
  if (wish.grant && jumps(context, wish.amount, standing)) return priceChanged();
  if (wish.grant && wish.amount > limitsInForce(standing.allowance, wish.grant).perPayment)
    return over('the limit for one payment here');
  const cap = wish.grant && siteCap(wish.amount, wish.grant, standing);
  return cap ? over(cap) : walletRefusal(tx, context, wish, standing);
}

export const over = (limit: string): Problem =>
  new Problem('cap-reached', { detail: `It is ${limit}.` });

/** What a payment and a hold have in common beyond their site: caps of all sites, passkey due, funds. */
export async function walletRefusal(
  tx: Tx,
  context: Context,
  wish: Sum,
  standing: Standing,
): Promise<Problem | undefined> {
  if (await paysThemselves(tx, context, wish)) return new Problem('self-payment');
  const { strong_auth_at: provedAt, spent_since_strong_auth: spent } = await proved(
    tx,
    wish.person,
  );
  const byCode = wish.byCode || provedAt === 0n;
  const cap = await walletCap(tx, context, { ...wish, byCode }, standing);
  if (cap) return over(cap);
  if (spent + wish.amount > context.policy.strongAuthAfter)
    return new Problem('payment-action-required');
  const funds = await balance(tx, personAccount(wish.person));
  return funds < wish.amount ? new Problem('insufficient-funds') : undefined;
}

/** So much, of whose money, for whom. */
type Sum = Pick<Wish, 'person' | 'payee' | 'amount' | 'byCode'>;

/** Of play money a payee may tap their own button, to see it work; with money it would only make figures look larger. */
const paysThemselves = async (tx: Tx, { env }: Context, { person, payee }: Sum): Promise<boolean> =>
  env !== 'test' && (await ownerOf(tx, payee)) === person;

const priceChanged = (): Problem =>
  new Problem('price-changed', {
    detail: 'Please look at the new price and approve it at the wallet.',
  });

function jumps({ policy }: Context, amount: bigint, { allowance }: Standing): boolean {
  const { times, above } = policy.priceJump;
  return amount > above && amount > (allowance?.agreed_price ?? 0n) * times;
}

/** What a site may take in a day and in all. */
export function siteCap(amount: bigint, grant: GrantRow, standing: Standing): string | undefined {
  const { perDay, total } = limitsInForce(standing.allowance, grant);
  if (standing.usedToday + amount > perDay) return 'the limit for a day here';
  if ((standing.allowance?.used ?? 0n) + amount > total) return 'the limit in all here';
  return undefined;
}

async function walletCap(
  tx: Tx,
  { policy }: Context,
  { payee, amount, byCode }: Sum,
  { allToday, allMonth }: Standing,
): Promise<string | undefined> {
  const unchecked = (await findPayee(tx, payee))?.unchecked ?? true;
  if (unchecked && amount > policy.caps.openTap)
    return 'the limit for payees that are not verified';
  const { tap, day, month, who } = byCode ? withoutPasskey(policy) : withPasskey(policy);
  if (amount > tap) return `the limit for any payment${who}`;
  if (allToday + amount > day) return `the limit of all sites for a day${who}`;
  if (allMonth + amount > month) return `the limit of all sites for a month${who}`;
  return undefined;
}

const withPasskey = ({ caps, balance: { singleMax } }: Policy) =>
  ({ tap: singleMax, day: caps.allSitesDay, month: caps.allSitesMonth, who: '' }) as const;

const withoutPasskey = ({ caps }: Policy) =>
  ({
    tap: caps.fallbackTap,
    day: caps.fallbackDay,
    month: caps.fallbackMonth,
    who: ' without a passkey',
  }) as const;

type Proved = { strong_auth_at: bigint; spent_since_strong_auth: bigint };

/** When a passkey last proved someone, 0: never; and what was spent since. */
const proved = async (tx: Tx, person: string): Promise<Proved> =>
  (await tx.get<Proved>(
    'select strong_auth_at, spent_since_strong_auth from persons where id = $1',
    person,
  )) ?? { strong_auth_at: 0n, spent_since_strong_auth: 0n };

/** Why the wallet says no: what has ended, and which limit a payment would pass. Decided in the charge's own transaction. */
import { Problem } from 'micro-pay/protocol';
import { secondsNow } from './clock.ts';
import type { Context } from './context.ts';
import { balance, personAccount } from './ledger.ts';
import { findPayee } from './payees.ts';
import { limitsInForce, type Standing } from './standing.ts';
import type { Tx } from './store/store.ts';
import type { Wish } from './wish.ts';

/** @returns why the intent or its grant is no longer good */
export function endOf(context: Context, wish: Wish, { allowance }: Standing): Problem | undefined {
  const { time, grant } = wish;
  if (!time || !grant) return undefined;
  const [now, { skew }] = [secondsNow(context), context.policy.seconds];
  if (time.exp <= now - skew || time.iat > now + skew) return new Problem('payment-expired');
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
  const cap =
    (wish.grant && siteCap(wish, standing)) ?? (await walletCap(tx, context, wish, standing));
  if (cap) return new Problem('cap-reached', { detail: `It is ${cap}.` });
  if (await passkeyDue(tx, context, wish)) return new Problem('payment-action-required');
  const funds = await balance(tx, personAccount(wish.person));
  return funds < wish.amount ? new Problem('insufficient-funds') : undefined;
}

const priceChanged = (): Problem =>
  new Problem('price-changed', {
    detail: 'Please look at the new price and approve it at the wallet.',
  });

function jumps({ policy }: Context, amount: bigint, { allowance }: Standing): boolean {
  const { times, above } = policy.priceJump;
  return amount > above && amount > (allowance?.agreed_price ?? 0n) * times;
}

function siteCap({ amount, grant }: Wish, standing: Standing): string | undefined {
  const { perPayment, perDay, total } = limitsInForce(standing.allowance, grant);
  if (amount > perPayment) return 'the limit for one payment here';
  if (standing.usedToday + amount > perDay) return 'the limit for a day here';
  if ((standing.allowance?.used ?? 0n) + amount > total) return 'the limit in all here';
  return undefined;
}

async function walletCap(
  tx: Tx,
  { policy }: Context,
  { payee, amount }: Wish,
  { allToday, allMonth }: Standing,
): Promise<string | undefined> {
  const open = (await findPayee(tx, payee))?.open ?? true;
  if (open && amount > policy.caps.openTap) return 'the limit for payees that were not checked';
  if (amount > policy.balance.singleMax) return 'the limit for any payment';
  if (allToday + amount > policy.caps.allSitesDay) return 'the limit of all sites for a day';
  if (allMonth + amount > policy.caps.allSitesMonth) return 'the limit of all sites for a month';
  return undefined;
}

async function passkeyDue(tx: Tx, { policy }: Context, wish: Wish): Promise<boolean> {
  const row = await tx.get<{ spent_since_strong_auth: bigint }>(
    'select spent_since_strong_auth from persons where id = $1',
    wish.person,
  );
  return (row?.spent_since_strong_auth ?? 0n) + wish.amount > policy.strongAuthAfter;
}

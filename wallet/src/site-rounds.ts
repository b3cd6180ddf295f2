/**
 * Verified sites are looked at again by themselves: whoever has the site now may say something else. A site that is away, or forgets
 * its word while it is rebuilt, has a month; then it counts no longer, if an earlier look found nothing either: it may be us who
 * were away. What the operator listed is the operator's to take away.
 */
import { payeeUrl } from 'micro-pay/protocol';
import { timeNow } from './clock.ts';
import type { Context } from './context.ts';
import type { Statement } from './payees.ts';
import { inRounds } from './rounds.ts';
import { reportOf, wayOf } from './site-statement.ts';

/** Looks of one round, side by side; the rest waits for the next. */
const atOnce = 20n;

type Site = {
  payee: string;
  origin: string;
  verified_by: Statement;
};

/** Looks at those that nobody looked at for a day, the longest ago first. */
export async function lookAround(context: Context): Promise<void> {
  const before = timeNow(context) - BigInt(context.policy.seconds.siteLook);
  const due = await context.store.read((tx) =>
    tx.all<Site>(
      `select payee, origin, verified_by from payee_origins where verified_by is not null and looked_at < $1
       order by looked_at limit $2`,
      before,
      atOnce,
    ),
  );
  await Promise.all(due.map((site) => lookAgain(context, site)));
}

/** One that was removed meanwhile stays so. */
async function lookAgain(context: Context, site: Site): Promise<void> {
  const { payee, origin, verified_by } = site;
  const { dev, resolver, policy } = context;
  const report = await reportOf(origin, payeeUrl(context.issuer, payee), { dev, resolver });
  const [way, at] = [wayOf(report) ?? null, timeNow(context)];
  // Where it said so before it names somebody else now: nothing is to be waited for.
  const denies = report.some(({ way: one, found }) => one === verified_by && found === 'other');
  await context.store.write((tx) =>
    tx.run(
      `update payee_origins set findings = $1, looked_at = $2,
         verified_by = case when verified_at < $3 and (verified_at < looked_at or $7) then $4
           else coalesce($4, verified_by) end,
         verified_at = case when $4 is null then verified_at else $2 end
       where payee = $5 and origin = $6 and verified_by is not null`,
      JSON.stringify(report),
      at,
      denies ? at : at - BigInt(policy.seconds.siteForgets),
      way,
      payee,
      origin,
      denies ? 1n : 0n,
    ),
  );
}

export const keepLooking = (context: Context): (() => Promise<void>) =>
  inRounds(context, {
    name: 'look at sites',
    seconds: context.policy.seconds.siteRound,
    work: () => lookAround(context),
  });

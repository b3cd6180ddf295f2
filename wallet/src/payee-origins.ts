/** Sites of a payee, as its owner sees them: listed at once, and counted once the site itself says so. */
import { isOrigin, parseJson, payeeUrl, Problem, shaped } from 'micro-pay/protocol';
import * as v from 'valibot';
import { timeNow } from './clock.ts';
import type { Context } from './context.ts';
import { maxOrigins, mayList, type Statement } from './payees.ts';
import { reportOf, wayOf, type Finding } from './site-statement.ts';
import type { Tx } from './store/store.ts';

export interface OwnOrigin {
  origin: string;
  /** How the site says so; undefined: it doesn't, so its pages may ask only where any page may */
  verifiedBy: Statement | undefined;
  /** What the last look found, and when that was, in seconds; empty for what the operator listed */
  findings: Finding[];
  lookedAt: number | undefined;
}

type Row = {
  origin: string;
  verified_by: Statement | null;
  findings: string | null;
  looked_at: bigint | null;
};

export async function originsOf(
  { store }: Pick<Context, 'store'>,
  payee: string,
): Promise<OwnOrigin[]> {
  const rows = await store.read((tx) =>
    tx.all<Row>('select * from payee_origins where payee = $1 order by origin', payee),
  );
  return rows.map(({ origin, verified_by, findings, looked_at }) => ({
    origin,
    verifiedBy: verified_by ?? undefined,
    findings: findings === null ? [] : findingsFrom(findings),
    lookedAt: looked_at === null ? undefined : Number(looked_at),
  }));
}

const finding = v.object({
  way: v.picklist(['well-known', 'link', 'dns']),
  found: v.picklist(['yes', 'other', 'nothing', 'moved', 'unreachable', 'not-asked']),
});
const findingsFrom = (text: string): Finding[] =>
  shaped(v.array(finding), parseJson(text, 'internal-error'), 'internal-error');

/**
 * The site that someone means by what they type: `maya.example`, or the address of a page there.
 * @throws Problem `malformed-request` with words for them
 */
export function originFrom(context: Pick<Context, 'dev' | 'issuer'>, typed: string): string {
  const text = typed.trim();
  const { origin } = URL.parse(/^[a-z]+:\/\//i.test(text) ? text : `https://${text}`) ?? {};
  const refuse = (detail: string): never => {
    throw new Problem('malformed-request', { detail });
  };
  if (text.length > 2_048 || !isOrigin(origin)) refuse('A site looks like https://news.example.');
  if (origin === context.issuer) refuse('That is this wallet.');
  if (!mayList(context, origin ?? '')) refuse('Only sites that others can open can be listed.');
  return origin ?? '';
}

/**
 * Looks at the site, and keeps what was found. A site that says nothing is kept too, so that it can be asked again; it counts
 * for nothing until then. One that no longer says so counts no longer.
 * @throws Problem `rate-limited`, `malformed-request` when there are fifty sites already
 */
export async function lookAt(
  context: Context,
  site: { person: string; payee: string; origin: string },
): Promise<Finding[]> {
  const { person, payee, origin } = site;
  context.limits.take('siteCheckPerPerson', person);
  const { dev, resolver } = context;
  const report = await reportOf(origin, payeeUrl(context.issuer, payee), { dev, resolver });
  await context.store.write((tx) => keep(tx, context, { payee, origin, report }));
  return report;
}

async function keep(
  tx: Tx,
  context: Context,
  { payee, origin, report }: { payee: string; origin: string; report: Finding[] },
): Promise<void> {
  const others = await tx.get<{ n: bigint }>(
    'select count(*) as n from payee_origins where payee = $1 and origin <> $2',
    payee,
    origin,
  );
  if ((others?.n ?? 0n) >= BigInt(maxOrigins))
    throw new Problem('malformed-request', { detail: 'There are fifty sites already.' });
  const [way, at] = [wayOf(report), timeNow(context)];
  await tx.run(
    `insert into payee_origins (payee, origin, verified_by, verified_at, findings, looked_at)
     values ($1, $2, $3, $4, $5, $6) on conflict (payee, origin) do update
     set verified_by = excluded.verified_by, verified_at = excluded.verified_at,
       findings = excluded.findings, looked_at = excluded.looked_at`,
    payee,
    origin,
    way ?? null,
    way ? at : null,
    JSON.stringify(report),
    at,
  );
}

/** Its pages ask in this payee's name no more, but where any page may. */
export const removeOrigin = async (
  { store }: Pick<Context, 'store'>,
  site: { payee: string; origin: string },
): Promise<void> => {
  await store.write((tx) =>
    tx.run('delete from payee_origins where payee = $1 and origin = $2', site.payee, site.origin),
  );
};

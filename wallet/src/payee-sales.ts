/** What was bought at a payee in a time, and on which sites it was paid. */
import { chargeRequestFrom, printable } from 'micro-pay/protocol';
import type { Context } from './context.ts';
import type { Period } from './periods.ts';
import type { Tx } from './store/store.ts';

/** What goes by one name on one site. */
export interface Sale {
  /** Origin; this wallet's own for what was paid on its pages */
  site: string;
  /** The page's own words, made printable; none, where there were none */
  title: string;
  /** How often, without those that came back whole */
  count: number;
  /** Paid for them, less what came back; in millionths */
  amount: bigint;
}

/** What came and went on one site, in millionths. */
export interface SiteSum {
  site: string;
  taken: bigint;
  back: bigint;
}

/** Different wishes that are looked at, those of the largest sums; and the lines that are shown of them. */
const [maxGroups, maxShown, maxSites] = [1_000n, 10, 50n];

type Group = { site: string | null; words: string | null; count: bigint; amount: bigint };

/** @returns what was bought most, at most ten; taps by the titles their payee told */
export async function sales(
  tx: Tx,
  context: Context,
  payee: string,
  { from, to }: Period,
): Promise<Sale[]> {
  const told = [payee, BigInt(from), BigInt(to), maxGroups] as const;
  // What is sold to many is asked for in the same bytes by each: grouped before it is read.
  const charges = await tx.all<Group>(
    `select site, words, count(*) as count, sum(kept) as amount from (
       select g.origin as site, p.req as words, p.amount -
         (select coalesce(sum(r.amount), 0) from refunds r where r.payment = p.id) as kept
       from payments p left join grants g on g.id = p.grant_id
       where p.payee = $1 and p.at >= $2 and p.at < $3 and p.status = 'paid'
     ) as bought where kept > 0 group by site, words order by 4 desc, 2 limit $4`,
    ...told,
  );
  const taps = await tx.all<Group>(
    `select s.origin as site, i.title as words, count(*) as count, sum(i.amount) as amount
     from sessions s join settlement_items i on i.session = s.id
       left join session_undos u on u.session = i.session and u.tap = i.tap
     where s.payee = $1 and i.at >= $2 and i.at < $3 and u.tap is null
     group by s.origin, i.title order by 4 desc, 2 limit $4`,
    ...told,
  );
  const all = new Map<string, Sale>();
  const add = (group: Group, title: string): void => {
    const site = group.site ?? context.issuer;
    const key = `${site}\n${title}`;
    const sale = all.get(key) ?? { site, title, count: 0, amount: 0n };
    sale.count += Number(group.count);
    sale.amount += group.amount;
    all.set(key, sale);
  };
  for (const group of charges) add(group, titleOf(group.words ?? ''));
  for (const group of taps) add(group, group.words ?? '');
  return [...all.values()]
    .toSorted(
      (a, b) => b.count - a.count || Number(b.amount - a.amount) || (a.title < b.title ? -1 : 1),
    )
    .slice(0, maxShown);
}

/** What a request calls the thing; by what it opens, where it has no words. */
export function titleOf(req: string): string {
  const { description, methodDetails } = chargeRequestFrom(req, 'internal-error');
  return printable(description ?? '') || (methodDetails?.entitles?.scope ?? '');
}

/** @returns the sites of the largest sums, at most fifty */
export async function sites(
  tx: Tx,
  { issuer }: Context,
  payee: string,
  { from, to }: Period,
): Promise<SiteSum[]> {
  const rows = await tx.all<{ site: string | null; taken: bigint; back: bigint }>(
    `select site, sum(taken) as taken, sum(back) as back from (
       select g.origin as site, p.amount as taken, 0 as back
       from payments p left join grants g on g.id = p.grant_id
       where p.payee = $1 and p.at >= $2 and p.at < $3 and p.status = 'paid'
       union all select s.origin, l.amount, 0
       from settlements m join settlement_lines l on l.settlement = m.id join sessions s on s.id = l.session
       where m.payee = $1 and m.at >= $2 and m.at < $3
       union all select g.origin, 0, r.amount
       from refunds r join payments p on p.id = r.payment left join grants g on g.id = p.grant_id
       where r.payee = $1 and r.at >= $2 and r.at < $3
       union all select s.origin, 0, u.amount from session_undos u join sessions s on s.id = u.session
       where u.payee = $1 and u.at >= $2 and u.at < $3
     ) as moved group by site order by 2 desc, 1 limit $4`,
    payee,
    BigInt(from),
    BigInt(to),
    maxSites,
  );
  return rows.map(({ site, ...sums }) => ({ site: site ?? issuer, ...sums }));
}

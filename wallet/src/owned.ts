/** `POST /owned`: a page asks what its person owns at its payee, on this or another device. Nothing is charged. */
import { ownedRequestSchema, Problem, shaped, type OwnedAnswer } from 'micro-pay/protocol';
import { takeCall } from './calls.ts';
import { secondsNow, timeNow } from './clock.ts';
import type { Context } from './context.ts';
import { findGrant, type GrantRow } from './grants.ts';
import { keyFor } from './item-keys.ts';
import { approvalEnd } from './refusals.ts';
import { verifiedCall, type SentCall } from './session-calls.ts';
import { standingOf } from './standing.ts';
import type { Tx } from './store/store.ts';

/** Purchases in one answer. */
const most = 100;

/** @throws Problem `grant-unknown`, `grant-revoked`, `grant-expired`, `proof-invalid`, `origin-not-listed` */
export async function ownedBy(context: Context, sent: SentCall): Promise<OwnedAnswer> {
  const { gnt, scope } = shaped(ownedRequestSchema, sent.json, 'malformed-request');
  const grant = await context.store.read((tx) => findGrant(tx, gnt));
  if (!grant) throw new Problem('grant-unknown');
  const call = await verifiedCall(context, sent, grant);
  context.limits.take('ownedPerGrant', grant.id);
  return context.store.write(async (tx) => {
    await takeCall(tx, context, call);
    const now = (await findGrant(tx, gnt)) ?? grant;
    const ended = approvalEnd(context, now, await standingOf(tx, context, now));
    if (ended) throw ended;
    return { owned: await purchases(tx, context, now, scope), now: secondsNow(context) };
  });
}

type OwnedRow = { scope: string; until: bigint; receipt: string };

async function purchases(
  tx: Tx,
  context: Context,
  { person, payee }: GrantRow,
  scope: string | undefined,
): Promise<OwnedAnswer['owned']> {
  const rows = await tx.all<OwnedRow>(
    `select e.scope, e.until, p.receipt from entitlements e join payments p on p.id = e.payment
     where e.person = $1 and e.payee = $2 and e.until > $3 and ($4 = '' or e.scope = $4)
     order by p.at desc, e.scope limit ${most}`,
    person,
    payee,
    timeNow(context),
    scope ?? '',
  );
  const owned: OwnedAnswer['owned'] = [];
  for (const row of rows) {
    const key = await keyFor(tx, context, { person, payee }, row.scope);
    const until = Number(row.until);
    owned.push({ ...row, until, ...(key === undefined ? {} : { key }) });
  }
  return owned;
}

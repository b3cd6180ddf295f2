/** Consent records: what a person was shown, in which words, and what they agreed to. Never edited. */
import { timeNow } from './clock.ts';
import type { Context } from './context.ts';
import { newId } from './ids.ts';
import type { Tx } from './store/store.ts';

/** Version of the words on the consent page; a change of words is a new one. */
export const consentTextVersion = '2026-11-26.3';

/** Bytes of the longest record. */
const maxScopeLength = 8_192;

export interface Consent {
  person: string;
  payee: string;
  origin: string;
  /** Limits, the price shown, what is set aside, what was ticked */
  scope: object;
}

export async function recordConsent(tx: Tx, context: Context, consent: Consent): Promise<void> {
  const { person, payee, origin } = consent;
  const scope = JSON.stringify(consent.scope);
  if (scope.length > maxScopeLength) throw new Error('A consent record is too long.');
  await tx.run(
    `insert into consents (id, person, payee, origin, text_version, scope, at)
     values ($1, $2, $3, $4, $5, $6, $7)`,
    newId(context, 'con'),
    person,
    payee,
    origin,
    consentTextVersion,
    scope,
    timeNow(context),
  );
}

/** @returns when the person last agreed there, before that time, that what is paid for opens at once */
export async function deliveryAgreedAt(
  tx: Tx,
  where: { person: string; payee: string; origin: string },
  before: number,
): Promise<number | undefined> {
  const row = await tx.get<{ at: bigint }>(
    `select at from consents where person = $1 and payee = $2 and origin = $3 and at <= $4
     and json_extract(scope, '$.delivery') is not null order by at desc limit 1`,
    where.person,
    where.payee,
    where.origin,
    BigInt(before),
  );
  return row && Number(row.at);
}

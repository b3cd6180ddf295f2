/** Sessions and taps as a database keeps them: what is searched by in columns, all of it as JSON text. */
import * as v from 'valibot';
import type { Session, Tap } from './session-store.ts';

const sum = v.pipe(
  v.string(),
  v.transform((text) => BigInt(text)),
);
const count = v.pipe(v.number(), v.safeInteger());

const session = v.object({
  iss: v.string(),
  sid: v.string(),
  version: count,
  payee: v.string(),
  sub: v.string(),
  grant: v.string(),
  seq: count,
  deposit: sum,
  redeemBy: count,
  voucher: v.string(),
  accepted: sum,
  signed: sum,
  spent: sum,
  undone: sum,
  claimed: sum,
  settled: sum,
  state: v.picklist(['open', 'closing', 'closed']),
  refused: v.string(),
  pending: v.boolean(),
});

const tap = v.object({
  iss: v.string(),
  sid: v.string(),
  tap: v.string(),
  sub: v.string(),
  res: v.string(),
  scope: v.string(),
  until: count,
  title: v.string(),
  price: sum,
  amount: sum,
  claimed: sum,
  told: sum,
  at: count,
  state: v.picklist(['taken', 'undone', 'failed']),
  reason: v.picklist(['tapped', 'metered']),
  voucher: v.string(),
  pending: v.boolean(),
});

/** @returns JSON text; sums are strings in it */
export const rowText = (row: Session | Tap): string =>
  JSON.stringify(row, (_key, value: unknown) =>
    typeof value === 'bigint' ? String(value) : value,
  );

/** @returns undefined for no row @throws for one that isn't ours */
export const sessionFrom = (text: unknown): Session | undefined =>
  typeof text === 'string' ? v.parse(session, JSON.parse(text)) : undefined;

export const tapFrom = (text: unknown): Tap | undefined =>
  typeof text === 'string' ? v.parse(tap, JSON.parse(text)) : undefined;

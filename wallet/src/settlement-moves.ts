/** The moves of a settlement: one transfer for each session, one row for the call, and the wallet's signed word for it. */
import { payeeUrl, signSettlement } from 'micro-pay/protocol';
import { secondsNow, timeNow } from './clock.ts';
import type { Context } from './context.ts';
import { newId } from './ids.ts';
import {
  feeAccount,
  holdAccount,
  ledgerCurrency,
  openAccount,
  payeeAccount,
  post,
  type Transfer,
} from './ledger.ts';
import type { Outcome } from './settlement-lines.ts';
import type { Tx } from './store/store.ts';

/** Posts what was decided. @returns the wallet's signed word for it; undefined when nothing moves */
export async function move(
  tx: Tx,
  context: Context,
  payee: string,
  outcomes: readonly Outcome[],
): Promise<string | undefined> {
  const moving = outcomes.filter(({ moved }) => moved > 0n);
  if (moving.length === 0) return undefined;
  const id = newId(context, 'stl');
  const gross = moving.reduce((sum, { moved }) => sum + moved, 0n);
  const fee = moving.reduce((sum, outcome) => sum + outcome.fee, 0n);
  const aud = payeeUrl(context.issuer, payee);
  const signed = await signSettlement(
    {
      iss: context.issuer,
      env: context.env,
      aud,
      jti: id,
      iat: secondsNow(context),
      cur: ledgerCurrency,
      gross: String(gross),
      fee: String(fee),
      net: String(gross - fee),
      cnt: moving.length,
    },
    context.keys.receipts,
  );
  const at = timeNow(context);
  await tx.run(
    `insert into settlements (id, payee, gross, fee, sessions, signed, at)
     values ($1, $2, $3, $4, $5, $6, $7)`,
    id,
    payee,
    gross,
    fee,
    BigInt(moving.length),
    signed,
    at,
  );
  if (fee > 0n)
    await openAccount(tx, { id: feeAccount, kind: 'fees', currency: ledgerCurrency, at });
  for (const outcome of moving) await moveOne(tx, context, id, outcome);
  return signed;
}

async function moveOne(
  tx: Tx,
  context: Context,
  settlement: string,
  { session, moved, fee }: Outcome,
): Promise<void> {
  if (!session) throw new Error('What moves has a session.');
  const { id, payee, currency } = session;
  const at = timeNow(context);
  const name = `${settlement}:${id}`;
  const [from, to] = [holdAccount(id), payeeAccount(payee)];
  const both = { currency, at };
  const transfers: Transfer[] = [
    { ...both, id: `settle:${name}`, debit: from, credit: to, amount: moved, code: 'settle' },
    { ...both, id: `fee:${name}`, debit: to, credit: feeAccount, amount: fee, code: 'fee' },
  ];
  await post(
    tx,
    context,
    transfers.filter(({ amount }) => amount > 0n),
  );
  await tx.run(
    'insert into settlement_lines (settlement, session, amount, fee) values ($1, $2, $3, $4)',
    settlement,
    id,
    moved,
    fee,
  );
  await tx.run(
    `update sessions set settled = settled + $1, fee_charged = fee_charged + $2,
     settled_at = coalesce(settled_at, $3) where id = $4`,
    moved,
    fee,
    at,
    id,
  );
}

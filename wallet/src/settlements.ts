/** `POST /settlements`: a payee turns vouchers into money, a thousand sessions in one call and one transaction. */
import {
  callerFrom,
  maxSettlementBytes,
  parseJson,
  payeeUrl,
  Problem,
  problemDetails,
  settlementRequestSchema,
  shaped,
  signSettlement,
  verifyCall,
  type SettlementAnswer,
} from 'micro-pay/protocol';
import { takeCall } from './calls.ts';
import { secondsNow, timeNow } from './clock.ts';
import type { Context } from './context.ts';
import { closeSession } from './holds.ts';
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
import { payeeOf } from './payee-keys.ts';
import { findSession } from './session-rows.ts';
import { keepItems } from './settlement-items.ts';
import { checkedLines, decideLine, type Line, type Outcome } from './settlement-lines.ts';
import type { Tx } from './store/store.ts';

export interface SentSettlement {
  authorization: string | undefined;
  /** Reads the body; a stranger's is never read */
  read: () => Promise<{ bytes: Uint8Array<ArrayBuffer>; text: string }>;
}

/** Lists of flat objects, and many of them. */
const jsonLimits = { characters: maxSettlementBytes, depth: 4 };
/** The fullest settlement has fewer, titles made of commas included; four megabytes have room for a million values. */
const maxCommas = 100_000;

/** @throws Problem and nothing moves; a line that is refused is an answer, and stops no other */
export async function settle(context: Context, sent: SentSettlement): Promise<SettlementAnswer> {
  const kid = callerFrom(sent.authorization);
  const caller = await context.store.read((tx) => payeeOf(tx, kid));
  const { bytes, text } = await sent.read();
  const expected = {
    key: caller.jwk,
    method: 'POST',
    url: `${context.issuer}/settlements`,
    body: bytes,
    now: secondsNow(context),
  };
  const call = await verifyCall(sent.authorization, expected, context.verify);
  context.limits.take('settlementsPerPayee', caller.payee);
  assertFew(bytes);
  const json = parseJson(text, 'malformed-request', jsonLimits);
  const request = shaped(settlementRequestSchema, json, 'malformed-request');
  const lines = await checkedLines(context, caller.payee, request.lines);
  return context.store.write(async (tx) => {
    await takeCall(tx, context, call);
    // It may have been taken back since.
    const { payee } = await payeeOf(tx, kid);
    const outcomes = await decided(tx, context, lines);
    const settlement = await move(tx, context, payee, outcomes);
    await keepItems(tx, context, payee, request.items ?? []);
    // A payee who got less than it claims has more to say: nothing is let go under its feet.
    const refused = outcomes.flatMap(({ problem, session }) => (problem && session?.id) ?? []);
    const closed = await close(tx, context, payee, request.close ?? [], new Set(refused));
    return {
      lines: outcomes.map((outcome) => lineAnswer(outcome, closed)),
      ...(request.close ? { closed } : {}),
      ...(settlement === undefined ? {} : { settlement }),
      now: secondsNow(context),
    };
  });
}

/** Counting is cheap; what has a million values is not parsed. */
function assertFew(bytes: Uint8Array): void {
  let commas = 0;
  for (const byte of bytes) if (byte === 0x2c) commas += 1;
  if (commas > maxCommas) throw new Problem('malformed-request');
}

async function decided(tx: Tx, context: Context, lines: readonly Line[]): Promise<Outcome[]> {
  const outcomes: Outcome[] = [];
  for (const line of lines) outcomes.push(await decideLine(tx, context, line));
  return outcomes;
}

/** Posts what was decided. @returns the wallet's signed word for it; undefined when nothing moves */
async function move(
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

/** Closes what the payee says is over. @returns those that are closed now; another payee's is passed over */
async function close(
  tx: Tx,
  context: Context,
  payee: string,
  sids: readonly string[],
  refused: ReadonlySet<string>,
): Promise<string[]> {
  const closed: string[] = [];
  for (const sid of new Set(sids)) {
    const session = await findSession(tx, sid);
    if (session?.payee !== payee) continue;
    if (session.closed_at === null && refused.has(sid)) continue;
    if (session.closed_at === null) await closeSession(tx, context, session);
    closed.push(sid);
  }
  return closed;
}

function lineAnswer(
  { session, moved, problem }: Outcome,
  closed: readonly string[],
): SettlementAnswer['lines'][number] {
  const details = problem && { ...problemDetails(problem) };
  if (!session) return details ? { problem: details } : {};
  const isClosed = session.closed_at !== null || closed.includes(session.id);
  return {
    sid: session.id,
    settled: String(session.settled + moved),
    moved: String(moved),
    ...(isClosed ? { closed: true } : {}),
    ...(details ? { problem: details } : {}),
  };
}

/** `POST /settlements`: a payee turns vouchers into money, a thousand sessions in one call and one transaction. */
import {
  maxSettlementBytes,
  parseJson,
  Problem,
  problemDetails,
  settlementRequestSchema,
  shaped,
  type SettlementAnswer,
} from 'micro-pay/protocol';
import { secondsNow } from './clock.ts';
import type { Context } from './context.ts';
import { closeSession } from './releases.ts';
import { payeeCall, takePayeeCall, type SentByPayee } from './payee-calls.ts';
import { findSession } from './session-rows.ts';
import { keepItems } from './settlement-items.ts';
import { checkedLines, decideLine, type Line, type Outcome } from './settlement-lines.ts';
import { move } from './settlement-moves.ts';
import type { Tx } from './store/store.ts';

/** Lists of flat objects, and many of them. */
const jsonLimits = { characters: maxSettlementBytes, depth: 4 };
/** The fullest settlement has fewer, titles made of commas included; four megabytes have room for a million values. */
const maxCommas = 100_000;

/** @throws Problem and nothing moves; a line that is refused is an answer, and stops no other */
export async function settle(context: Context, sent: SentByPayee): Promise<SettlementAnswer> {
  const caller = await payeeCall(context, sent);
  const { bytes, text } = caller;
  context.limits.take('settlementsPerPayee', caller.payee);
  assertFew(bytes);
  const json = parseJson(text, 'malformed-request', jsonLimits);
  const request = shaped(settlementRequestSchema, json, 'malformed-request');
  const lines = await checkedLines(context, caller.payee, request.lines);
  return context.store.write(async (tx) => {
    const payee = await takePayeeCall(tx, context, caller);
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

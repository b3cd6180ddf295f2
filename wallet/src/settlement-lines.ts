/** Lines of a settlement: a voucher each, and what is claimed of it. What is checked before anything is locked, and what inside. */
import {
  amountFrom,
  jwkSchema,
  parseVoucher,
  Problem,
  shaped,
  verifyJws,
  type SettlementRequest,
} from 'micro-pay/protocol';
import { timeNow } from './clock.ts';
import type { Context } from './context.ts';
import { findSession, type SessionRow } from './session-rows.ts';
import type { Tx } from './store/store.ts';

type SentLine = SettlementRequest['lines'][number];

/** A line whose signature is good; or why it is refused, and which session of this payee it names, if it names one. */
export type Line =
  { sid: string; cum: bigint; claim: bigint } | { sid: string | undefined; problem: Problem };

/** All that doesn't depend on how much was taken: a thousand signatures take a second, and no writer waits for them. */
export async function checkedLines(
  context: Context,
  payee: string,
  sent: readonly SentLine[],
): Promise<Line[]> {
  const lines: Line[] = [];
  const seen = new Set<string>();
  for (const one of sent) lines.push(await checked(context, payee, one, seen));
  return lines;
}

async function checked(
  context: Context,
  payee: string,
  sent: SentLine,
  seen: Set<string>,
): Promise<Line> {
  let sid: string | undefined;
  try {
    const { jws, voucher } = parseVoucher(sent.voucher, 'malformed-credential');
    const [cum, claim] = [amountFrom(voucher.cum), amountFrom(sent.claim)];
    const session = await context.store.read((tx) => findSession(tx, voucher.sid));
    const refused = new Problem('verification-failed');
    // Another payee's session is no better than one that never was.
    if (session?.payee !== payee) throw refused;
    sid = session.id;
    // One session has one line: of a second one nobody could say which was meant.
    if (seen.has(sid)) throw new Problem('id-reused');
    seen.add(sid);
    if (jws.kid !== session.jkt) throw refused;
    if (claim > cum) throw refused;
    const key = shaped(jwkSchema, JSON.parse(session.jwk), 'internal-error');
    await verifyJws(jws, key, context.verify, 'verification-failed');
    return { sid, cum, claim };
  } catch (error) {
    if (error instanceof Problem) return { sid, problem: error };
    throw error;
  }
}

/** What becomes of one line. */
export interface Outcome {
  /** As it was before */
  session: SessionRow | undefined;
  /** Nothing where it is settled already */
  moved: bigint;
  fee: bigint;
  problem?: Problem;
}

/** Decides a line by the state inside the transaction; nothing is written. */
export async function decideLine(tx: Tx, context: Context, line: Line): Promise<Outcome> {
  const session = line.sid === undefined ? undefined : await findSession(tx, line.sid);
  const refuse = (problem: Problem): Outcome => ({ session, moved: 0n, fee: 0n, problem });
  if ('problem' in line) return refuse(line.problem);
  if (!session) throw new Error('A session is gone.');
  if (line.cum > session.deposit) return refuse(new Problem('payment-insufficient'));
  if (line.claim <= session.settled) return { session, moved: 0n, fee: 0n };
  if (session.closed_at !== null) return refuse(new Problem('session-ended'));
  if (timeNow(context) > session.rby) return refuse(new Problem('session-ended'));
  const moved = line.claim - session.settled;
  const due = feeOf(context, line.claim, session.fee_charged);
  // A rate that rose meanwhile takes no more than what comes in.
  return { session, moved, fee: due < moved ? due : moved };
}

/** Of all that was ever taken of a session, so that many small settlements cost what one large one costs; never less than nothing. */
function feeOf({ policy }: Context, claim: bigint, charged: bigint): bigint {
  const inAll = (claim * BigInt(policy.payeeFeeBps)) / 10_000n;
  return inAll > charged ? inAll - charged : 0n;
}

/** Settling: vouchers become money, many sessions in one call. What is asked for is written down first, so a lost answer moves nothing twice. */
import { maxSettlementLines } from '../../protocol/settlement.ts';
import type { Settings } from '../settings.ts';
import { changing } from './changing.ts';
import { prepared, type Line } from './due.ts';
import type { SessionSettings } from './session-options.ts';
import { settleAtWallet, type LineAnswer } from './settlement-call.ts';
import { ending, refusing, telling } from './tab.ts';

/** What one run of settling came to. Sums are in units of the ledger. */
export interface Settled {
  /** Sessions the wallet was asked about */
  lines: number;
  /** What moved now */
  moved: string;
  /** What each call was answered with, `micropay-settlement+jwt` by the wallet: for the books */
  settlements: string[];
  /** Sessions the wallet would not settle, and why */
  refused: { sid: string; code: string }[];
  /** Sessions that are over, and their rest given back */
  closed: string[];
}

/** Bytes of vouchers in one call: its body stays well below the wallet's bound. */
const maxVoucherBytes = 3_000_000;
/** Each run gets something done, or is the last. */
const maxSweeps = 100;

/** @throws Problem when a call could not be made; what was settled before it is */
export async function settleAll(
  sessions: SessionSettings,
  settings: Settings,
  { everything = false }: { everything?: boolean | undefined } = {},
): Promise<Settled> {
  const sum: Settled = { lines: 0, moved: '0', settlements: [], refused: [], closed: [] };
  for (let sweeps = 0; sweeps < maxSweeps; sweeps++)
    if (!(await sweep(sessions, settings, everything, sum))) break;
  await sessions.store.forget(Math.floor(settings.now() / 1000));
  return sum;
}

/** All sessions, by id, in as few calls as can be. @returns whether some had more taps than one call can tell of */
async function sweep(
  sessions: SessionSettings,
  settings: Settings,
  everything: boolean,
  sum: Settled,
): Promise<boolean> {
  let batch: Line[] = [];
  let hasMore = false;
  for (let after = ''; ;) {
    const page = await sessions.store.pending(sessions.payee, after, maxSettlementLines);
    for (const { iss, sid } of page) {
      const line = await prepared({ iss, sid }, sessions, settings, everything);
      if (!line) continue;
      hasMore ||= line.hasMore;
      if (!fits(batch, line)) {
        await settleBatch(batch, sessions, settings, sum);
        batch = [];
      }
      batch.push(line);
    }
    const last = page.at(-1);
    if (!last || page.length < maxSettlementLines) break;
    after = last.sid;
  }
  if (batch.length > 0) await settleBatch(batch, sessions, settings, sum);
  return hasMore;
}

function fits(batch: readonly Line[], line: Line): boolean {
  const all = [...batch, line];
  const items = all.reduce((count, { taps }) => count + taps.length, 0);
  const bytes = all.reduce((length, { voucher }) => length + voucher.length, 0);
  return (
    all.length <= maxSettlementLines && items <= maxSettlementLines && bytes <= maxVoucherBytes
  );
}

async function settleBatch(
  batch: readonly Line[],
  sessions: SessionSettings,
  settings: Settings,
  sum: Settled,
): Promise<void> {
  const { answers, closed, settlement } = await settleAtWallet(batch, sessions, settings);
  if (settlement) sum.settlements.push(settlement);
  for (const [i, line] of batch.entries()) {
    const answer = answers[i];
    if (!answer) continue;
    const isClosed = closed.has(line.key.sid);
    await apply(line, answer, isClosed, sessions);
    if (isClosed) sum.closed.push(line.key.sid);
    sum.lines += 1;
    sum.moved = String(BigInt(sum.moved) + BigInt(answer.moved ?? '0'));
    if (answer.refused === undefined) continue;
    sum.refused.push({ sid: line.key.sid, code: answer.refused });
    settings.onError(new Error(`paywall: ${line.key.sid} was not settled: ${answer.refused}.`));
  }
}

/** Read and written anew: taps may have come meanwhile. */
const apply = (line: Line, answer: LineAnswer, isClosed: boolean, sessions: SessionSettings) =>
  changing(sessions, line.key, undefined, async ({ session }) => {
    if (!session) return { result: undefined };
    if (answer.refused !== undefined)
      return { result: undefined, write: [refusing(session, answer.refused), []] };
    const untold = await sessions.store.untold(line.key, maxSettlementLines);
    const told = new Map(line.taps.map(({ tap, claimed }) => [tap, claimed]));
    const [after, taps] = telling(session, BigInt(answer.settled ?? '0'), untold, told);
    return { result: undefined, write: [isClosed ? ending(after, 'closed') : after, taps] };
  });

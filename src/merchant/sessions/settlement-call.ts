/** `POST /settlements` at the wallet. */
import { Problem, isProblemCode } from '../../protocol/problem.ts';
import {
  parseSettlement,
  settlementAnswerSchema,
  type SettlementAnswer,
  type SettlementItem,
  type SettlementRequest,
} from '../../protocol/settlement.ts';
import { printable, shaped } from '../../protocol/shape.ts';
import type { Settings } from '../settings.ts';
import { callWallet } from '../wallet-call.ts';
import type { Line } from './due.ts';
import type { SessionSettings } from './session-options.ts';

export interface LineAnswer {
  /** Settled in all */
  settled?: string;
  moved?: string;
  /** Why not, a problem's code */
  refused?: string;
}

export interface CallAnswer {
  /** One for each line, in order */
  answers: LineAnswer[];
  closed: ReadonlySet<string>;
  settlement: string | undefined;
}

export async function settleAtWallet(
  batch: readonly Line[],
  sessions: SessionSettings,
  settings: Settings,
): Promise<CallAnswer> {
  const signed = batch.filter(({ voucher }) => voucher);
  const body = requestFor(batch, signed, sessions);
  const sent = await callWallet('/settlements', body, sessions, settings);
  const answer = shaped(settlementAnswerSchema, sent, 'unavailable');
  if (answer.lines.length !== signed.length) throw new Problem('unavailable');
  const byLine = new Map(signed.map((line, i) => [line, answer.lines[i]] as const));
  const settlement = answer.settlement && (await believed(answer.settlement, settings));
  return {
    answers: batch.map((line) => lineAnswer(byLine.get(line))),
    closed: new Set([
      ...(answer.closed ?? []),
      ...signed.flatMap(({ key }, i) => (answer.lines[i]?.closed ? [key.sid] : [])),
    ]),
    settlement: settlement || undefined,
  };
}

function lineAnswer(line: SettlementAnswer['lines'][number] | undefined): LineAnswer {
  if (!line) return {};
  const { settled, moved, problem } = line;
  if (problem) return { refused: isProblemCode(problem.code) ? problem.code : 'unavailable' };
  return { ...(settled && { settled }), ...(moved && { moved }) };
}

function requestFor(
  batch: readonly Line[],
  signed: readonly Line[],
  { titles }: SessionSettings,
): SettlementRequest {
  const items = batch.flatMap(({ taps }) =>
    taps.map(({ sid, tap, claimed, reason, at, title }): SettlementItem => {
      const told = titles ? printable(title, 80) : '';
      return { sid, tap, amount: String(claimed), reason, at, ...(told && { title: told }) };
    }),
  );
  const close = batch.flatMap((line) => (line.close ? [line.key.sid] : []));
  return {
    lines: signed.map(({ voucher, claim }) => ({ voucher, claim: String(claim) })),
    ...(close.length > 0 && { close }),
    ...(items.length > 0 && { items }),
  };
}

/** It moved either way; what the wallet's own key did not sign is no paper for the books. */
async function believed(text: string, { keys, onError }: Settings): Promise<string | undefined> {
  try {
    await keys.verify(parseSettlement(text, 'verification-failed').jws);
    return text;
  } catch (error) {
    onError(error);
    return undefined;
  }
}

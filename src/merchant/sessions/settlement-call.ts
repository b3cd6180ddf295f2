/** `POST /settlements` at the wallet, under a proof by the payee's key that is made anew for each call. */
import { authorizeCall } from '../../protocol/call.ts';
import { base64url, parseJson, textFrom, utf8 } from '../../protocol/encoding.ts';
import { Problem, problemFrom, isProblemCode } from '../../protocol/problem.ts';
import {
  parseSettlement,
  settlementAnswerSchema,
  type SettlementAnswer,
  type SettlementItem,
  type SettlementRequest,
} from '../../protocol/settlement.ts';
import { printable, shaped } from '../../protocol/shape.ts';
import { bytesOf } from '../body.ts';
import type { Settings } from '../settings.ts';
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

const timeoutMs = 30_000;
/** A thousand lines of some hundred characters each. */
const limits = { characters: 1_000_000, depth: 6 };

export async function callWallet(
  batch: readonly Line[],
  sessions: SessionSettings,
  settings: Settings,
): Promise<CallAnswer> {
  const signed = batch.filter(({ voucher }) => voucher);
  const body = utf8(JSON.stringify(requestFor(batch, signed, sessions)));
  const sent = await send(body, sessions, settings);
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

/** @throws Problem that the wallet answered with, or `wallet-unreachable` */
async function send(
  body: Uint8Array<ArrayBuffer>,
  sessions: SessionSettings,
  settings: Settings,
): Promise<unknown> {
  const url = `${settings.payee.wallet}/settlements`;
  const iat = Math.floor(settings.now() / 1000) + sessions.clock.offset;
  const jti = `set_${base64url(settings.random(16))}`;
  const call = { method: 'POST', url, body, iat, jti } as const;
  const authorization = await authorizeCall(call, await sessions.signer());
  const answer = await reached(
    settings.fetch(url, {
      method: 'POST',
      body,
      headers: { authorization, 'content-type': 'application/json' },
      redirect: 'error',
      credentials: 'omit',
      signal: AbortSignal.timeout(timeoutMs),
    }),
  );
  keepTime(answer, sessions, settings);
  const bytes = await reached(bytesOf(answer.body, limits.characters, 'unavailable'));
  const json = parseJson(textFrom(bytes, 'unavailable'), 'unavailable', limits);
  if (!answer.ok) throw problemFrom(json, 'unavailable');
  return json;
}

async function reached<T>(sent: Promise<T>): Promise<T> {
  try {
    return await sent;
  } catch (cause) {
    if (cause instanceof Problem) throw cause;
    throw new Problem('wallet-unreachable', { moneyMoved: 'unknown', cause });
  }
}

/** The next proof is dated by the wallet's clock, whatever ours says. */
function keepTime({ headers }: Response, sessions: SessionSettings, { now }: Settings): void {
  const date = Date.parse(headers.get('date') ?? '');
  if (Number.isFinite(date)) sessions.clock.offset = Math.round((date - now()) / 1000);
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

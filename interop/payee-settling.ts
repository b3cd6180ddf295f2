/** Vouchers become money: `POST /settlements` under a call proof by the payee's key. */
import {
  authorizeCall,
  settlementAnswerSchema,
  shaped,
  utf8,
  type SettlementAnswer,
  type SettlementRequest,
  type Signer,
} from '../src/protocol/index.ts';
import { fresh } from './payer.ts';
import { earned, type Session } from './payee-sessions.ts';

/** All that is due, at once; a call takes a thousand lines, and as many taps. @returns what moved */
export async function settleAll(
  sessions: ReadonlyMap<string, Session>,
  by: { wallet: string; key: Signer },
): Promise<bigint> {
  const due = [...sessions].filter(
    ([, session]) => session.state === 'closing' || earned(session) > session.settled,
  );
  const taps = due
    .flatMap(([, session]) => [...session.taps.values()])
    .filter(({ state, claimed }) => state === 'taken' && !claimed);
  // Before it is asked for: a lost answer is asked for again then, and nothing is undone here that was settled there.
  for (const tap of taps) tap.claimed = true;
  const { lines, closed = [] } = await ask(by, {
    lines: due.map(([, session]) => ({
      voucher: session.voucher,
      claim: String(earned(session)),
    })),
    close: due.flatMap(([sid, { state }]) => (state === 'closing' ? [sid] : [])),
    items: taps.map(({ sid, tap, amount, at }) => ({
      sid,
      tap,
      at,
      amount: String(amount),
      reason: 'tapped',
    })),
  });
  for (const [i, [sid, session]] of due.entries()) {
    session.settled = BigInt(lines[i]?.settled ?? session.settled);
    if (closed.includes(sid)) session.state = 'closed';
  }
  return lines.reduce((sum, { moved = '0' }) => sum + BigInt(moved), 0n);
}

async function ask(
  { wallet, key }: { wallet: string; key: Signer },
  asked: SettlementRequest,
): Promise<SettlementAnswer> {
  const url = `${wallet}/settlements`;
  const body = JSON.stringify(asked);
  const iat = Math.floor(Date.now() / 1000);
  const call = { method: 'POST', url, body: utf8(body), iat, jti: fresh('set_') } as const;
  const authorization = await authorizeCall(call, key);
  const headers = { 'content-type': 'application/json', authorization };
  const response = await fetch(url, { method: 'POST', headers, body });
  if (!response.ok) throw new Error(await response.text());
  return shaped(settlementAnswerSchema, await response.json(), 'unavailable');
}

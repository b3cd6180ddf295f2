/** A wallet's side of settling, by the protocol's own functions: it checks every proof and voucher, and keeps what moved. Only the network is not there. */
import * as v from 'valibot';
import { verifyCall } from '../../../src/protocol/call.ts';
import { jwksPath } from '../../../src/protocol/discovery.ts';
import { strictVerify } from '../../../src/protocol/ed25519.ts';
import { verifyJws } from '../../../src/protocol/jws.ts';
import type { Jwk, Signer } from '../../../src/protocol/keys.ts';
import { Problem, problemDetails } from '../../../src/protocol/problem.ts';
import {
  settlementRequestSchema,
  signSettlement,
  type SettlementItem,
  type SettlementRequest,
} from '../../../src/protocol/settlement.ts';
import { parseVoucher } from '../../../src/protocol/voucher.ts';
import { payee, signerOf, wallet, type Shop } from '../support.ts';

interface Account {
  key: Jwk;
  settled: bigint;
  redeemBy: number;
  closed: boolean;
}

export interface FakeWallet {
  fetch: typeof fetch;
  clock: { seconds: number };
  accounts: Map<string, Account>;
  /** What each call asked for */
  requests: SettlementRequest[];
  /** Ids of the proofs */
  proofs: string[];
  /** Transfers: one for each session and call that moved something */
  transfers: { sid: string; amount: bigint }[];
  /** What payers' statements were told, by session and tap */
  items: Map<string, SettlementItem>;
  /** How the next calls go: `away` before they arrive, `lost` after they were done, `busy` without being looked at */
  next: ('away' | 'lost' | 'busy')[];
  /** Sessions it will not settle */
  refuses: Map<string, Problem>;
  open: (sid: string, key: Jwk, redeemBy: number) => void;
}

export async function fakeWallet(walletKey: Signer): Promise<FakeWallet> {
  const { jwk } = await signerOf('payee');
  const self: FakeWallet = {
    clock: { seconds: 0 },
    accounts: new Map(),
    requests: [],
    proofs: [],
    transfers: [],
    items: new Map(),
    next: [],
    refuses: new Map(),
    open: (sid, key, redeemBy) =>
      void self.accounts.set(sid, { key, redeemBy, settled: 0n, closed: false }),
    fetch: async (input, init) => {
      const request = new Request(input, init);
      if (request.url.endsWith(jwksPath)) return Response.json({ keys: [walletKey.jwk] });
      const how = self.next.shift();
      if (how === 'away') throw new TypeError('fetch failed');
      if (how === 'busy') return answerOf(new Problem('unavailable'), self);
      const answer = await settle(request).catch((error: unknown) => {
        if (error instanceof Problem) return answerOf(error, self);
        throw error;
      });
      if (how === 'lost') throw new TypeError('terminated');
      return answer;
    },
  };

  const settle = async (request: Request): Promise<Response> => {
    const body = new Uint8Array(await request.arrayBuffer());
    const { url, method, headers } = request;
    const expected = { key: jwk, method, url, body, now: self.clock.seconds };
    const { jti } = await verifyCall(headers.get('authorization'), expected, strictVerify);
    if (self.proofs.includes(jti)) throw new Problem('proof-invalid');
    self.proofs.push(jti);
    const asked = v.parse(settlementRequestSchema, JSON.parse(new TextDecoder().decode(body)));
    self.requests.push(asked);
    const lines = [];
    let gross = 0n;
    for (const line of asked.lines)
      try {
        const moved = await redeem(line);
        gross += moved.moved;
        lines.push({ sid: moved.sid, settled: String(moved.settled), moved: String(moved.moved) });
      } catch (error) {
        if (!(error instanceof Problem)) throw error;
        lines.push({ problem: { code: error.code } });
      }
    for (const item of asked.items ?? []) self.items.set(`${item.sid} ${item.tap}`, item);
    const closed = (asked.close ?? []).filter((sid) => self.accounts.has(sid));
    for (const sid of closed) self.accounts.get(sid)!.closed = true;
    const settlement = await signSettlement(
      {
        iss: wallet,
        env: 'live',
        aud: payee,
        jti: `stl_${self.requests.length}0000000`,
        iat: self.clock.seconds,
        cur: 'usd-micro',
        gross: String(gross),
        fee: '0',
        net: String(gross),
        cnt: lines.length,
      },
      walletKey,
    );
    const now = self.clock.seconds;
    return dated(Response.json({ lines, closed, ...(gross > 0n && { settlement }), now }), self);
  };

  const redeem = async ({ voucher: text, claim }: SettlementRequest['lines'][number]) => {
    const { jws, voucher } = parseVoucher(text, 'verification-failed');
    const account = self.accounts.get(voucher.sid);
    if (!account || account.closed) throw new Problem('session-ended');
    const refused = self.refuses.get(voucher.sid);
    if (refused) throw refused;
    if (self.clock.seconds > account.redeemBy) throw new Problem('session-ended');
    await verifyJws(jws, account.key, strictVerify, 'verification-failed');
    if (BigInt(claim) > BigInt(voucher.cum)) throw new Problem('payment-insufficient');
    const moved = BigInt(claim) > account.settled ? BigInt(claim) - account.settled : 0n;
    account.settled += moved;
    if (moved > 0n) self.transfers.push({ sid: voucher.sid, amount: moved });
    return { sid: voucher.sid, settled: account.settled, moved };
  };
  return self;
}

const answerOf = (problem: Problem, self: FakeWallet): Response =>
  dated(Response.json(problemDetails(problem), { status: problem.status }), self);

function dated(answer: Response, { clock }: FakeWallet): Response {
  answer.headers.set('date', new Date(clock.seconds * 1000).toUTCString());
  return answer;
}

/** The wallet's clock goes with the shop's, unless a test sets it. */
export function moveTo(seconds: number, news: Pick<Shop, 'clock'>, bank: FakeWallet): void {
  news.clock.seconds = seconds;
  bank.clock.seconds = seconds;
}

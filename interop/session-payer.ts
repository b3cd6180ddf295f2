/**
 * A session as its payer keeps it, written from docs/sessions.md alone: what is reserved, what was got, and what is signed of it.
 * Sums are in units of the ledger. A payer that lives longer than this one stores each credential before it leaves, and sends the
 * same again until it is answered.
 */
import {
  decodeJson,
  inLedgerUnits,
  nativeVerify,
  parseGrant,
  parseTapReceipt,
  sessionAnswerSchema,
  sessionRequestFrom,
  shaped,
  signProof,
  signVoucher,
  verifyJws,
  type Grant,
  type SessionPayload,
  type TapReceipt,
} from '../src/protocol/index.ts';
import { fresh, type Asked, type Payer } from './payer.ts';

export interface SessionPayer {
  sid: () => string;
  /** Got, and to be paid for */
  owed: () => bigint;
  /** What buys `res` (method, path and query); what is reserved is made or made larger first, where it must be */
  tap: (asked: Asked, res: string) => Promise<SessionPayload>;
  /** A voucher for so many units at once, to send with HEAD: it takes no tap */
  raise: (asked: Asked, res: string, units: number) => Promise<SessionPayload>;
  /** A larger deposit, with nothing bought */
  topUp: () => Promise<SessionPayload>;
  undo: (tap: string) => Promise<SessionPayload>;
  close: () => Promise<SessionPayload>;
  /** A good answer came. @param header its `Payment-Receipt`; without one there was nothing to pay */
  heard: (header: string | null) => Promise<TapReceipt | undefined>;
  /** It was taken back */
  undone: (receipt: Pick<TapReceipt, 'amt'>) => void;
}

interface Hold {
  grant: string;
  says: Grant;
}

/** @param part what is reserved at a time */
export function sessionOf(payer: Payer, part: bigint): SessionPayer {
  const { key, payee } = payer;
  let hold: Hold | undefined;
  let owed = 0n;
  /** The number of the grant that the payee's server has answered to */
  let shown: number | undefined;

  const known = (): Hold => {
    if (!hold) throw new Error('There is no session yet.');
    return hold;
  };
  const grantFrom = async (path: string, body: object): Promise<Hold> => {
    const answer = shaped(sessionAnswerSchema, await payer.call(path, body), 'malformed-request');
    const { grant } = parseGrant(answer.grant, 'verification-failed');
    return (hold = { grant: answer.grant, says: grant });
  };
  const grow = async ({ says }: Hold): Promise<Hold> =>
    grantFrom(`/sessions/${says.jti}/topup`, { seq: says.seq + 1, amount: String(part) });
  const reserving = async (sum: bigint): Promise<Hold> => {
    const held = hold ?? (await grantFrom('/sessions', { gnt: payer.gnt, amount: String(part) }));
    return sum <= BigInt(held.says.dep) ? held : grow(held);
  };
  const voucherFor = async (
    { id, request }: Asked,
    res: string,
    units: bigint,
  ): Promise<SessionPayload> => {
    const { amount } = inLedgerUnits(sessionRequestFrom(request, 'invalid-challenge'));
    const cum = owed + units * amount;
    const { grant, says } = await reserving(cum);
    const { jti: sessionId, seq } = says;
    const claims = { sid: sessionId, cum: String(cum), cid: id, tap: fresh('tap_'), res };
    const voucher = await signVoucher({ ...claims, amt: String(amount) }, key);
    if (shown === undefined) return { action: 'open', grant, voucher };
    return { action: 'voucher', sessionId, voucher, ...(shown < seq && { grant }) };
  };
  const proof = (cid: string): Promise<string> =>
    signProof({ aud: payee, cid, iat: Math.floor(Date.now() / 1000) }, key);

  return {
    sid: () => known().says.jti,
    owed: () => owed,
    tap: (asked, res) => voucherFor(asked, res, 1n),
    raise: (asked, res, units) => voucherFor(asked, res, BigInt(units)),
    topUp: async () => {
      const { grant, says } = await grow(known());
      return { action: 'topUp', sessionId: says.jti, grant };
    },
    undo: async (tap) => ({
      action: 'undo',
      sessionId: known().says.jti,
      tap,
      proof: await proof(tap),
    }),
    close: async () => {
      const { jti: sessionId } = known().says;
      return { action: 'close', sessionId, proof: await proof(sessionId) };
    },
    heard: async (header) => {
      const { says } = known();
      shown = says.seq;
      if (header === null) return undefined;
      const receipt = await believed(header, says);
      owed += BigInt(receipt.amt);
      return receipt;
    },
    undone: ({ amt }) => void (owed -= BigInt(amt)),
  };
}

/** The payee's word, by one of the keys that the wallet named. @throws Problem `receipt-invalid` */
async function believed(header: string, { jti, pks = [] }: Grant): Promise<TapReceipt> {
  const code = 'receipt-invalid';
  const text: unknown = Reflect.get(Object(decodeJson(header, code)), 'receipt');
  const { jws, receipt } = parseTapReceipt(text, code);
  const checks = pks.map((x) =>
    verifyJws(jws, { kty: 'OKP', crv: 'Ed25519', x }, nativeVerify, code),
  );
  await Promise.any(checks);
  if (receipt.sid !== jti) throw new Error('It is of another session.');
  return receipt;
}

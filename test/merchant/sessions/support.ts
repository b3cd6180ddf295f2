/** A paywall that sells by session, a wallet made of the protocol's own functions, and a reader who taps. */
import { createHash } from 'node:crypto';
import { base64url } from '../../../src/protocol/encoding.ts';
import { challengesFrom, type Challenge } from '../../../src/protocol/challenge.ts';
import { signGrant, type Grant } from '../../../src/protocol/grant.ts';
import type { Signer } from '../../../src/protocol/keys.ts';
import { signProof, type Proof } from '../../../src/protocol/proof.ts';
import { signVoucher, type Voucher } from '../../../src/protocol/voucher.ts';
import type {
  Deliver,
  ItemSource,
  PaywallOptions,
  PayeeKey,
  Session,
  SessionOptions,
  Tap,
} from '../../../src/merchant/index.ts';
import {
  article,
  grantFor,
  offering,
  payee,
  shop,
  signerOf,
  startSeconds,
  wallet,
  type Shop,
} from '../support.ts';

export const sid = 'ses_12345678';
export const key = { iss: wallet, sid };
/** 2¢ in units of the ledger */
export const price = 20_000n;
export const deposit = 200_000n;

/** The payee's key, the same in every run. */
export async function payeeKey(word = 'payee'): Promise<PayeeKey> {
  const { jwk } = await signerOf(word);
  return { ...jwk, d: base64url(new Uint8Array(createHash('sha256').update(word).digest())) };
}

type Options = Partial<Omit<PaywallOptions, 'sessions'>> & { sessions?: Partial<SessionOptions> };

export const sessionShop = async ({ sessions, ...options }: Options = {}): Promise<Shop> =>
  shop({ ...options, sessions: { key: await payeeKey(), ...sessions } });

/** The row of a session as its store keeps it. */
export const sessionOf = async (news: Shop, id = sid): Promise<Session | undefined> =>
  (await news.store.sessions?.find({ iss: wallet, sid: id }))?.session;

export const tapOf = async (news: Shop, tap: string, id = sid): Promise<Tap | undefined> =>
  (await news.store.sessions?.find({ iss: wallet, sid: id }, tap))?.tap;

/** The sums of a session, for a glance. */
export async function sumsOf(news: Shop, id = sid): Promise<Record<string, bigint> | undefined> {
  const session = await sessionOf(news, id);
  if (!session) return undefined;
  const { accepted, spent, undone, claimed, settled } = session;
  return { accepted, spent, undone, claimed, settled };
}

export const challengesOf = (answer: Response): Challenge[] =>
  challengesFrom(answer.headers.get('www-authenticate') ?? '');

export const sessionChallengeOf = (answer: Response): Challenge => {
  const found = challengesOf(answer).find(({ intent }) => intent === 'session');
  if (!found) throw new Error(`no session's challenge came with ${answer.status}`);
  return found;
};

export const codeOf = async (answer: Response): Promise<unknown> => [
  answer.status,
  ((await answer.json()) as { code: unknown }).code,
];

export const resOf = (url: string): string => `GET ${new URL(url).pathname}${new URL(url).search}`;

export interface TapChanges {
  url?: string;
  tap?: string;
  /** What is signed for in all; by default what is owed, and the price */
  cum?: bigint;
  voucher?: Partial<Voucher>;
  /** The voucher's bytes, as they are */
  text?: string;
  /** Sends the grant along, `open`ing */
  open?: boolean;
  /** With a further tap */
  grant?: string;
  key?: Signer;
  challenge?: Challenge;
  method?: string;
  headers?: Record<string, string>;
  payload?: Record<string, unknown>;
}

export interface Reader {
  session: Signer;
  grant: string;
  challenge: Challenge;
  /** What was got and is paid for */
  owed: bigint;
  /** A voucher by itself */
  voucher: (changes?: TapChanges) => Promise<string>;
  /** A request that taps; nothing is counted yet */
  tapping: (changes?: TapChanges) => Promise<Request>;
  /** Taps as a page does: the first time with the grant; what was answered well is owed */
  tap: (
    url?: string,
    changes?: TapChanges,
    deliver?: Deliver,
    item?: ItemSource,
  ) => Promise<Response>;
  /** A request with any payload of a session */
  asking: (
    payload: Record<string, unknown>,
    init?: { url?: string; method?: string; headers?: Record<string, string> },
  ) => Request;
  proof: (cid: string, changes?: Partial<Proof>, by?: Signer) => Promise<string>;
  undoing: (tap: string, changes?: Partial<Proof>) => Promise<Request>;
  closing: () => Promise<Request>;
}

export const grantOf = async (
  { walletKey }: Pick<Shop, 'walletKey'>,
  session: Signer,
  changes: Partial<Grant> = {},
): Promise<string> =>
  signGrant(
    grantFor(session, {
      jti: sid,
      dep: String(deposit),
      rby: startSeconds + 86_400,
      ...changes,
    }),
    walletKey,
  );

/** Someone whose wallet reserved a sum for this paywall. */
export async function reader(news: Shop, changes: Partial<Grant> = {}): Promise<Reader> {
  const session = await signerOf('session');
  const grant = await grantOf(news, session, changes);
  const id = changes.jti ?? sid;
  let taps = 0;
  const self: Reader = {
    session,
    grant,
    challenge: sessionChallengeOf(await news.ask(new Request(article))),
    owed: 0n,
    voucher: async (more = {}) => {
      const { url = article, challenge = self.challenge, cum = self.owed + price } = more;
      const claims: Voucher = {
        sid: id,
        cum: String(cum),
        cid: challenge.id,
        tap: more.tap ?? `tap_${id.slice(4)}_${String((taps += 1)).padStart(6, '0')}`,
        res: resOf(url),
        amt: String(price),
        ...more.voucher,
      };
      return signVoucher(claims, more.key ?? session);
    },
    tapping: async (more = {}) => {
      const { url = article, challenge = self.challenge } = more;
      const voucher = more.text ?? (await self.voucher(more));
      const opens = more.open ?? self.owed === 0n;
      const payload = opens
        ? { action: 'open', grant: more.grant ?? grant, voucher }
        : { action: 'voucher', sessionId: id, voucher, ...(more.grant && { grant: more.grant }) };
      const { method = 'GET', headers = {} } = more;
      return offering(challenge, { ...payload, ...more.payload }, { url, method, headers });
    },
    tap: async (url = article, more = {}, deliver, item) => {
      const answer = await news.ask(await self.tapping({ url, ...more }), deliver, item);
      if (answer.headers.has('payment-receipt')) self.owed += price;
      return answer;
    },
    asking: (payload, { url = article, method = 'HEAD', headers = {} } = {}) =>
      offering(self.challenge, payload, { url, method, headers }),
    proof: async (cid, more = {}, by = session) =>
      signProof({ aud: payee, cid, iat: news.clock.seconds, ...more }, by),
    undoing: async (tap, more = {}) =>
      self.asking(
        { action: 'undo', sessionId: id, tap, proof: await self.proof(tap, more) },
        { method: 'GET' },
      ),
    closing: async () =>
      self.asking({ action: 'close', sessionId: id, proof: await self.proof(id) }),
  };
  return self;
}

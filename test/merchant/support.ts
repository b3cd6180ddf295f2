/** A wallet made of the protocol's own functions, a clock that stands still, and a paid article to try them on. */
import { createHash } from 'node:crypto';
import * as noble from '@noble/ed25519';
import { challengesFrom, type Challenge } from '../../src/protocol/challenge.ts';
import { chargeRequestFrom } from '../../src/protocol/charge-request.ts';
import { formatCredential } from '../../src/protocol/credential.ts';
import { jwksPath } from '../../src/protocol/discovery.ts';
import { signGrant, type Grant } from '../../src/protocol/grant.ts';
import { jwkFrom, thumbprint, type Signer } from '../../src/protocol/keys.ts';
import { signProof, type Proof } from '../../src/protocol/proof.ts';
import { signReceipt, type Receipt } from '../../src/protocol/receipt.ts';
import {
  memoryStore,
  paywall,
  type Deliver,
  type ItemSource,
  type Paywall,
  type PaywallOptions,
  type PaywallStore,
} from '../../src/merchant/index.ts';

export const startSeconds = 1_795_000_000;
export const wallet = 'https://wallet.example';
export const payee = `${wallet}/~news`;
export const site = 'https://news.example';
export const article = `${site}/articles/1`;
export const secret = 'a secret of at least thirty-two characters';

/** A key that is the same in every run, named by a word. */
export async function signerOf(word: string): Promise<Signer> {
  const seed = new Uint8Array(createHash('sha256').update(word).digest());
  const jwk = jwkFrom(await noble.getPublicKeyAsync(seed));
  const sign = (message: Uint8Array) => noble.signAsync(message, seed);
  return { kid: await thumbprint(jwk), jwk, sign };
}

export interface Shop {
  clock: { seconds: number };
  /** Signs receipts and grants */
  walletKey: Signer;
  /** What the wallet publishes, and how often it was asked */
  published: { keys: object[]; requests: string[]; down: boolean };
  store: PaywallStore & { calls: string[] };
  errors: unknown[];
  pay: Paywall;
  ask: (request: Request, deliver?: Deliver, item?: ItemSource) => Promise<Response>;
  /** A fresh challenge, as a visitor gets it */
  challenge: (url?: string, init?: RequestInit) => Promise<Challenge>;
}

const read: Deliver = () => new Response('The article');

/** A paywall of its own, with its wallet, clock and store. */
export async function shop(options: Partial<PaywallOptions> = {}): Promise<Shop> {
  const clock = { seconds: startSeconds };
  const walletKey = await signerOf('wallet');
  const published: Shop['published'] = { keys: [walletKey.jwk], requests: [], down: false };
  const store = watched(options.store ?? memoryStore());
  const errors: unknown[] = [];
  let drawn = 0;
  const pay = paywall({
    payee,
    price: { amount: '0.02', currency: 'USD' },
    secret,
    now: () => clock.seconds * 1000,
    random: (size) => Uint8Array.from({ length: size }, () => (drawn += 7) % 256),
    fetch: async (input) => {
      published.requests.push(input instanceof Request ? input.url : String(input));
      if (published.down) throw new TypeError('fetch failed');
      return Response.json({ keys: published.keys });
    },
    onError: (error) => errors.push(error),
    ...options,
    store,
  });
  const ask: Shop['ask'] = (request, deliver = read, item) => pay.handle(request, deliver, item);
  const challenge: Shop['challenge'] = async (url = article, init = {}) => {
    const answer = await ask(new Request(url, init));
    const [found] = challengesFrom(answer.headers.get('www-authenticate') ?? '');
    if (!found) throw new Error(`no challenge came with ${answer.status}`);
    return found;
  };
  return { clock, walletKey, published, store, errors, pay, ask, challenge };
}

/** Writes down each change, so that a test can say that there was none. */
function watched(store: PaywallStore): Shop['store'] {
  const calls: string[] = [];
  return {
    ...store,
    calls,
    take: async (payment, purchase) => {
      const outcome = await store.take(payment, purchase);
      if (outcome === 'taken') calls.push(payment.id);
      return outcome;
    },
  };
}

/** What the wallet would sign for a challenge; claims can be changed. */
export function receiptFor(challenge: Challenge, changes: Partial<Receipt> = {}): Receipt {
  const request = chargeRequestFrom(challenge.request, 'malformed-request');
  const entitles = request.methodDetails?.entitles;
  return {
    iss: wallet,
    env: 'live',
    aud: payee,
    sub: 'sub_ada-at-news',
    jti: `rcp_${challenge.id.slice(0, 20)}`,
    iat: startSeconds,
    exp: startSeconds + 600,
    amt: request.amount,
    cur: request.currency,
    cid: challenge.id,
    rlm: challenge.realm,
    rsn: { code: 'tapped' },
    ref: { url: `${wallet}/receipts/1` },
    ...(request.externalId && { ext: request.externalId }),
    ...(entitles && {
      own: { scope: entitles.scope, until: startSeconds + entitles.seconds },
    }),
    ...changes,
  };
}

export const grantFor = (session: Signer, changes: Partial<Grant> = {}): Grant => ({
  iss: wallet,
  env: 'live',
  aud: payee,
  sub: 'sub_ada-at-news',
  jti: 'gnt_12345678',
  gnt: 'gnt_12345678',
  seq: 0,
  iat: startSeconds,
  exp: startSeconds + 86_400,
  cnf: { jwk: session.jwk },
  cur: 'usd-micro',
  dep: '0',
  org: site,
  lim: { tap: '100000', day: '1000000', total: '5000000' },
  ...changes,
});

interface Visiting extends Omit<RequestInit, 'headers'> {
  url?: string;
  headers?: Record<string, string>;
}

/** A request that offers a payload for a challenge. */
export const offering = (
  challenge: Challenge,
  payload: Record<string, unknown>,
  { url = article, headers = {}, ...init }: Visiting = {},
): Request =>
  new Request(url, {
    ...init,
    headers: { ...headers, authorization: formatCredential({ challenge, payload }) },
  });

/** A request that pays a challenge with a good receipt; claims can be changed. */
export async function paying(
  { walletKey }: Shop,
  challenge: Challenge,
  changes: Partial<Receipt> = {},
  init: Visiting = {},
): Promise<Request> {
  const receipt = await signReceipt(receiptFor(challenge, changes), walletKey);
  return offering(challenge, { type: 'receipt', receipt }, init);
}

/** A request that shows an old receipt with grant and proof; any of them can be changed. */
export async function showing(
  { walletKey, clock }: Shop,
  challenge: Challenge,
  old: Receipt,
  changes: {
    grant?: Partial<Grant>;
    proof?: Partial<Proof>;
    proofKey?: Signer;
    sessionKey?: Signer;
    headers?: Record<string, string>;
  } = {},
): Promise<Request> {
  const session = changes.sessionKey ?? (await signerOf('session'));
  const grant = await signGrant(grantFor(session, changes.grant), walletKey);
  const proof = await signProof(
    { aud: payee, cid: challenge.id, iat: clock.seconds, ...changes.proof },
    changes.proofKey ?? session,
  );
  const receipt = await signReceipt(old, walletKey);
  const { headers = {} } = changes;
  return offering(challenge, { type: 'receipt', receipt, grant, proof }, { headers });
}

export const cookieOf = (answer: Response): string =>
  answer.headers.getSetCookie().map((line) => line.split(';')[0])[0] ?? '';

export const withCookie = (cookie: string, url = article): Request =>
  new Request(url, { headers: { cookie } });

export const jwksUrl = wallet + jwksPath;

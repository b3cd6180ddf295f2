/** A wallet to test with: a real file in a fresh folder, a clock that stands still until told, and randomness from a seed. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as noble from '@noble/ed25519';
import {
  authorizeCall,
  encodeChargeRequest,
  jwkFrom,
  payeeUrl,
  signIntent,
  thumbprint,
  type ChargeRequest,
  type ConnectAnswer,
  type ConnectRequest,
  type ContinueAnswer,
  type Intent,
  type Signer,
} from '../../src/protocol/index.ts';
import { audit, type Audit } from '../../wallet/src/audit.ts';
import { approve } from '../../wallet/src/connects.ts';
import type { Context } from '../../wallet/src/context.ts';
import { newId } from '../../wallet/src/ids.ts';
import { addPayee } from '../../wallet/src/payees.ts';
import { createPerson } from '../../wallet/src/persons.ts';
import type { Value } from '../../wallet/src/store/store.ts';
import { createWallet, type Wallet, type WalletOptions } from '../../wallet/src/wallet.ts';

export const issuer = 'http://localhost:8787';
export const site = 'https://news.example';
export const news = payeeUrl(issuer, 'news');

/** Bytes from a seed, the same at each run (mulberry32). */
export function seededRandom(seed = 1): (size: number) => Uint8Array<ArrayBuffer> {
  let state = seed;
  const next = (): number => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return (t ^ (t >>> 14)) & 255;
  };
  return (size) => Uint8Array.from({ length: size }, next);
}

export interface WalletUnderTest {
  context: Context;
  /** Sends it a request, as from this address: in process here, over a socket in `test/hostile` */
  door: (request: Request, peer: string) => Promise<Response>;
  close: () => Promise<void>;
  data: string;
  random: (size: number) => Uint8Array<ArrayBuffer>;
  /** In seconds */
  clock: { now: number };
  /** Names and facts of what was logged */
  logged: string[];
}

/** One in this process, which can be closed and opened again. */
export interface TestWallet extends WalletUnderTest {
  app: Wallet['app'];
  /** Closes it and opens it again on the same folder, as after a crash or a restart */
  restart: () => Promise<void>;
}

const noNames = () => Promise.reject(new Error('A test wallet has no name server.'));

/** A fresh folder, a clock that stands still, randomness from a seed, and no network. */
export function surroundings() {
  const data = mkdtempSync(join(tmpdir(), 'micro-pay-wallet-'));
  const clock = { now: Date.UTC(2026, 10, 23, 12) / 1000 };
  const logged: string[] = [];
  const random = seededRandom();
  const options = {
    data,
    issuer,
    dev: true,
    now: () => clock.now * 1000,
    random,
    fetch: () => Promise.reject(new Error('A test wallet has no network.')),
    resolver: { lookup: noNames, txt: noNames },
    // Time passes by the clock above alone; who tests what comes with time hands in another.
    schedule: () => () => {},
    log: (event, facts) => void logged.push(JSON.stringify({ event, ...facts })),
  } satisfies WalletOptions;
  return { options, kept: { data, clock, logged, random } };
}

/** The payee `~news` of https://news.example, and `~busker` for any page. */
export async function addPayees(context: Context): Promise<void> {
  await addPayee(context, {
    name: 'news',
    display: 'Example News',
    open: false,
    origins: [{ origin: site, verifiedBy: 'well-known' }],
  });
  await addPayee(context, { name: 'busker', open: true, origins: [] });
}

export async function testWallet(changes: Partial<WalletOptions> = {}): Promise<TestWallet> {
  const { options, kept } = surroundings();
  const all: WalletOptions = { ...options, ...changes };
  const { data } = all;
  let wallet = await createWallet(all);
  await addPayees(wallet.context);
  return {
    ...kept,
    get app() {
      return wallet.app;
    },
    get context() {
      return wallet.context;
    },
    data,
    door: async (request, peer) =>
      wallet.app.request(request, undefined, { incoming: { socket: { remoteAddress: peer } } }),
    restart: async () => {
      await wallet.close();
      wallet = await createWallet(all);
    },
    close: async () => {
      await wallet.close();
      rmSync(data, { recursive: true });
    },
  };
}

/** Someone who signed up, with the play money of the policy; days in UTC unless another zone is given. */
export async function newPerson(
  { context }: Pick<WalletUnderTest, 'context'>,
  zone = 'UTC',
): Promise<string> {
  const id = newId(context, 'per');
  await context.store.write((tx) => createPerson(tx, context, { id, zone }));
  return id;
}

/** A session key of a page. */
export async function newKey(random: WalletUnderTest['random']): Promise<Signer> {
  const secret = random(32);
  const jwk = jwkFrom(await noble.getPublicKeyAsync(secret));
  const kid = await thumbprint(jwk);
  return { kid, jwk, sign: (message) => noble.signAsync(message, secret) };
}

let peers = 0;

/** Sends a request in process; each comes from an address of its own unless one is given. */
export async function send(
  { door }: Pick<WalletUnderTest, 'door'>,
  path: string,
  request: {
    body: string;
    origin?: string | undefined;
    type?: string;
    authorization?: string;
    peer?: string;
  },
): Promise<{ status: number; text: string; json: unknown; headers: Headers }> {
  peers += 1;
  const peer = request.peer ?? `192.0.2.${peers % 250}`;
  const headers: Record<string, string> = { 'content-type': request.type ?? 'application/json' };
  if (request.origin !== undefined) headers['origin'] = request.origin;
  if (request.authorization) headers['authorization'] = request.authorization;
  const init = { method: 'POST', headers, body: request.body };
  const response = await door(new Request(`${issuer}${path}`, init), peer);
  const text = await response.text();
  const isJson = response.headers.get('content-type')?.includes('json') ?? false;
  const json: unknown = isJson ? JSON.parse(text) : undefined;
  return { status: response.status, text, json, headers: response.headers };
}

/** A charge of two cents at ~news, or as told. */
export const chargeOf = (changes: Partial<ChargeRequest> = {}): ChargeRequest => ({
  amount: '2',
  currency: 'usd',
  recipient: news,
  description: 'An article',
  ...changes,
});

export interface Page {
  origin: string;
  payee: string;
  key: Signer;
  nonce: string;
  /** The payment that waits for the approval */
  charge?: ChargeRequest | undefined;
  /** Whose challenge it is; without a server the page's own */
  rlm: string;
  cid: string;
}

export async function newPage(wallet: WalletUnderTest, changes: Partial<Page> = {}): Promise<Page> {
  const fresh = (prefix: string) => `${prefix}${newId(wallet, 'con').slice(4)}`;
  return {
    origin: site,
    payee: news,
    key: await newKey(wallet.random),
    nonce: fresh(''),
    charge: chargeOf(),
    rlm: changes.origin ?? site,
    cid: fresh('chal_'),
    ...changes,
  };
}

export const connectRequest = (page: Page): ConnectRequest => ({
  client: { jwk: page.key.jwk },
  access_token: {
    access: [{ type: 'wallet-session', payee: page.payee, currency: 'usd-micro' }],
  },
  ...(page.charge
    ? { intent: { cid: page.cid, rlm: page.rlm, req: encodeChargeRequest(page.charge) } }
    : {}),
  interact: {
    start: ['popup', 'redirect'],
    finish: { method: 'message', uri: page.origin, nonce: page.nonce },
  },
});

/** `POST /connect`. */
export async function ask(wallet: WalletUnderTest, page: Page): Promise<ConnectAnswer> {
  const { status, json, text } = await send(wallet, '/connect', {
    body: JSON.stringify(connectRequest(page)),
    origin: page.origin,
  });
  if (status !== 200) throw new Error(text);
  return json as ConnectAnswer;
}

const cents = (count: number): bigint => BigInt(count) * 10_000n;
export const usualLimits = { perPayment: cents(10), perDay: cents(100), total: cents(500) };

/** The person allows it: what the page hears. */
export async function allowPage(
  wallet: WalletUnderTest,
  page: Page,
  person: string,
  limits = usualLimits,
): Promise<string> {
  const { context } = wallet;
  const scope = { shown: 'in a test' };
  const { message } = await approve(context, { nonce: page.nonce, person, limits, scope });
  if (!('interact_ref' in message)) throw new Error('It was denied.');
  return message.interact_ref;
}

/** `POST /connect/continue` with the proof by the page's key, or another's. */
export async function proceed(
  wallet: WalletUnderTest,
  page: Page,
  body: { interact_ref: string; intent?: string },
  changes: { signer?: Signer; jti?: string; origin?: string } = {},
): ReturnType<typeof send> {
  const text = JSON.stringify(body);
  const call = {
    method: 'POST' as const,
    url: `${issuer}/connect/continue`,
    body: new TextEncoder().encode(text),
    iat: wallet.clock.now,
    jti: changes.jti ?? newId(wallet, 'con'),
  };
  const authorization = await authorizeCall(call, changes.signer ?? page.key);
  const origin = changes.origin ?? page.origin;
  return send(wallet, '/connect/continue', { body: text, origin, authorization });
}

/** An intent under a grant, signed by the page's key. */
export async function intentFor(
  wallet: WalletUnderTest,
  page: Page,
  grantId: string,
  changes: Partial<Intent> & { charge?: ChargeRequest; signer?: Signer } = {},
): Promise<string> {
  const { charge = page.charge ?? chargeOf(), signer = page.key, ...claims } = changes;
  const iat = wallet.clock.now;
  const intent: Intent = {
    iss: signer.kid,
    aud: issuer,
    jti: newId(wallet, 'con'),
    iat,
    exp: iat + 60,
    gnt: grantId,
    cid: page.cid,
    rlm: page.rlm,
    req: encodeChargeRequest(charge),
    ...claims,
  };
  return signIntent(intent, signer);
}

export interface Connected {
  page: Page;
  person: string;
  grantId: string;
  answer: ContinueAnswer;
}

/** Asks, allows and fetches the grant; nothing is paid yet. */
export async function connected(
  wallet: WalletUnderTest,
  person: string,
  options: { page?: Partial<Page>; limits?: typeof usualLimits } = {},
): Promise<Connected> {
  const page = await newPage(wallet, options.page);
  const asked = await ask(wallet, page);
  const interact_ref = await allowPage(wallet, page, person, options.limits);
  const { status, json, text } = await proceed(wallet, page, { interact_ref });
  if (status !== 200) throw new Error(text);
  return { page, person, grantId: asked.continue.gnt, answer: json as ContinueAnswer };
}

/** `POST /pay` for a challenge of its own, unless `cid` is told. */
export async function pay(
  wallet: WalletUnderTest,
  { page, grantId }: Pick<Connected, 'page' | 'grantId'>,
  changes: Parameters<typeof intentFor>[3] = {},
): ReturnType<typeof send> {
  const cid = changes.cid ?? newId(wallet, 'con');
  const body = await intentFor(wallet, page, grantId, { ...changes, cid });
  return send(wallet, '/pay', { body, origin: page.origin, type: 'text/plain' });
}

/** Every row of every table, to be compared before and after. */
export const contents = ({
  context,
}: Pick<WalletUnderTest, 'context'>): Promise<Record<string, Record<string, Value>[]>> =>
  context.store.read(async (tx) => {
    const tables = await tx.all<{ name: string }>(
      `select name from sqlite_schema where type = 'table' order by name`,
    );
    const all: Record<string, Record<string, Value>[]> = {};
    for (const { name } of tables) all[name] = await tx.all(`select * from ${name}`);
    return all;
  });

export const audited = ({ context }: Pick<WalletUnderTest, 'context'>): Promise<Audit> =>
  context.store.read(audit);

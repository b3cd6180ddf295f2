/** A world in memory for the client's tests: a wallet and two publishers made of the protocol's own functions, a page, a clock. */
import { http } from 'msw';
import { setupServer } from 'msw/node';
import {
  base64url,
  bindChallenge,
  challengeKey,
  chargeRequestFrom,
  credentialFrom,
  encodeChargeRequest,
  encodeOpaque,
  formatChallenge,
  inLedgerUnits,
  interactionHash,
  jwkFrom,
  parseGrant,
  parseIntent,
  parseProof,
  parseReceipt,
  Problem,
  problemDetails,
  receiptPayloadFrom,
  signGrant,
  signReceipt,
  thumbprint,
  timeFrom,
  type ConnectRequest,
  type Finish,
  type Grant,
  type ProblemCode,
  type Receipt,
  type Signer,
} from 'micro-pay/protocol';
import type { Hold } from '../../src/client/account.ts';
import type { MicroPay, Options, Storage } from '../../src/client/api.ts';
import { createMicroPay } from '../../src/client/micro-pay.ts';
import type { WholePage } from '../../src/client/later/whole-page.ts';
import { memoryStorage } from '../../src/client/memory-storage.ts';
import type { Lock, Ports } from '../../src/client/ports.ts';
import { lockOfThisTab } from '../../src/client/tab-lock.ts';

export const walletOrigin = 'https://wallet.test';
export const payee = `${walletOrigin}/~news`;
export const pageOrigin = 'https://news.test';
export const article = `${pageOrigin}/article/42`;

/** 2026-11-23, 10:00:00 UTC */
export const start = Date.UTC(2026, 10, 23, 10);

export async function newSigner(): Promise<Signer> {
  const made = await crypto.subtle.generateKey({ name: 'Ed25519' }, false, ['sign', 'verify']);
  if (!('privateKey' in made)) throw new Error('No key pair.');
  const jwk = jwkFrom(new Uint8Array(await crypto.subtle.exportKey('raw', made.publicKey)));
  return {
    kid: await thumbprint(jwk),
    jwk,
    sign: async (message) =>
      new Uint8Array(await crypto.subtle.sign('Ed25519', made.privateKey, message)),
  };
}

/** What a test can set, and what it can look at. */
export class World {
  now = start;
  /** How far the wallet's clock is from the device's, milliseconds */
  walletAhead = 0;
  /** The person's word on the consent page */
  decision: 'allow' | 'deny' | 'close' = 'allow';
  /** What the wallet says to a payment that is asked for the first time */
  refusal: ProblemCode | undefined;
  /** The next answers of the wallet's doors, by path, instead of its own: a status, or a lost one after it was done */
  faults: Record<string, ('lost' | 'unheard' | number)[]> = {};
  /** Answers of the publisher for paid requests, instead of the content */
  deliveries: ('lost' | number)[] = [];
  limits = { tap: '100000', day: '1000000', total: '5000000' };
  price = { amount: '2', currency: 'usd' };
  header: (challenge: string) => string = (challenge) => challenge;
  receiptChange: Partial<Receipt> = {};
  receiptSigner: Signer | undefined;
  grantSigner: Signer | undefined;
  entitles: { scope: string; seconds: number } | undefined;

  readonly debits: string[] = [];
  readonly served: string[] = [];
  readonly asked: string[] = [];
  readonly bodies: string[] = [];
  readonly warned: string[] = [];
  readonly waited: number[] = [];
  readonly payments = new Map<string, { req: string; status: number; body: string }>();
  readonly connects = new Map<string, { request: ConnectRequest; gnt: string; finish: string }>();
  readonly references = new Map<string, string>();
  readonly owned = new Map<string, string>();
  readonly presented = new Set<string>();
  readonly grants = new Map<string, Grant>();
  #ids = 0;
  readonly #waiting = new Map<string, () => void>();

  readonly signer: Signer;
  readonly secret: CryptoKey;

  constructor(signer: Signer, secret: CryptoKey) {
    [this.signer, this.secret] = [signer, secret];
  }

  /** Waits for the page's question, as the consent page does. */
  async question(nonce: string): Promise<{ request: ConnectRequest; gnt: string; finish: string }> {
    if (!this.connects.has(nonce))
      await new Promise<void>((resolve) => this.#waiting.set(nonce, resolve));
    const known = this.connects.get(nonce);
    if (!known) throw new Error('No such question.');
    return known;
  }

  arrived(nonce: string): void {
    this.#waiting.get(nonce)?.();
  }

  id = (prefix: string): string => `${prefix}_${String(++this.#ids).padStart(8, '0')}`;
  walletSeconds = (): number => Math.floor((this.now + this.walletAhead) / 1000);

  /** The network: every request of the client ends here. */
  handle = async (request: Request): Promise<Response> => {
    const { origin, pathname } = new URL(request.url);
    this.asked.push(`${request.method} ${pathname}`);
    if (origin !== walletOrigin) return publish(this, request);
    const fault = this.faults[pathname]?.shift();
    if (fault === 'unheard') return Response.error();
    if (typeof fault === 'number') {
      const problem = new Problem(fault === 429 ? 'rate-limited' : 'unavailable');
      return Response.json(problemDetails(problem), {
        status: fault,
        headers: { 'retry-after': '2' },
      });
    }
    const answer = await walletAnswer(this, request).catch((error: unknown) => {
      if (!(error instanceof Problem)) throw error;
      return Response.json(problemDetails(error), { status: error.status });
    });
    answer.headers.set('date', new Date(this.now + this.walletAhead).toUTCString());
    return fault === 'lost' ? Response.error() : answer;
  };
}

export async function newWorld(): Promise<World> {
  return new World(await newSigner(), await challengeKey('a secret of at least 32 characters'));
}

const server = setupServer();

/** Puts a world where the network is, for one test. */
export function listen(world: World): () => void {
  server.listen();
  server.use(http.all('*', ({ request }) => world.handle(request)));
  return () => {
    server.resetHandlers();
    server.close();
  };
}

async function walletAnswer(world: World, request: Request): Promise<Response> {
  const { pathname } = new URL(request.url);
  if (pathname === '/.well-known/micropay') return Response.json(discovery(world));
  if (pathname === '/.well-known/jwks.json') {
    return Response.json(jwks(world));
  }
  if (pathname.startsWith('/grants/')) return grantAgain(world, pathname.slice(8));
  const body = await request.text();
  world.bodies.push(body);
  if (pathname === '/connect') return connect(world, JSON.parse(body));
  if (pathname === '/connect/continue') return continueConnect(world, JSON.parse(body));
  if (pathname === '/pay') return pay(world, body);
  throw new Problem('not-found');
}

const jwks = ({ signer: { jwk, kid } }: World) => ({
  keys: [
    { ...jwk, kid },
    { kty: 'RSA', kid: 'other' },
  ],
});

const discovery = (world: World) => ({
  issuer: walletOrigin,
  env: 'test',
  method: 'micropay',
  version: '1',
  jwks_uri: `${walletOrigin}/.well-known/jwks.json`,
  intents: ['charge'],
  currencies: [{ id: 'usd-micro', scale: 6, min: '1', max: '30000000' }],
  endpoints: {
    connect: `${walletOrigin}/connect`,
    continue: `${walletOrigin}/connect/continue`,
    start: `${walletOrigin}/connect/start`,
    pay: `${walletOrigin}/pay`,
  },
  now: world.walletSeconds(),
});

function connect(world: World, request: ConnectRequest): Response {
  const { nonce } = request.interact.finish;
  const known = world.connects.get(nonce) ?? {
    request,
    gnt: world.id('gnt'),
    finish: base64url(crypto.getRandomValues(new Uint8Array(24))),
  };
  world.connects.set(nonce, known);
  world.arrived(nonce);
  return Response.json({
    interact: {
      redirect: `${walletOrigin}/connect/start?n=${nonce}`,
      finish: known.finish,
    },
    continue: { uri: `${walletOrigin}/connect/continue`, gnt: known.gnt },
    jwks: jwks(world),
    now: world.walletSeconds(),
  });
}

/** What the consent page gives to the page when the person decided. */
export async function decide(world: World, nonce: string): Promise<Finish> {
  const type = 'micropay-connect';
  const known = await world.question(nonce);
  if (world.decision === 'deny') return { type, nonce, error: 'denied' };
  const interactRef = base64url(crypto.getRandomValues(new Uint8Array(24)));
  world.references.set(interactRef, nonce);
  const connectUrl = `${walletOrigin}/connect`;
  const hash = await interactionHash({ nonce, finish: known.finish, interactRef, connectUrl });
  return { type, nonce, hash, interact_ref: interactRef };
}

async function continueConnect(
  world: World,
  body: { interact_ref: string; intent?: string },
): Promise<Response> {
  const nonce = world.references.get(body.interact_ref);
  const known = nonce && world.connects.get(nonce);
  if (!known) throw new Problem('approval-expired');
  world.references.delete(body.interact_ref);
  const { request, gnt } = known;
  const iat = world.walletSeconds();
  const terms: Grant = {
    iss: walletOrigin,
    env: 'test',
    aud: payee,
    sub: 'payer_of_news',
    jti: gnt,
    gnt,
    seq: 0,
    iat,
    exp: iat + 30 * 86_400,
    cnf: { jwk: request.client.jwk },
    cur: 'usd-micro',
    dep: '0',
    org: pageOrigin,
    lim: world.limits,
  };
  world.grants.set(gnt, terms);
  const first = body.intent === undefined ? undefined : await pay(world, body.intent);
  const outcome: { receipt?: string } = first ? await first.json() : {};
  return Response.json({
    grant: await signGrant(terms, world.grantSigner ?? world.signer),
    allowance: allowance(world),
    ...(first && (first.ok ? { receipt: outcome.receipt } : { problem: outcome })),
    now: iat,
  });
}

async function grantAgain(world: World, gnt: string): Promise<Response> {
  const terms = world.grants.get(gnt);
  if (!terms) throw new Problem('grant-unknown');
  const grant = await signGrant(terms, world.grantSigner ?? world.signer);
  return Response.json({ grant, allowance: allowance(world), now: world.walletSeconds() });
}

const allowance = (world: World) => {
  const { tap, day, total } = world.limits;
  const used = String(world.debits.length * 20_000);
  const resets = world.walletSeconds() + 3_600;
  return {
    currency: 'usd-micro',
    tap,
    day: { limit: day, used, resets },
    total: { limit: total, used },
  };
};

/** As PROTOCOL says: known before expiry and caps; refusals stick; one debit for one id. */
async function pay(world: World, text: string): Promise<Response> {
  const { intent } = parseIntent(text);
  const { cid, req } = intent;
  const grant = world.grants.get(intent.gnt);
  if (!grant) throw new Problem('grant-unknown');
  const known = world.payments.get(cid);
  if (known && known.req !== req) throw new Problem('id-reused');
  if (known) return new Response(known.body, { status: known.status });
  const answer = await decidePayment(world, grant, { ...intent });
  if (answer instanceof Problem && answer.code === 'already-owned') throw answer;
  const status = answer instanceof Problem ? answer.status : 200;
  const body = JSON.stringify(answer instanceof Problem ? problemDetails(answer) : answer);
  world.payments.set(cid, { req, status, body });
  return new Response(body, { status });
}

async function decidePayment(
  world: World,
  grant: Grant,
  { cid, req, rlm, exp }: { cid: string; req: string; rlm: string; exp: number },
) {
  if (exp < world.walletSeconds() - 60) return new Problem('payment-expired');
  const request = chargeRequestFrom(req, 'malformed-request');
  const { amount, currency } = request;
  const scope = request.methodDetails?.entitles?.scope;
  const owned = scope && world.owned.get(scope);
  if (owned) return new Problem('already-owned', { extra: { receipt: owned } });
  if (world.refusal) return new Problem(world.refusal);
  const now = world.walletSeconds();
  const seconds = request.methodDetails?.entitles?.seconds ?? 0;
  const receipt: Receipt = {
    iss: walletOrigin,
    env: 'test',
    aud: payee,
    sub: grant.sub,
    jti: world.id('pay'),
    iat: now,
    exp: now + 600,
    amt: amount,
    cur: currency,
    cid,
    rlm,
    rsn: { code: cid.startsWith('tip_') ? 'tip' : 'tapped' },
    cnf: { jkt: await thumbprint(grant.cnf.jwk) },
    ...(scope ? { own: { scope, until: now + seconds } } : {}),
    ref: { url: `${walletOrigin}/receipts/1` },
    ...world.receiptChange,
  };
  const text = await signReceipt(receipt, world.receiptSigner ?? world.signer);
  if (scope) world.owned.set(scope, text);
  world.debits.push(`${inLedgerUnits({ amount, currency }).amount} ${cid}`);
  return { receipt: text, allowance: allowance(world) };
}

/** A publisher: 402 with a challenge, or the content for a payment. */
async function publish(world: World, request: Request): Promise<Response> {
  const { pathname } = new URL(request.url);
  if (pathname === '/free') return new Response('free');
  const credential = credentialFrom(
    request.headers.get('authorization') ?? request.headers.get('payment-authorization'),
  );
  const opened = credential && (await opens(world, credential));
  if (!opened) return challenged(world, pathname);
  const fault = world.deliveries.shift();
  if (fault === 'lost') return Response.error();
  if (fault) return new Response('broken', { status: fault });
  world.served.push(pathname);
  return new Response('the whole article');
}

async function opens(
  world: World,
  { challenge, payload }: NonNullable<ReturnType<typeof credentialFrom>>,
): Promise<boolean> {
  const sent = receiptPayloadFrom(payload);
  const { receipt } = parseReceipt(sent.receipt, 'verification-failed');
  if (receipt.cid === challenge.id && receipt.exp > world.walletSeconds()) return true;
  if (!sent.grant || !sent.proof || !receipt.own) return false;
  const { grant } = parseGrant(sent.grant, 'verification-failed');
  const { proof } = parseProof(sent.proof);
  return grant.sub === receipt.sub && proof.cid === challenge.id && proof.aud === receipt.aud;
}

async function challenged(world: World, pathname: string): Promise<Response> {
  const request = encodeChargeRequest({
    ...world.price,
    recipient: payee,
    description: 'An article',
    ...(world.entitles ? { methodDetails: { entitles: world.entitles } } : {}),
  });
  const nonce = world.id('nonce');
  const challenge = await bindChallenge(
    {
      realm: 'news.test',
      method: 'micropay',
      intent: 'charge',
      request,
      expires: timeFrom(world.walletSeconds() + 600),
      opaque: encodeOpaque({ scope: `GET ${pathname}`, nonce }),
    },
    world.secret,
  );
  const headers = { 'www-authenticate': world.header(formatChallenge(challenge)) };
  return new Response('pay first', { status: 402, headers });
}

/** A page whose windows belong to the world's person. */
export class FakePage implements WholePage {
  readonly origin = pageOrigin;
  address = `${pageOrigin}/`;
  isOnline = true;
  isClicked = true;
  blocksPopups = false;
  readonly marks = new Set<string>();
  went: string | undefined;
  readonly opened: (Window & { closed: boolean })[] = [];
  readonly #listeners = new Set<(event: Event) => void>();

  readonly world: World;

  constructor(world: World) {
    this.world = world;
  }

  href = (): string => this.address;
  lang = (): string => 'en';
  online = (): boolean => this.isOnline;
  clicked = (): boolean => this.isClicked;
  go = (url: string): void => void (this.went = url);
  replace = (url: string): void => void (this.address = url);
  mark = (payee: string, pending: boolean): void =>
    void (pending ? this.marks.add(payee) : this.marks.delete(payee));
  unmark = (): void => this.marks.clear();
  isVisible = true;
  visible = (): boolean => this.isVisible;
  embedded: string[] = [];
  challenges = (): string[] => this.embedded;

  open = (url: string): Window | null => {
    if (this.blocksPopups) return null;
    const made = fakeWindow();
    this.opened.push(made);
    void this.#answer(made, new URL(url).searchParams.get('n') ?? '');
    return made;
  };

  on: WholePage['on'] = (type, listener) => {
    const hears = (event: Event) => event.type === type && listener(event as never);
    this.#listeners.add(hears);
    return () => void this.#listeners.delete(hears);
  };

  /** Something posts a message to this page. */
  post(event: { origin: string; source: unknown; data: unknown }): void {
    this.#tell({ type: 'message', ...event });
  }

  block(address: string): void {
    const effectiveDirective = 'connect-src';
    this.#tell({ type: 'securitypolicyviolation', effectiveDirective, blockedURI: address });
  }

  #tell(event: { type: string; [member: string]: unknown }): void {
    for (const listener of this.#listeners) listener(event as unknown as Event);
  }

  /** Something is under way, as a page can tell without waiting */
  get marked(): boolean {
    return this.marks.size > 0;
  }

  get listening(): number {
    return this.#listeners.size;
  }

  async #answer(made: Window & { closed: boolean }, nonce: string): Promise<void> {
    if (this.world.decision === 'close') {
      await this.world.question(nonce);
      made.closed = true;
      return;
    }
    const data = await decide(this.world, nonce);
    this.post({ origin: walletOrigin, source: made, data });
  }
}

function fakeWindow(): Window & { closed: boolean } {
  const made = { closed: false, close: () => void (made.closed = true) };
  return made as unknown as Window & { closed: boolean };
}

/** A device that opens the world's page: storage survives it, memory doesn't. */
export function device(
  world: World,
  options: Options & { page?: FakePage; ports?: Partial<Ports> } = {},
): { micro: MicroPay; page: FakePage; storage: Storage; lock: Lock } {
  const { page = new FakePage(world), ports, storage = memoryStorage(), ...rest } = options;
  const lock = ports?.lock ?? lockOfThisTab();
  const micro = createMicroPay(
    { storage, ...rest },
    { ...worldPorts(world), page, lock, ...ports },
  );
  return { micro, page, storage, lock };
}

export const worldPorts = (
  world: World,
): Pick<Ports, 'now' | 'random' | 'warn' | 'timeout' | 'wait'> => ({
  now: () => world.now,
  random: counted(),
  warn: (sentence) => void world.warned.push(sentence),
  timeout: () => new AbortController().signal,
  wait: (ms) => {
    world.waited.push(ms);
    // A wait in a test is one turn of the loop; a millisecond lets signatures, made on other threads, go first.
    // The longest wait is for what may never come: no test lives to its end.
    return new Promise((resolve) => ms < longestWaitMs && setTimeout(resolve, 1));
  },
});

const longestWaitMs = 600_000;

let seed = 0;
/** Different bytes each time, the same in each run. */
function counted(): (size: number) => Uint8Array<ArrayBuffer> {
  return (size) => {
    const bytes = new Uint8Array(size).fill(7);
    new DataView(bytes.buffer).setUint8(0, 128);
    if (size >= 5) new DataView(bytes.buffer).setUint32(1, ++seed);
    return bytes;
  };
}

export const tip = { to: payee, amount: '0.02', currency: 'USD', reason: 'Thank you' };

/** A session's money as a device keeps it, in which nothing was signed for so far; its day begins now. */
export const emptyHold: Hold = {
  sid: 'ses_12345678',
  grant: '',
  seq: 0,
  dep: 200_000n,
  rby: start / 1000 + 86_400,
  pks: [],
  owed: 0n,
  signedMax: 0n,
};

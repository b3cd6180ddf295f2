/** An SDK that answers by script, so that the element can be brought into any state without a wallet. */
import { atom } from 'nanostores';
import { accountPrefix } from '../../src/client/account.ts';
import type {
  Caps,
  FreeAnswer,
  KeptReceipt,
  MicroPay,
  Paid,
  Quote,
  Session,
  SettleOptions,
  Storage,
  Target,
} from '../../src/client/api.ts';
import { contextFrom } from '../../src/client/context.ts';
import { memoryStorage } from '../../src/client/memory-storage.ts';
import type { WholePage } from '../../src/client/later/whole-page.ts';
import { browserPage } from '../../src/client/page.ts';
import { meter } from '../../src/client/session/meter.ts';
import { lockOfThisTab } from '../../src/client/tab-lock.ts';
import type { Lock } from '../../src/client/ports.ts';
import type { Owned, OwnedOptions } from '../../src/client/owned-api.ts';
import type { Allowance } from '../../src/protocol/connect.ts';
import { moneyFrom } from '../../src/protocol/money.ts';
import { Problem, type ProblemCode } from '../../src/protocol/problem.ts';
import type { Receipt } from '../../src/protocol/receipt.ts';
import { payeeFrom } from '../../src/protocol/wallet-address.ts';

export const payee = payeeFrom('https://wallet.example/~news');
const caps: Caps = { tap: '100000', day: '1000000', total: '5000000' };

export const allowance: Allowance = {
  currency: 'usd-micro',
  tap: '100000',
  day: { limit: '1000000', used: '20000', resets: 1_795_500_000 },
  total: { limit: '5000000', used: '120000' },
};

/** What the client would find; a test changes what it needs. */
export interface Script {
  /** Price of an address; a stated price is its own */
  price: string;
  ready: boolean;
  /** So many payments are ready; what comes after them isn't */
  most: number;
  owned: boolean;
  obstacle: ProblemCode | Problem;
  /** The address asks for nothing */
  free: boolean;
  env: 'test' | 'live';
  /** Whether the browser lets a window open */
  popup: boolean;
  quote: () => Promise<void>;
  settle: (quote: Quote, options: SettleOptions) => Promise<void>;
  resume: () => Promise<boolean>;
  owns: (how: OwnedOptions) => Promise<Owned[]>;
  /** What comes with the receipt */
  paid: Pick<Paid, 'key' | 'owned'>;
  /** What a meter keeps, and what it looks at */
  storage: Storage;
  clock: Clock;
  visible: () => boolean;
  lock: Lock;
  undo: MicroPay['undo'];
  /** What the wallet says of the session */
  statement: () => ReturnType<MicroPay['statement']>;
  /** What is paid are taps of a session, which can be taken back */
  taps: boolean;
}

/** Turns of the loop in which nobody waits for the clock, until nobody is going to. */
const turns = 20;

/** Time passes when a test says so. */
export class Clock {
  now = 1_795_420_800_000;
  #waiting: { at: number; wake: () => void }[] = [];

  readonly wait = (ms: number): Promise<void> =>
    new Promise((wake) => this.#waiting.push({ at: this.now + ms, wake }));

  /** Wakes whoever waits, one after the other. @param seconds that pass */
  async pass(seconds: number): Promise<void> {
    const end = this.now + seconds * 1_000;
    for (let idle = 0; idle < turns;) {
      await new Promise((resolve) => setTimeout(resolve));
      const [next, ...others] = this.#waiting.toSorted((a, b) => a.at - b.at);
      // While something is paid for nobody waits for the clock.
      if (!next) {
        idle++;
        continue;
      }
      if (next.at > end) break;
      idle = 0;
      this.#waiting = others;
      this.now = next.at;
      next.wake();
    }
    this.now = end;
  }
}

export const never = (): Promise<never> => new Promise(() => undefined);
export const refuse =
  (code: ProblemCode, options?: ConstructorParameters<typeof Problem>[1]) => () =>
    Promise.reject(new Problem(code, options));

/** What was asked of the client, in order: `quote`, `open`, `settle`, `resume`, `redirect`. */
export interface FakeMicroPay extends MicroPay {
  /** What it goes by from now on */
  script: Script;
  calls: string[];
  settled: Quote[];
  /** Id of the quote that was asked to be settled last */
  settling: string | undefined;
  /** The person says yes in the wallet's window */
  approve: () => void;
}

export const session = (env: 'test' | 'live' = 'live'): Session => ({
  payee: payee.url,
  origin: 'https://news.example',
  env,
  grantId: 'gnt_00000000',
  expiresAt: 1_798_000_000,
  allowance,
});

/** Seconds since 1970 */
const undoUntil = 1_795_421_700;
let ids = 0;

export function fakeMicroPay(changes: Partial<Script> = {}): FakeMicroPay {
  const script: Script = {
    price: '0.02',
    ready: true,
    most: Infinity,
    owned: false,
    obstacle: 'not-connected',
    free: false,
    env: 'live',
    popup: true,
    quote: async () => undefined,
    settle: async () => undefined,
    resume: async () => false,
    owns: async () => [],
    paid: {},
    storage: memoryStorage(),
    clock: new Clock(),
    visible: () => true,
    lock: lockOfThisTab(),
    undo: async () => 'payee',
    statement: async () => undefined,
    taps: false,
    ...changes,
  };
  const calls: string[] = [];
  const settled: Quote[] = [];
  const taken: KeptReceipt[] = [];
  let kept: Caps = caps;
  let approve = (): void => undefined;
  const quoteOf = (target: Target): Quote | FreeAnswer => {
    if (script.free) return { target, response: new Response('open') };
    const ready = script.ready && settled.length < script.most;
    const obstacle =
      script.obstacle instanceof Problem ? script.obstacle : new Problem(script.obstacle);
    return {
      id: `tip_${String(++ids).padStart(8, '0')}`,
      target,
      payee,
      money:
        'to' in target ? moneyFrom(target.amount, target.currency) : moneyFrom(script.price, 'USD'),
      reason: 'to' in target ? (target.reason ?? '') : 'The long read',
      owned: script.owned,
      ready,
      ...(ready ? { env: script.env } : { obstacle }),
      // Only at a site with an approval was anything heard of what is left.
      ...(ready || obstacle.code === 'cap-reached' ? { allowance } : {}),
    };
  };
  const paidFor = (target: Target): Paid => {
    const quote = quoteOf(target);
    if (quote.response) throw new Error('A free answer is not paid.');
    const receipt = receiptOf(quote, script.env);
    const response = 'url' in target ? { response: new Response('what it bought') } : {};
    return { receipt, text: `jws.${quote.id}`, target, allowance, ...response, ...script.paid };
  };
  const page = browserPage();
  const visible: WholePage['visible'] = () => script.visible();
  const context = contextFrom(() => import('../../src/client/later/index.ts'), {
    storage: script.storage,
    lock: script.lock,
    now: () => script.clock.now,
    wait: script.clock.wait,
    page: page && Object.assign(page, { visible }),
  });
  const approval = { allowance, wallet: { offset: 0 } };
  void script.storage.set(accountPrefix + payee.url, { payee: payee.url, approval, pending: [] });
  const fake: FakeMicroPay = {
    script,
    calls,
    settled,
    settling: undefined,
    approve: () => approve(),
    $session: atom<Session | undefined>(script.ready ? session(script.env) : undefined),
    $caps: atom(kept),
    $receipts: atom([]),
    $alerts: atom([]),
    quote: async (target) => {
      calls.push('quote');
      await script.quote();
      return quoteOf(target);
    },
    openWallet: () => {
      calls.push('open');
      return { nonce: 'n'.repeat(22), window: script.popup ? window : null };
    },
    settle: async (quote, options = {}) => {
      calls.push('settle');
      fake.settling = quote.id;
      approve = () => options.approved?.();
      if (quote.obstacle && !quote.owned && !options.wallet) throw quote.obstacle;
      await script.settle(quote, options);
      settled.push(quote);
      const paid = paidFor(quote.target);
      const { receipt, text } = paid;
      taken.unshift({ receipt, text, tap: { sid: 'ses_00000000', undoUntil } });
      return paid;
    },
    redirect: () => {
      calls.push('redirect');
      return never();
    },
    resume: async (target) => {
      calls.push('resume');
      return (await script.resume()) && target ? paidFor(target) : undefined;
    },
    pay: never,
    fetch: never,
    connect: never,
    disconnect: async () => undefined,
    undo: async (receipt) => {
      calls.push('undo');
      return script.undo(receipt);
    },
    meter: (options, tell = () => undefined) => meter(context, fake, options, tell),
    close: async () => undefined,
    statement: async () => script.statement(),
    caps: {
      get: async () => kept,
      set: async (_payee, change) => (kept = { ...kept, ...change }),
    },
    owned: (_payee, how = {}) => script.owns(how),
    receipts: { list: async () => [...(script.taps ? taken : []), ...keptReceipts] },
  };
  return fake;
}

export const receiptOf = ({ id, money, reason }: Quote, env: 'test' | 'live'): Receipt => ({
  iss: payee.wallet,
  env,
  aud: payee.url,
  sub: 'usr_00000000',
  jti: `rcp_${id}`,
  iat: 1_795_420_800,
  exp: 1_795_421_400,
  amt: money.amount,
  cur: money.currency,
  cid: id,
  rlm: 'news.example',
  rsn: { code: 'tapped', text: reason },
  ref: { url: 'https://wallet.example/receipts/rcp_00000000', until: 1_795_421_700 },
});

export const keptReceipts: KeptReceipt[] = ['The long read', 'A tip'].map((reason, i) => {
  const money = { amount: String(2 + i), currency: 'usd' };
  const quote = { id: `kept_${i}_00000`, money, reason, target: { url: '' }, payee };
  const receipt = receiptOf({ ...quote, owned: false, ready: true }, 'live');
  return { receipt, text: `jws.${i}` };
});

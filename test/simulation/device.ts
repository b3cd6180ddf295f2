/** A person's device in the machine: our client in two tabs that share storage and lock. */
import { createPrivateKey, createPublicKey, sign } from 'node:crypto';
import { createMicroPay } from '../../src/client/micro-pay.ts';
import type { MicroPay, Storage } from '../../src/client/api.ts';
import type { WholePage } from '../../src/client/later/whole-page.ts';
import { jwkFrom, thumbprint, type Signer } from 'micro-pay/protocol';
import { Process, type Machine } from './machine.ts';
import type { Network } from './network.ts';
import { walletOrigin, type SimulatedWallet } from './wallet.ts';

export const site = 'https://news.test';

interface Turn {
  /** A tab's life */
  holder: symbol;
  begin: () => void;
}

export class Device {
  readonly values = new Map<string, unknown>();
  /** What reached a tab that was alive: addresses by the reference of the receipt that came with them */
  readonly got = new Map<string, string>();
  /** Top-ups that were asked for, each once however often it was sent */
  readonly topUps = new Set<string>();
  readonly tabs: Tab[];
  /** How often the approval and its key were forgotten */
  forgotten = 0;
  readonly #machine: Machine;
  readonly #signers: Promise<Signer>[] = [];
  /** Who waits for each lock; the first has it */
  readonly #turns = new Map<string, Turn[]>();

  constructor(machine: Machine, network: Network, wallet: SimulatedWallet, person: string) {
    this.#machine = machine;
    this.tabs = [1, 2].map((n) => new Tab(machine, network, this, wallet, person, n));
  }

  /** A key that was forgotten is another one the next time, as the browser's would be. */
  signer(): Promise<Signer> {
    return (this.#signers[this.forgotten] ??= signerFrom(this.#machine.random.bytes(32)));
  }

  /** Keeps a value; the key goes with the approval that it is for. */
  keep(key: string, value: unknown): void {
    const isForgotten = hasApproval(this.values.get(key)) && !hasApproval(value);
    if (isForgotten) this.forgotten++;
    this.values.set(key, cloned(value));
  }

  /** The browser's lock: one holder at a time, and a tab that dies lets go of it, and of its turn. */
  async lock<T>(holder: symbol, name: string, work: () => Promise<T>): Promise<T> {
    const turns = this.#turns.get(name) ?? [];
    this.#turns.set(name, turns);
    const turn = Promise.withResolvers<void>();
    turns.push({ holder, begin: turn.resolve });
    if (turns.length === 1) turn.resolve();
    await turn.promise;
    try {
      return await work();
    } finally {
      this.#end(turns, (one) => one.begin === turn.resolve);
    }
  }

  letGo(holder: symbol): void {
    for (const turns of this.#turns.values()) this.#end(turns, (one) => one.holder === holder);
  }

  #end(turns: Turn[], isOver: (turn: Turn) => boolean): void {
    const [first] = turns;
    turns.splice(0, Infinity, ...turns.filter((one) => !isOver(one)));
    if (turns[0] !== first) turns[0]?.begin();
  }
}

export class Tab {
  readonly process: Process;
  micro!: MicroPay;

  constructor(
    machine: Machine,
    network: Network,
    device: Device,
    wallet: SimulatedWallet,
    person: string,
    n: number,
  ) {
    let holder = Symbol();
    const begin = (): void => {
      const { process } = this;
      holder = Symbol();
      const own = holder;
      const listeners = new Set<(event: Event) => void>();
      const wait = (ms: number) => new Promise<void>((resolve) => machine.after(ms, resolve));
      const storage: Storage = {
        get: process.port('storage.get', (key) => cloned(device.values.get(key))),
        set: process.port('storage.set', (key, value) => device.keep(key, value)),
        list: process.port('storage.list', (prefix) =>
          [...device.values.keys()]
            .filter((key) => key.startsWith(prefix))
            .sort()
            .map((key) => cloned(device.values.get(key))),
        ),
      };
      const open = (url: string): Window => {
        const shown = { closed: false, close: () => void (shown.closed = true) };
        const window = shown as unknown as Window;
        const nonce = new URL(url).searchParams.get('n') ?? '';
        const answer = async (tries: number): Promise<void> => {
          const told = await wallet.allow(nonce, person).catch(() => undefined);
          if (!told && tries > 0) return machine.after(500, () => void answer(tries - 1));
          if (!told || process.life === 0) return;
          const event = { origin: walletOrigin, source: window, data: told.message };
          for (const listener of listeners) listener(event as unknown as Event);
        };
        machine.after(1_000, () => void answer(20));
        return window;
      };
      const page: WholePage = {
        origin: site,
        href: () => `${site}/`,
        lang: () => 'en',
        online: () => true,
        clicked: () => true,
        visible: () => true,
        challenges: () => [],
        go: () => undefined,
        replace: () => undefined,
        mark: () => undefined,
        unmark: () => undefined,
        open,
        on: (_, listener) => {
          listeners.add(listener as (event: Event) => void);
          return () => void listeners.delete(listener as (event: Event) => void);
        },
      };
      const fetching = process.port('fetch', network.fetchOf(process, site)) as typeof fetch;
      const sign = process.port('signer.sign', (signer: Signer, message: Uint8Array<ArrayBuffer>) =>
        signer.sign(message),
      );
      const born = process.life;
      this.micro = createMicroPay(
        {
          storage,
          fetch: async (input, init) => {
            const { url } = new Request(input);
            if (url.endsWith('/topup') && typeof init?.body === 'string')
              device.topUps.add(`${url} ${init.body}`);
            const response = await fetching(input, init);
            const receipt = response.headers.get('payment-receipt');
            if (response.ok && receipt) device.got.set(referenceIn(receipt), url);
            return response;
          },
          now: () => machine.now,
          random: (size) => machine.random.bytes(size),
          signer: async () => {
            const signer = await device.signer();
            return { ...signer, sign: (message) => sign(signer, message) };
          },
          caps: { tap: '100000', day: '4000000', total: '5000000' },
        },
        {
          page,
          wait: process.port('wait', wait),
          timeout: (ms) => {
            const stop = new AbortController();
            machine.after(ms, () => stop.abort());
            return stop.signal;
          },
          // Who has died asks for no lock any more.
          lock: (name, work) =>
            process.life === born ? device.lock(own, name, work) : new Promise(() => undefined),
          warn: (sentence) => machine.note(`warned: ${sentence}`),
        },
      );
    };
    this.process = new Process(machine, `tab${n}`, begin, () => device.letGo(holder));
    this.process.start();
  }
}

const hasApproval = (value: unknown): boolean =>
  typeof value === 'object' && value !== null && 'approval' in value && Boolean(value.approval);

/** As the platform's `structuredClone`, and faster for plain data. */
function cloned(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(cloned);
  if (typeof value !== 'object' || value === null)
    return typeof value === 'function' ? structuredClone(value) : value;
  if (Object.getPrototypeOf(value) !== Object.prototype) return structuredClone(value);
  const copy: Record<string, unknown> = {};
  for (const name in value) copy[name] = cloned(Reflect.get(value, name));
  return copy;
}

const referenceIn = (header: string): string =>
  (JSON.parse(Buffer.from(header, 'base64url').toString()) as { reference: string }).reference;

/** A key from a seed. */
async function signerFrom(seed: Uint8Array): Promise<Signer> {
  const der = Buffer.concat([Buffer.from('302e020100300506032b657004220420', 'hex'), seed]);
  const key = createPrivateKey({ key: der, format: 'der', type: 'pkcs8' });
  const spki = createPublicKey(key).export({ format: 'der', type: 'spki' });
  const jwk = jwkFrom(new Uint8Array(spki.subarray(-32)));
  return {
    kid: await thumbprint(jwk),
    jwk,
    sign: async (message) => new Uint8Array(sign(null, message, key)),
  };
}

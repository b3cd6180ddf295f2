/** A payee's server in the machine: two instances of our paywall on one SQLite memory. */
import { DatabaseSync } from 'node:sqlite';
import { paywall, sqliteStore, type Paywall } from 'micro-pay/merchant';
import { Process, type Machine } from './machine.ts';
import type { Network } from './network.ts';
import { site } from './device.ts';
import { walletOrigin } from './wallet.ts';

/** Its key; `x` is what the wallet knows. */
const key = {
  kty: 'OKP' as const,
  crv: 'Ed25519' as const,
  d: 'nWGxne_9WmC6hEr0kuwsxERJxWl7MmkZcDusAxyuf2A',
  x: '11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo',
};
export const payeeX = key.x;

export class SimulatedMerchant {
  readonly instances: Process[];
  /** What each thing costs now, in dollars */
  price = '0.02';
  readonly #db = new DatabaseSync(':memory:');
  readonly #machine: Machine;
  readonly #paywalls = new Map<Process, Paywall>();

  constructor(machine: Machine, network: Network) {
    this.#machine = machine;
    this.instances = [1, 2].map((n) => {
      const process: Process = new Process(machine, `merchant${n}`, () =>
        this.#paywalls.set(process, this.#open(process, network)),
      );
      return process;
    });
    for (const process of this.instances) process.start();
    network.serve(
      site,
      this.instances.map((process) => ({
        process,
        handle: (request) => this.#handle(process, request),
      })),
    );
  }

  #open(process: Process, network: Network): Paywall {
    const machine = this.#machine;
    return paywall({
      payee: `${walletOrigin}/~news`,
      secret: 'a secret of at least thirty-two characters',
      test: true,
      origin: site,
      store: ported(process, sqliteStore(this.#db)),
      sessions: { key },
      fetch: process.port('fetch', network.fetchOf(process)) as typeof fetch,
      now: () => machine.now,
      random: (size) => machine.random.bytes(size),
      onError: (error) => machine.note(`${process.name}: ${String(error)}`),
    });
  }

  async #handle(process: Process, request: Request): Promise<Response> {
    const machine = this.#machine;
    const { pathname } = new URL(request.url);
    const open = this.#paywalls.get(process);
    if (!open) throw new Error('It is not there.');
    const deliver = process.port('handler', () => {
      if (machine.happens('handler')) throw new Error('The page could not be made.');
      return new Response(`content of ${pathname}`);
    });
    const seconds = pathname.startsWith('/prints') ? { seconds: 0 } : {};
    const price = { amount: this.price, currency: 'USD' };
    return open.handle(request, deliver, { title: pathname, price, ...seconds });
  }

  /** By one of the two, as its job would. */
  async settle(): Promise<void> {
    const everything = this.#machine.random.happens(0.3);
    await this.#one()?.settle({ everything });
  }

  /** Lets go of a session. */
  async close(sid: string): Promise<void> {
    await this.#one()?.close(sid);
  }

  /** @returns undefined where it is down */
  #one(): Paywall['sessions'] | undefined {
    const process = this.#machine.random.pick(this.instances);
    return process.life ? this.#paywalls.get(process)?.sessions : undefined;
  }
}

/** Each function of a store is a port. */
function ported<T extends object>(process: Process, store: T, name = 'store'): T {
  return Object.fromEntries(
    Object.entries(store).map(([key, value]) => [
      key,
      typeof value === 'function'
        ? process.port(`${name}.${key}`, value as (...args: unknown[]) => unknown)
        : typeof value === 'object' && value !== null
          ? ported(process, value, `${name}.${key}`)
          : value,
    ]),
  ) as T;
}

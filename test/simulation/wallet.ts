/** The wallet's own code in the machine: real SQLite in memory; its store, clock and chance are ports. */
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { verify } from 'node:crypto';
import { policy, type Verify } from 'micro-pay/protocol';
import { createApp } from '../../wallet/src/app/app.ts';
import { Limits } from '../../wallet/src/app/limits.ts';
import { Arrivals } from '../../wallet/src/arrivals.ts';
import { audit, type Audit } from '../../wallet/src/audit.ts';
import { approve } from '../../wallet/src/connects.ts';
import type { Context } from '../../wallet/src/context.ts';
import { openKeyring } from '../../wallet/src/keyring.ts';
import { WriteQueue } from '../../wallet/src/store/queue.ts';
import { sweep } from '../../wallet/src/sweeper.ts';
import type { Store, Tx } from '../../wallet/src/store/store.ts';
import { publicKeyFrom } from './crypto.ts';
import { Process, type Machine } from './machine.ts';
import type { Network } from './network.ts';
import { insideTransaction } from './points.ts';
import { Random } from './random.ts';
import { memory } from './wallet-memory.ts';

export const walletOrigin = 'https://wallet.test';

const keys = await openKeyring(mkdtempSync(join(tmpdir(), 'micro-pay-simulation-')), (size) =>
  new Random(7).bytes(size),
);

/** The platform's check instead of noble's: fifteen times as fast, and here every key is sound. */
const asksNobody = () => Promise.reject(new Error('It asks nobody.'));

const quickVerify: Verify = async (key, signature, message) =>
  verify(null, message, publicKeyFrom(key), signature);

class Died extends Error {}

export class SimulatedWallet {
  readonly process: Process;
  readonly db = memory.db;
  readonly #machine: Machine;
  context!: Context;
  #app!: ReturnType<typeof createApp>;

  constructor(machine: Machine, network: Network) {
    this.#machine = machine;
    memory.begin();
    this.process = new Process(machine, 'wallet', () => this.#begin());
    network.serve(walletOrigin, [
      { process: this.process, handle: (request) => this.handle(request) },
    ]);
    this.process.start();
  }

  #begin(): void {
    const { process } = this;
    const machine = this.#machine;
    const born = process.life;
    const queue = new WriteQueue(
      memory.queuedBy(() => process.life === born),
      this.#dyingTx(),
      () => undefined,
    );
    const store: Store = {
      write: process.port('store.write', (work) => queue.add(work)) as Store['write'],
      read: process.port('store.read', (work) => queue.add(work)) as Store['read'],
      close: () => Promise.resolve(),
    };
    const now = () => machine.now;
    this.context = {
      issuer: walletOrigin,
      env: 'test',
      dev: false,
      mail: undefined,
      proxy: undefined,
      now,
      random: (size) => machine.random.bytes(size),
      fetch: asksNobody,
      resolver: { lookup: asksNobody, txt: asksNobody },
      schedule: () => () => undefined,
      store,
      keys,
      policy: generous,
      verify: quickVerify,
      limits: new Limits(generous.rates, now),
      arrivals: new Arrivals(),
      versions: new Map(),
      log: (event, facts) => {
        if (event === 'internal-error') machine.note(`wallet: ${JSON.stringify(facts)}`);
      },
    };
    this.#app = createApp(this.context);
  }

  /** Dies between two statements too: what the transaction did until then is undone. */
  #dyingTx(): Tx {
    const { tx } = memory;
    const { process } = this;
    const machine = this.#machine;
    const born = process.life;
    return {
      ...tx,
      run: async (sql, ...values) => {
        if (process.life !== born) throw new Died();
        if (machine.dies(insideTransaction)) {
          process.crash(insideTransaction);
          throw new Died();
        }
        return tx.run(sql, ...values);
      },
    };
  }

  handle(request: Request): Promise<Response> {
    const incoming = { socket: { remoteAddress: '192.0.2.1' } };
    return Promise.resolve(this.#app.request(request, undefined, { incoming }));
  }

  /** The person's yes on the consent page. */
  async allow(nonce: string, person: string) {
    const limits = { perPayment: 100_000n, perDay: 4_000_000n, total: 5_000_000n };
    return approve(this.context, { nonce, person, limits, scope: {} });
  }

  /** Gives back what is left of sessions that have ended. */
  async sweep(): Promise<void> {
    if (this.process.life) await sweep(this.context);
  }

  /** Looks past all ports. */
  async books(): Promise<Audit> {
    return audit(memory.tx);
  }
}

/** Rates are for strangers in a hurry; here whole days pass in a moment. And a hold is so small that a few taps need a top-up. */
const generous = {
  ...policy,
  hold: { ...policy.hold, times: 3n },
  rates: Object.fromEntries(Object.keys(policy.rates).map((name) => [name, [1_000_000, 1]])),
} as unknown as typeof policy;

/** A wallet put together: its store, keys, clock and routes, from whatever hands they come. */
import { mkdirSync } from 'node:fs';
import { isIP } from 'node:net';
import { join } from 'node:path';
import { isLoopbackHost, isOrigin, policy, strictVerify } from 'micro-pay/protocol';
import type { Hono } from 'hono';
import type { Env } from './app/api.ts';
import { createApp } from './app/app.ts';
import { Limits } from './app/limits.ts';
import { Arrivals } from './arrivals.ts';
import type { Context } from './context.ts';
import { openKeyring } from './keyring.ts';
import { jsonLog, type Log } from './log.ts';
import type { SendMail } from './mail.ts';
import { keepVersions } from './pages/element-files.ts';
import { fillTwins } from './payee-names.ts';
import { systemResolver, type Resolver } from './site-visit.ts';
import { lockFolder } from './store/lock.ts';
import { openSqlite } from './store/sqlite.ts';
import { keepLooking } from './site-rounds.ts';
import { keepSweeping } from './sweeper.ts';

export interface WalletOptions {
  /** Folder of database and keys; made when it isn't there */
  data: string;
  /** Origin of this wallet */
  issuer: string;
  /** Allows http on loopback, and nothing else */
  dev?: boolean;
  /** Address of the one proxy whose `X-Forwarded-For` is believed */
  proxy?: string | undefined;
  now?: () => number;
  random?: (size: number) => Uint8Array<ArrayBuffer>;
  fetch?: typeof fetch;
  /** Sends codes to people who sign in by e-mail; without it nobody can */
  mail?: SendMail | undefined;
  /** Asks name servers about sites of payees */
  resolver?: Resolver;
  /** Runs something later, and returns the way to call it off */
  schedule?: Context['schedule'];
  log?: Log;
}

export interface Wallet {
  app: Hono<Env>;
  context: Context;
  close: () => Promise<void>;
}

export const databaseIn = (folder: string): string => join(folder, 'wallet.sqlite');

/**
 * Takes the folder for this process alone; made when it isn't there.
 * @returns the way to let it go
 * @throws Error when another wallet serves it
 */
export function takeFolder(data: string): () => void {
  mkdirSync(data, { recursive: true, mode: 0o700 });
  return lockFolder(data);
}

/** @throws Error with words for the operator: a wrong issuer, or a folder that another wallet serves */
export async function createWallet(options: WalletOptions): Promise<Wallet> {
  return openWallet(options, takeFolder(options.data));
}

/** @param release lets the folder go, when the wallet closes or can't be opened */
export async function openWallet(options: WalletOptions, release: () => void): Promise<Wallet> {
  const { data, issuer, dev = false, now = Date.now } = options;
  const random = options.random ?? ((size) => crypto.getRandomValues(new Uint8Array(size)));
  try {
    assertIssuer(issuer, dev);
    assertProxy(options.proxy);
    const store = openSqlite({ path: databaseIn(data), serves: true });
    await store.write(async (tx) => {
      await tx.run(
        `insert into meta (name, value) values ('issuer', $1)
         on conflict (name) do update set value = excluded.value`,
        issuer,
      );
      await fillTwins(tx);
    });
    const context: Context = {
      issuer,
      env: 'test',
      dev,
      proxy: options.proxy,
      now,
      random,
      fetch: options.fetch ?? fetch,
      mail: options.mail,
      resolver: options.resolver ?? systemResolver,
      schedule: options.schedule ?? later,
      store,
      keys: await openKeyring(data, random),
      policy,
      verify: strictVerify,
      limits: new Limits(policy.rates, now),
      arrivals: new Arrivals(),
      versions: keepVersions(join(data, 'element')),
      log: options.log ?? jsonLog((line) => console.error(line), now),
    };
    const rounds = [keepSweeping(context), keepLooking(context)];
    const close = async (): Promise<void> => {
      await Promise.all(rounds.map((stop) => stop()));
      await store.close();
      release();
    };
    return { app: createApp(context), context, close };
  } catch (error) {
    release();
    throw error;
  }
}

/** By the platform's timer, for which alone no process stays. */
const later: Context['schedule'] = (work, ms) => {
  const timer = setTimeout(work, ms);
  timer.unref();
  return () => clearTimeout(timer);
};

function assertIssuer(issuer: string, dev: boolean): void {
  if (!isOrigin(issuer))
    throw new Error('The issuer is an origin such as https://wallet.example, without a path.');
  if (issuer.startsWith('http:') && !dev)
    throw new Error('A wallet speaks https; only --dev allows http, and only on this machine.');
  // Its cookie is weaker, and it takes payees of this machine: neither is for a wallet that others use.
  if (dev && !isLoopbackHost(new URL(issuer).hostname))
    throw new Error('--dev is for a wallet that only this machine uses, such as http://localhost.');
}

/** A name would have to be looked up; compared as it stands it would fit no visitor, and silently. */
function assertProxy(proxy: string | undefined): void {
  if (proxy !== undefined && !isIP(proxy))
    throw new Error('The proxy is named by its IP address, such as 127.0.0.1.');
}

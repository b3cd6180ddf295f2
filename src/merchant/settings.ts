/** The options of a paywall, checked once when it is made. A mistake here is the programmer's: a plain Error, and loud. */
import type { MacKey } from '../protocol/challenge.ts';
import { moneyFrom, type Money } from '../protocol/money.ts';
import { isOrigin } from '../protocol/origin.ts';
import { payeeFrom, type Payee } from '../protocol/wallet-address.ts';
import { walletKeys, type WalletKeys } from './jwks.ts';
import { macKey } from './native.ts';
import { platformPorts, type Ports } from './ports.ts';
import { memoryStore } from './memory-store.ts';
import {
  sessionSettings,
  type SessionOptions,
  type SessionSettings,
} from './sessions/session-options.ts';
import type { PaywallStore } from './store.ts';

/** A price as people write it: major units and ISO 4217. */
export interface Price {
  /** `0.02` */
  amount: string;
  /** `USD` */
  currency: string;
}

/** What your own page is made of. All texts are escaped HTML. */
export interface PageParts {
  /** The element with its fallback, and its script: put it where the button belongs */
  button: string;
  /** `2¢` */
  price: string;
  /** The item's title; empty when it has none */
  title: string;
  /** For `<style nonce="…">`: the page's Content-Security-Policy allows no other */
  nonce: string;
}

export interface PaywallOptions extends Partial<Ports> {
  /** Who is paid: `https://wallet.example/~news` */
  payee: string;
  /** What an item costs that has no price of its own */
  price?: Price;
  /** At least 32 characters that only your servers know. Challenges, access cookies and what was sold are bound to it; all replicas share it. */
  secret: string;
  /** Accept play money, and a wallet on this machine over http */
  test?: boolean;
  /** Remembers what was taken and what is owned; in memory by default, which one process forgets when it ends */
  store?: PaywallStore;
  /** Your site as browsers see it, `https://news.example`; by default what each request says of itself */
  origin?: string;
  /** The name your challenges carry; the host by default */
  realm?: string;
  /** Sites whose pages may read your answers; none by default */
  allowOrigins?: readonly string[] | '*';
  /** Address of the element's script for the page that browsers see; `/micro-pay.js` by default */
  script?: string;
  /** Your own page around the button, for browsers */
  page?: (parts: PageParts) => string;
  /** Sell by session too: many taps, checked by you alone, settled in one transfer */
  sessions?: SessionOptions;
}

export interface Settings extends Ports {
  payee: Payee;
  price: Money | undefined;
  challengeKey: MacKey | Promise<MacKey>;
  accessKey: MacKey | Promise<MacKey>;
  markKey: MacKey | Promise<MacKey>;
  test: boolean;
  store: PaywallStore;
  keys: WalletKeys;
  origin: string | undefined;
  realm: string | undefined;
  allowOrigins: readonly string[] | '*';
  script: string;
  page: ((parts: PageParts) => string) | undefined;
  sessions: SessionSettings | undefined;
}

/** @throws Error that names the option and what it should be */
export function settingsFrom(options: PaywallOptions): Settings {
  const { payee: payeeUrl, secret, price, test = false, origin, realm, page } = options;
  if (typeof secret !== 'string' || secret.length < 32)
    throw new Error('paywall: “secret” needs at least 32 characters.');
  if (origin !== undefined && !isOrigin(origin))
    throw new Error('paywall: “origin” looks like https://news.example.');
  if (realm !== undefined && !/^[\x20-\x7b\x7d\x7e]{1,255}$/.test(realm))
    throw new Error('paywall: “realm” is 1 to 255 ASCII characters without “|”.');
  const payee = toldAs('payee', () => payeeFrom(payeeUrl));
  if (!test && !payee.wallet.startsWith('https:'))
    throw new Error('paywall: the wallet of “payee” must speak https, unless “test” is true.');
  const ports: Ports = {
    timer: options.timer ?? platformPorts.timer,
    fetch: options.fetch ?? platformPorts.fetch,
    now: options.now ?? platformPorts.now,
    random: options.random ?? platformPorts.random,
    onError: options.onError ?? platformPorts.onError,
  };
  const store = options.store ?? memoryStore();
  const keys = walletKeys(payee.wallet, ports, store);
  return {
    ...ports,
    payee,
    price: price && toldAs('price', () => moneyFrom(price.amount, price.currency)),
    challengeKey: macKey(secret),
    // Keys of their own, so that no challenge id can ever be read as an access cookie or a mark.
    accessKey: macKey(`access cookie\n${secret}`),
    markKey: macKey(`mark\n${secret}`),
    test,
    store,
    keys,
    origin,
    realm: realm ?? (origin && new URL(origin).host),
    allowOrigins: options.allowOrigins ?? [],
    script: options.script ?? '/micro-pay.js',
    page,
    sessions:
      options.sessions &&
      sessionSettings(options.sessions, { payee: payee.url, keys, store: store.sessions }),
  };
}

/** Turns a refusal of the protocol into a sentence for the programmer. */
export function toldAs<T>(option: string, read: () => T): T {
  try {
    return read();
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : '';
    throw new Error(`paywall: “${option}” can’t be used. ${reason}`, { cause });
  }
}

/** The options of selling by session, checked once when the paywall is made. */
import type { Challenge } from '../../protocol/challenge.ts';
import { inLedgerUnits, moneyFrom, type Money } from '../../protocol/money.ts';
import type { Signer } from '../../protocol/keys.ts';
import { policy } from '../../protocol/policy.ts';
import type { WalletKeys } from '../jwks.ts';
import { grantBook, type GrantBook } from './grants.ts';
import { payeeKeyFrom, payeeSigner, type PayeeKey } from './payee-key.ts';
import { assertPriceClass, assertUnit, usualUnit, type Priced } from './price-class.ts';
import type { SessionStore } from './session-store.ts';
import { deliveries, type Deliveries } from './deliveries.ts';
import { signals, type Signals } from './signals.ts';
import { turns, type Turns } from './turns.ts';

export interface SessionOptions {
  /** The payee's private key, as `newPayeeKey()` makes it; the wallet knows its public half. All replicas share it. */
  key: PayeeKey;
  /** Price class of items that name none: `GET /articles/*`. By default what stands in the same folder. */
  scope?: string;
  /** What one is: `article` by default */
  unit?: string;
  /** What a payer may be asked to reserve, major units; by default their device and wallet decide alone */
  deposit?: { amount: string; currency: string };
  /** `false`: nothing is sold by session yet; `observed` hears what would have been. `true` by default */
  enforce?: boolean;
  /** Hears of each payment that a session would have taken, where `enforce` is false */
  observed?: (would: Observed) => void;
  settle?: SettleOptions;
}

/** A charge that would have been a tap of a session. */
export interface Observed {
  /** Price class */
  scope: string;
  /** Method, path and query */
  res: string;
  /** In units of the ledger */
  amount: string;
  currency: string;
}

export interface SettleOptions {
  /** Less than this of one session waits until its end is near, major units */
  atLeast?: { amount: string; currency: string };
  /** So long before its last moment a session is settled whatever it holds; 2,400 by default */
  marginSeconds?: number;
  /** Tell the payer's statement the titles of items; the consent page says that you may */
  titles?: boolean;
}

export interface SessionSettings {
  payee: string;
  store: SessionStore;
  signer: () => Promise<Signer>;
  scope: string | undefined;
  unit: string;
  deposit: Money | undefined;
  enforce: boolean;
  observed: (would: Observed) => void;
  atLeast: bigint;
  marginSeconds: number;
  titles: boolean;
  grants: GrantBook;
  /** When each challenge that was found to be ours expires, seconds since 1970 */
  recognised: WeakMap<Challenge, number>;
  turns: Turns;
  signals: Signals;
  /** Which taps were delivered well */
  deliveries: Deliveries;
  /** By price, unit and class */
  priced: Map<string, Priced>;
  /** Seconds by which the wallet’s clock is ahead of ours */
  clock: { offset: number };
}

/** @throws Error that names the option and what it should be */
export function sessionSettings(
  options: SessionOptions,
  paywall: { payee: string; keys: WalletKeys; store: SessionStore | undefined },
): SessionSettings {
  const { scope, unit = usualUnit, deposit, settle = {}, enforce = true } = options;
  const { payee, keys, store } = paywall;
  if (!store)
    throw new Error('paywall: “store” needs “sessions” of its own where you sell by session.');
  if (scope !== undefined) assertPriceClass(scope);
  assertUnit(unit);
  const { hold } = policy.seconds;
  const { atLeast, marginSeconds = 2_400, titles = false } = settle;
  if (!Number.isSafeInteger(marginSeconds) || marginSeconds < 60 || marginSeconds > hold)
    throw new Error('paywall: “sessions.settle.marginSeconds” is between a minute and a day.');
  const key = payeeKeyFrom(options.key);
  let signer: Promise<Signer> | undefined;
  return {
    payee,
    store,
    signer: () => (signer ??= payeeSigner(key)),
    scope,
    unit,
    deposit: deposit && moneyFrom(deposit.amount, deposit.currency),
    enforce,
    observed: options.observed ?? (() => undefined),
    atLeast: atLeast ? inLedgerUnits(moneyFrom(atLeast.amount, atLeast.currency)).amount : 0n,
    marginSeconds,
    titles,
    grants: grantBook(keys),
    recognised: new WeakMap(),
    turns: turns(),
    signals: signals(),
    deliveries: deliveries(),
    priced: new Map(),
    clock: { offset: 0 },
  };
}

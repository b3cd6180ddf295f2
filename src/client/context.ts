/** What every part of the client is handed: its ports, the page's options, what the page can watch, and the way to the rest of the client. */
import { atom, type WritableAtom } from 'nanostores';
import { deviceCaps } from '../protocol/device-policy.ts';
import type { Signer } from '../protocol/ed25519-key.ts';
import { amountPattern } from '../protocol/ledger-units.ts';
import { Problem, type ProblemCode } from '../protocol/problem-table.ts';
import type { Alert, Caps, KeptReceipt, Options, Session, Storage } from './api.ts';
import type * as Later from './later/index.ts';
import { browserPorts, type Ports } from './ports.ts';
import { indexedDbStorage } from './storage.ts';

/** The key a page signs with; a fallback lives in memory only and is trusted with less. */
export type SessionSigner = Signer & { fallback?: boolean };

export interface Context extends Ports {
  /** Whoever asked may stop: each question to the SDK has a context with its own */
  signal?: AbortSignal | undefined;
  options: Options;
  storage: Storage | Promise<Storage>;
  /** Keys of browsers that can keep none, by payee */
  memoryKeys: Map<string, Promise<SessionSigner>>;
  /** Limits where the person set none */
  caps: Caps;
  stores: Stores;
  /**
   * Everything a first payment by window doesn't need, loaded on use.
   * @throws Problem of the given code when it can't be loaded; `offline` by default
   */
  later: (lost?: ProblemCode) => Promise<typeof Later>;
}

export interface Stores {
  $session: WritableAtom<Session | undefined>;
  $caps: WritableAtom<Caps>;
  /** Newest first, as many as a page would list */
  $receipts: WritableAtom<readonly KeptReceipt[]>;
  /** Newest first */
  $alerts: WritableAtom<readonly Alert[]>;
}

/** @throws Problem `malformed-request` for a limit that is no whole amount */
export function contextFrom(
  options: Options,
  ports: Partial<Ports>,
  load: () => Promise<typeof Later>,
): Context {
  const { tap, day, total } = deviceCaps;
  const caps = { tap: String(tap), day: String(day), total: String(total), ...options.caps };
  assertAmounts(caps);
  return {
    ...browserPorts(),
    ...options,
    ...ports,
    options,
    caps,
    storage: options.storage ?? ownStorage(load),
    memoryKeys: new Map(),
    stores: {
      $session: atom<Session | undefined>(),
      $caps: atom(caps),
      $receipts: atom<readonly KeptReceipt[]>([]),
      $alerts: atom<readonly Alert[]>([]),
    },
    later: (lost = 'offline') =>
      load().catch((cause: unknown) => {
        throw new Problem(lost, { cause });
      }),
  };
}

/** @throws Problem `malformed-request` */
export function assertAmounts(caps: Caps): void {
  if (!Object.values(caps).every((limit: string) => amountPattern.test(limit)))
    throw new Problem('malformed-request');
}

const ownStorage = (load: () => Promise<typeof Later>): Context['storage'] =>
  globalThis.indexedDB
    ? indexedDbStorage(globalThis.indexedDB)
    : load().then(({ memoryStorage }) => memoryStorage());

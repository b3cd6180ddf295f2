/** What every part of the client is handed: its ports, the page's options, whom to tell, and the way to the rest of the client. */
import { deviceCaps } from '../protocol/device-policy.ts';
import type { Signer } from '../protocol/ed25519-key.ts';
import { Problem, type ProblemCode } from '../protocol/problem-table.ts';
import type { Alert, Caps, KeptReceipt, Options, Session, Storage } from './api.ts';
import type * as Later from './later/index.ts';
import { browserPorts, type Ports } from './ports.ts';
import { indexedDbStorage } from './storage.ts';

/** The key a page signs with; a fallback lives in memory only and is trusted with less. */
export type SessionSigner = Signer & { fallback?: boolean };

/** What a page can watch. */
export interface News {
  session?: Session;
  /** A payee whose approval was forgotten */
  ended?: string;
  caps?: Caps;
  receipt?: KeptReceipt;
  alert?: Alert;
}

export interface Context extends Ports {
  /** Whoever asked may stop: each question to the SDK has a context with its own */
  signal?: AbortSignal | undefined;
  /** … and wants to know when the person said yes */
  approved?: (() => void) | undefined;
  options: Options;
  storage: Storage;
  /** Limits where the person set none */
  caps: Caps;
  tell: (news: News) => void;
  /**
   * Everything a first payment by window doesn't need, loaded on use.
   * @throws Problem of the given code when it can't be loaded; `offline` by default
   */
  later: (lost?: ProblemCode) => Promise<typeof Later>;
}

/** @param load the rest of the client @param own what a page has of its own */
export function contextFrom(
  load: () => Promise<typeof Later>,
  own: Partial<Context> = {},
): Context {
  return {
    ...browserPorts(),
    options: {},
    caps: deviceCaps,
    storage: indexedDbStorage(),
    tell: () => undefined,
    ...own,
    later: (lost = 'offline') =>
      load().catch((cause: unknown) => {
        throw new Problem(lost, { cause });
      }),
  };
}

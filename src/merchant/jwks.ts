/** The published keys of one wallet: fetched when needed, kept by the store, fresh for an hour, used for a day while the wallet can't be reached. */
import ky from 'ky';
import * as v from 'valibot';
import { jwksPath } from '../protocol/discovery.ts';
import { jsonLimits, parseJson, textFrom } from '../protocol/encoding.ts';
import { verifyJws, type Jws } from '../protocol/jws.ts';
import { jwkSchema, jwksSchema, thumbprint, type Jwk, type Verify } from '../protocol/keys.ts';
import { policy } from '../protocol/policy.ts';
import { Problem } from '../protocol/problem.ts';
import { shaped } from '../protocol/shape.ts';
import { bytesOf } from './body.ts';
import type { Ports } from './ports.ts';
import { verifierOf } from './signature.ts';
import type { PaywallStore } from './store.ts';

export interface WalletKeys {
  /**
   * Checks that the wallet signed this.
   * @throws Problem `verification-failed`; `unavailable` while no key is known and the wallet can't be reached
   */
  verify: (jws: Jws) => Promise<void>;
}

interface Key {
  jwk: Jwk;
  verify: Verify;
}

const timeoutMs = 3_000;

export function walletKeys(wallet: string, ports: Ports, store: PaywallStore): WalletKeys {
  const { jwksFresh, jwksStale, jwksRetry, jwksRetryEmpty } = policy.seconds;
  let known: ReadonlyMap<string, Key> = new Map();
  let fetchedAt = -Infinity;
  let triedAt = -Infinity;
  let recalling: Promise<void> | undefined;
  let fetching: Promise<void> | undefined;

  /** What was fetched before this process began: a wallet that is away then must not close the door. */
  const recall = async (): Promise<void> => {
    try {
      const kept = await store.keysOf?.(wallet);
      if (!kept || kept.at > ports.now() / 1000) return;
      known = await keysFrom(kept.jwks);
      fetchedAt = kept.at;
    } catch (error) {
      ports.onError(error);
    }
  };
  const refresh = async (now: number): Promise<void> => {
    triedAt = now;
    try {
      const jwks = await fetchJwks(wallet, ports.fetch);
      known = await keysFrom(jwks);
      fetchedAt = now;
      await store.keepKeys?.(wallet, { jwks, at: Math.floor(now) });
    } catch (error) {
      ports.onError(error);
    }
  };
  /** One fetch at a time, however many visitors wait for it. */
  const refreshOnce = (now: number): Promise<void> =>
    (fetching ??= refresh(now).finally(() => (fetching = undefined)));

  return {
    verify: async (jws) => {
      await (recalling ??= recall());
      const now = ports.now() / 1000;
      const fresh = now - fetchedAt < jwksFresh && known.has(jws.kid);
      const usable = () => now - fetchedAt < jwksStale;
      // Anyone can invent a key id, so one that isn't known is asked about once a minute; without any key, a little sooner.
      const retry = usable() ? jwksRetry : jwksRetryEmpty;
      if (!fresh && (fetching || now - triedAt >= retry)) await refreshOnce(now);
      if (!usable()) throw new Problem('unavailable', { detail: 'The wallet can’t be reached.' });
      const key = known.get(jws.kid);
      if (!key)
        throw new Problem('verification-failed', { detail: 'The key is not the wallet’s.' });
      await verifyJws(jws, key.jwk, key.verify, 'verification-failed');
    },
  };
}

async function fetchJwks(wallet: string, fetch: Ports['fetch']): Promise<string> {
  const signal = AbortSignal.timeout(timeoutMs);
  const { body } = await ky.get(wallet + jwksPath, {
    fetch,
    signal,
    timeout: false,
    retry: 0,
    redirect: 'error',
    credentials: 'omit',
  });
  return textFrom(await bytesOf(body, jsonLimits.characters, 'unavailable'), 'unavailable');
}

/** Unsound and foreign keys are passed over: one of them must not close the door to the others. */
async function keysFrom(jwks: string): Promise<Map<string, Key>> {
  const { keys } = shaped(jwksSchema, parseJson(jwks, 'unavailable'), 'unavailable');
  const found = new Map<string, Key>();
  for (const candidate of keys) {
    const { success, output: jwk } = v.safeParse(jwkSchema, candidate);
    const verify = success ? await verifierOf(jwk).catch(() => undefined) : undefined;
    if (success && verify) found.set(await thumbprint(jwk), { jwk, verify });
  }
  return found;
}

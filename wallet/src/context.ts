/** What every part of the wallet is handed: where it is, its clock, its randomness, its store and its keys. */
import type { Environment, Policy, Signer, Verify } from 'micro-pay/protocol';
import type { Limits } from './app/limits.ts';
import type { Arrivals } from './arrivals.ts';
import type { Log } from './log.ts';
import type { SendMail } from './mail.ts';
import type { Asset } from './pages/assets.ts';
import type { Resolver } from './site-visit.ts';
import type { Store } from './store/store.ts';

export type { Log } from './log.ts';

export interface Context {
  /** Origin of this wallet, as all its signed objects name it */
  issuer: string;
  env: Environment;
  /** Only `--dev` sets it: http on loopback, and the cookie without the `__Host-` prefix */
  dev: boolean;
  /** Address of the one proxy whose `X-Forwarded-For` is believed */
  proxy: string | undefined;
  /** Milliseconds since 1970, as Date.now; nothing else in the wallet asks for the time */
  now: () => number;
  /** @returns `size` random bytes; nothing else in the wallet asks for randomness */
  random: (size: number) => Uint8Array<ArrayBuffer>;
  fetch: typeof fetch;
  /** Sends a mail; undefined: this wallet sends none, and offers no way in by a code */
  mail: SendMail | undefined;
  /** Asks name servers; nothing else in the wallet does */
  resolver: Resolver;
  /** Runs something later; nothing else in the wallet waits for time to pass. @returns the way to call it off */
  schedule: (work: () => void, ms: number) => () => void;
  store: Store;
  keys: Keyring;
  policy: Policy;
  verify: Verify;
  limits: Limits;
  /** Wakes the consent page that waits for its question */
  arrivals: Arrivals;
  /** Each version of the element's one file that this wallet ever had, by file name */
  versions: ReadonlyMap<string, Asset>;
  log: Log;
}

/** The wallet's secrets; they live beside the database, never in it. */
export interface Keyring {
  /** One key for each class of signed object */
  grants: Signer;
  receipts: Signer;
  /** Everything that is published at the JWKS address */
  published: readonly {
    kid: string;
    kty: 'OKP';
    crv: 'Ed25519';
    x: string;
    alg: 'EdDSA';
    use: 'sig';
  }[];
  /** Keyed hash, for pairwise ids and form tokens: base64url of HMAC-SHA256, by purpose */
  mac: (purpose: 'payer-id' | 'form' | 'login' | 'email', text: string) => string;
  /** Seals what the database must not tell, AES-256-GCM. @param about what it is of: sealed for another, it stays shut */
  seal: (text: string, about: string) => string;
  /** @throws Error for anything but what was sealed for this */
  unseal: (sealed: string, about: string) => string;
}

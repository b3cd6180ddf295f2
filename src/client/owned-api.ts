/** What the SDK offers to a page about what its person owns, as types. */
import type { Receipt } from './claims.ts';

/** What this person owns at a payee by one payment. */
export interface Owned {
  /** `item:itm_…`, or what the payee's server sells, `GET /articles/1` */
  scope: string;
  /** Seconds since 1970 */
  until: number;
  receipt: Receipt;
  /** The receipt as the wallet signed it */
  text: string;
  /** Of an item that is locked: what opens it, base64url */
  key?: string | undefined;
}

export interface OwnedOptions {
  /** Only this */
  scope?: string;
  /** Only what this device knows, without a request; or only the wallet's word, over all devices */
  from?: 'device' | 'wallet';
}

/**
 * What a person owns at a payee, the newest first: as far as this device knows, and, where it has an approval of the payee,
 * as the wallet says. Nothing is charged. A wallet that can't be reached is as one not asked.
 * @example const [mine] = await micro.owned('https://wallet.example/~maya', { scope: 'item:itm_…' });
 * @param payee its URL
 * @throws Problem `payee-unknown`; of the wallet where only its word was wanted: `not-connected`, `grant-revoked`,
 *   `wallet-unreachable` …
 */
export type Owns = (payee: string, options?: OwnedOptions) => Promise<Owned[]>;

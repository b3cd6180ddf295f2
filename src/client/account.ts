/** What this device keeps of one payee, as one record: its key, the approval, the limits and what is under way. What was paid, its receipts tell. */
import type { Allowance } from '../protocol/connect.ts';
import type { Caps } from './api.ts';
import type { Charge } from './charge.ts';
import type { Asked } from './consent/question.ts';
import type { Context } from './context.ts';
import type { KeptKey } from './session-key.ts';
import type { Wallet } from './wallet.ts';

export interface Account {
  payee: string;
  key?: KeptKey | undefined;
  approval?: Approval | undefined;
  /** What the wallet reserved for this payee, for taps of a session */
  hold?: Hold | undefined;
  /** The person's own limits */
  caps?: Caps;
  /** Something was begun, approved or chosen here before: this is not the first payment any more */
  known?: true;
  /** Payments under way: stored before anything signed leaves, forgotten only when answered and delivered */
  pending: Pending[];
  /** A question the page left behind when it went to the wallet; `at` in milliseconds since 1970 */
  left?: { asked: Asked; at: number } | undefined;
}

/** A standing approval. */
export interface Approval {
  /** JWS, believed when it is used */
  grant: string;
  /** The id it must have */
  gnt: string;
  /** What is left of it, as last heard */
  allowance: Allowance;
  wallet: Wallet;
  /** The highest price agreed to on a consent page, in units of the ledger */
  agreed?: bigint | undefined;
  /** What opens the item that was bought with the approval, as the wallet said it */
  key?: string;
  /** JWS: the session that came with the approval, until a first tap looks at it */
  session?: unknown;
}

/** A sum reserved for one payee, and what was signed of it. In units of the ledger. */
export interface Hold {
  sid: string;
  /** JWS, as the wallet signed it; shown to the payee's server */
  grant: string;
  /** Grows with each top-up */
  seq: number;
  /** Reserved in all */
  dep: bigint;
  /** Seconds, the wallet's time: then what is left goes back */
  rby: number;
  /** The payee's public keys, base64url: one of them signs tap receipts */
  pks: string[];
  /** What was got and is paid for; falls when a tap is refused or taken back */
  owed: bigint;
  /** The highest sum ever signed; never falls */
  signedMax: bigint;
  /** The `seq` that the payee's server has seen; undefined before its first answer */
  shown?: number | undefined;
  /** The payee's server takes no more of it */
  ended?: boolean | undefined;
  /** A top-up that was asked for and may have been made */
  asked?: { seq: number; amount: bigint } | undefined;
}

export interface Pending {
  charge: Charge;
  /** JWS, of a tap its voucher; whatever happens, these bytes and no others are sent for this charge */
  intent: string;
  /** Of a tap: the session it is in, and the payee's keys */
  tap?: { sid: string; pks: string[] };
  /** When the intent ends, the wallet's time in seconds */
  exp: number;
  /** Thumbprint of the key that signed it */
  jkt: string;
  /** When it was signed, milliseconds since 1970 */
  at: number;
  wallet: Wallet;
}

/** Before the payee in a record's key */
export const accountPrefix = 'account:';

/**
 * Nobody but this client, in this version of the database, writes these records; whoever else can write there runs inside
 * the page, and against that one the wallet's limits stand. So values are believed as they were written.
 */
export const accountOf = async ({ storage }: Context, payee: string): Promise<Account> =>
  ((await storage.get(accountPrefix + payee)) as Account | undefined) ?? {
    payee,
    pending: [],
  };

/** Changes a record; across tabs each has one writer at a time. The same object back leaves it as it is. */
export const changeAccount = (
  context: Context,
  payee: string,
  change: (account: Account) => Account | Promise<Account>,
): Promise<Account> =>
  context.lock(`micro-pay:${payee}`, async () => {
    const before = await accountOf(context, payee);
    const after = await change(before);
    if (after !== before) await context.storage.set(accountPrefix + payee, after);
    context.page?.mark(payee, Boolean(after.left ?? after.pending.length));
    return after;
  });

/** What the SDK offers to a page, as types: `createMicroPay` makes one. The element is built on nothing else. */
import type { ReadableAtom } from 'nanostores';
import type { Allowance } from '../protocol/connect.ts';
import type { Environment } from '../protocol/grant.ts';
import type { Signer } from '../protocol/keys.ts';
import type { Money } from '../protocol/money.ts';
import type { Problem } from '../protocol/problem.ts';
import type { Receipt } from './claims.ts';
import type { Meter, MeterOptions, MeterState, SessionStatement, Way } from './session-api.ts';
import type { Owns } from './owned-api.ts';
import type { Payee } from '../protocol/wallet-address.ts';

/** What a page wants paid: a sum to someone, or whatever an address asks for. */
export type Target =
  | {
      /** The payee's URL, `https://wallet.example/~news` */
      to: string;
      /** Major units, `0.02` */
      amount: string;
      /** ISO 4217, `USD` */
      currency: string;
      /** What it is for, in the page's words */
      reason?: string | undefined;
      /** What the payee sells at its wallet, `itm_…`: its price there must be this amount */
      item?: string | undefined;
    }
  | { url: string; init?: RequestInit };

/** What a payment would be, before anything is signed. Ask for it, show it, then settle it. */
export interface Quote {
  /** Challenge id; for a target without a server one made here and kept */
  id: string;
  target: Target;
  payee: Payee;
  money: Money;
  /** What for, in the page's words, made printable */
  reason: string;
  /** Owned already: settling costs nothing */
  owned: boolean;
  /** There is a live approval, and the price is within every limit: settling needs no window */
  ready: boolean;
  /** Why it isn't ready: `not-connected`, `grant-expired`, `cap-reached`, `price-changed` … */
  obstacle?: Problem | undefined;
  /** How it would be paid, and why so; undefined where it isn't ready, which is a charge with the approval, and where it is owned */
  way?: Way | undefined;
  /** What is left here, as last heard from the wallet */
  allowance?: Allowance | undefined;
  /** Play money or money, once the wallet has said it */
  env?: Environment | undefined;
  response?: undefined;
}

/** What `quote` gives for an address that asked for nothing: there is nothing to pay. */
export interface FreeAnswer {
  target: Target;
  /** Its body is unread */
  response: Response;
}

export interface Paid {
  receipt: Receipt;
  /** The receipt as the wallet signed it */
  text: string;
  target: Target;
  /** What the address answered; its body is unread */
  response?: Response | undefined;
  allowance?: Allowance | undefined;
  /** Of an item that is locked: what opens it, base64url. The wallet said it; what it opens shows whether it is right */
  key?: string | undefined;
  /** It was owned already, and nothing was charged */
  owned?: true;
}

/** A receipt as it is kept on this device. */
export interface KeptReceipt {
  receipt: Receipt;
  text: string;
  /** Address it opened, where there was one */
  url?: string | undefined;
  /** It was paid on another device, and opened again here */
  elsewhere?: true;
  /** Of an item that is locked: what opens it, base64url */
  key?: string | undefined;
  /** A tap of a session: `text` is the payee's word, not yet the wallet's. Until `undoUntil` (seconds) it can be taken back */
  /** A tap of a session: `text` is the payee's word, not yet the wallet's. It can be taken back while `receipts.list` says until when, in seconds */
  tap?: { sid: string; undoUntil?: number | undefined };
  /** It was taken back, and is not paid */
  undone?: true;
}

/** Limits of this device for one payee; the stricter of these and the wallet's counts. Millionths of the major unit, in decimal. */
export interface Caps {
  tap: string;
  day: string;
  total: string;
}

/** A window of the wallet, opened inside a click by `openWallet`. */
export interface WalletWindow {
  nonce: string;
  /** null: the browser blocked it */
  window: Window | null;
}

export interface Session {
  payee: string;
  origin: string;
  env: Environment;
  grantId: string;
  /** Seconds since 1970 */
  expiresAt: number;
  allowance: Allowance;
  /** What is set aside for taps here, in units of the ledger, and until when (seconds); known from the first tap on */
  held?: { amount: bigint; left: bigint; until: number } | undefined;
}

/** Something a person should see: a rule, its figures, and what can be done. */
export interface Alert {
  rule:
    'price-jump' | 'cap-near' | 'cap-reached' | 'receipt-differs' | 'statement-differs' | 'setup';
  message: string;
  at: number;
}

/** Where things are kept. Values are structured-cloneable; `IndexedDB` by default. */
export interface Storage {
  get: (key: string) => Promise<unknown>;
  set: (key: string, value: unknown) => Promise<unknown>;
  /** Values whose keys start with this, in key order */
  list: (prefix: string) => Promise<unknown[]>;
}

export interface Options {
  /** Origins of the wallets this page takes; any by default */
  wallets?: readonly string[];
  caps?: Partial<Caps>;
  storage?: Storage;
  fetch?: typeof fetch;
  /** Milliseconds since 1970 */
  now?: () => number;
  random?: (size: number) => Uint8Array<ArrayBuffer>;
  /** Makes or finds the session key for one payee; WebCrypto in IndexedDB by default */
  signer?: (payee: string) => Promise<Signer & { fallback?: boolean }>;
  /** Language of prices in alerts, BCP 47; the document's by default */
  locale?: string;
}

export interface SettleOptions {
  signal?: AbortSignal | undefined;
  /** The window opened in the click, where approval is needed */
  wallet?: WalletWindow | undefined;
  /** The person said yes in it, and the payment goes on */
  approved?: (() => void) | undefined;
}

/** What a button asks of the SDK. */
export interface Payer {
  /** Finds out what a target costs, and whether it can be paid without a window. Nothing is signed. */
  quote: (target: Target, options?: Pick<SettleOptions, 'signal'>) => Promise<Quote | FreeAnswer>;
  /** Opens the wallet's window; call it inside the click. */
  openWallet: (quote: Pick<Quote, 'payee'>) => WalletWindow;
  /**
   * Pays a quote: approval first where it is needed and a window was given, then the charge, then the delivery.
   * @throws Problem with `moneyMoved` and `nextStep`
   */
  settle: (quote: Quote, options?: SettleOptions) => Promise<Paid>;
}

export interface MicroPay extends Payer {
  /** Goes to the wallet in this tab; `resume` finishes after the return. Never resolves where the navigation begins. */
  redirect: (quote: Quote, options?: { returnTo?: string }) => Promise<never>;
  /**
   * Finishes what was under way: a return from the wallet, or a payment whose answer was lost by a crash or reload.
   * Asks again with the same signed words, so nothing is paid twice. undefined: there was nothing.
   */
  resume: (target?: Target, options?: { signal?: AbortSignal }) => Promise<Paid | undefined>;
  /** `quote` and `settle` in one, for use without the element; opens the window itself when a click allows it. */
  pay: (target: Extract<Target, { to: string }>, options?: SettleOptions) => Promise<Paid>;
  /** As `fetch`; answers a 402 of the Payment scheme within the caps. Other answers come back as they are. */
  fetch: (url: string | URL, init?: RequestInit) => Promise<Response>;
  /** Asks for an approval without paying anything yet. */
  connect: (payee: string, options?: SettleOptions) => Promise<Session>;
  /** Forgets the approval and its key on this device. Receipts stay. */
  disconnect: (payee: string) => Promise<void>;
  /**
   * Takes a tap back: at the payee's server until it is settled, then at the wallet.
   * @returns who gave it back: the payee, and what it opened is closed; or the wallet, which tells no payee. Undefined, if it was back already
   * @throws Problem `undo-ended`, `insufficient-funds` of the payee, `answer-unknown` (asking again is safe)
   */
  undo: (receipt: KeptReceipt) => Promise<'payee' | 'wallet' | undefined>;
  /**
   * Pays unit after unit while somebody looks: minutes of reading, say. Halts when the page is hidden, survives a reload,
   * and ends in a problem with words at a limit.
   * @param tell hears every change: the running time once a second
   */
  meter: (options: MeterOptions, tell?: (state: MeterState) => void) => Promise<Meter>;
  /** Tells the payee's servers that this session is over, so that what is left of its hold comes back sooner. */
  close: (payee: string) => Promise<void>;
  /**
   * What the wallet says became of this payee's session, held against this device's own receipts.
   * A difference is an alert, and `fits` is false.
   */
  statement: (payee: string) => Promise<SessionStatement | undefined>;
  caps: {
    get: (payee: string) => Promise<Caps>;
    /** Takes effect here at once; the wallet's own limits are changed at the wallet */
    set: (payee: string, caps: Partial<Caps>) => Promise<Caps>;
  };
  /** What this person owns at a payee, the newest first; see `Owns`. */
  owned: Owns;
  receipts: {
    /** Newest first */
    list: (filter?: { payee?: string; limit?: number }) => Promise<KeptReceipt[]>;
  };
  $session: ReadableAtom<Session | undefined>;
  $caps: ReadableAtom<Caps>;
  /** Of this visit, newest first; `receipts.list` reads all that are kept */
  $receipts: ReadableAtom<readonly KeptReceipt[]>;
  $alerts: ReadableAtom<readonly Alert[]>;
}

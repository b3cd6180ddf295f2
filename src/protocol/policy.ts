/** The numbers of the house, dated: limits, times and rates in one table. Money is in millionths of the major unit. */
import { deviceCaps, pendingTapSeconds, signedSeconds } from './device-policy.ts';
import { fallbackCaps, jwksRetrySeconds, priceJump, skewSeconds } from './device-rules.ts';
import { holdDayShareBps, holdMarginSeconds, holdTimes } from './hold-policy.ts';

const cents = (count: number): bigint => BigInt(count) * 10_000n;
const dollars = (count: number): bigint => cents(count * 100);

/** In force since `since`; a change is a new table with a new date and a line in the changelog. */
export const policy = {
  since: '2026-11-23',
  caps: {
    /** One tap above this is asked about at the wallet. */
    tap: BigInt(deviceCaps.tap),
    day: BigInt(deviceCaps.day),
    total: BigInt(deviceCaps.total),
    allSitesDay: dollars(5),
    allSitesMonth: dollars(30),
    /** Payees anyone may show a button for. */
    openTap: cents(25),
    /** Keys that live in memory only; people who have no passkey, or came in by a code this time. */
    fallbackTap: fallbackCaps.tap,
    fallbackDay: fallbackCaps.day,
    fallbackMonth: dollars(5),
  },
  /** What a person may choose on the consent page, smallest first. */
  presets: {
    day: [dollars(1), dollars(2), dollars(5)],
    total: [dollars(5), dollars(10), dollars(20)],
  },
  priceJump,
  /** What a session reserves: this many times the price, at most this share of a day's limit. */
  hold: { times: holdTimes, dayShareBps: holdDayShareBps },
  /** Taps and payments taken back at one payee in so many seconds before a person is asked to write instead. */
  undo: { count: 3, seconds: 7 * 86_400 },
  balance: { max: dollars(150), playMoney: dollars(10), singleMax: dollars(30) },
  /** Spent since the last passkey before a passkey is asked for again. */
  strongAuthAfter: dollars(20),
  seconds: {
    skew: skewSeconds,
    intent: signedSeconds,
    call: signedSeconds,
    receiptPresentable: 600,
    interactRef: 300,
    pendingTap: pendingTapSeconds,
    /** A passkey used this recently counts as present. */
    presence: 300,
    grant: 30 * 86_400,
    login: 30 * 86_400,
    challenge: 600,
    /** A code by e-mail. */
    emailCode: 600,
    access: 365 * 86_400,
    /** What is bought as an item is owned for so long. */
    item: 3_650 * 86_400,
    /** A price of an item may be kept by whoever looked it up. */
    itemFresh: 60,
    jwksFresh: 3_600,
    jwksStale: 86_400,
    jwksRetry: jwksRetrySeconds,
    /** As long as a 503 asks a visitor to wait. */
    jwksRetryEmpty: 5,
    discoveryFresh: 3_600,
    /** A hold ends this long after its newest part; a payee stops taking vouchers a little before. */
    hold: 86_400,
    holdMargin: holdMarginSeconds,
    /** One top-up in this time needs nobody present. */
    topUp: 600,
    /** A session's challenge serves a price class for a day. */
    sessionChallenge: 86_400,
    /** A tap or a payment can be taken back for so long. */
    undo: 900,
    /** A payee can give back for so long. */
    refund: 180 * 86_400,
    /** A link to a file that a passkey was asked for is good for so long. */
    exportLink: 60,
    /** From one look at holds whose time is over to the next. */
    sweep: 60,
    /** A verified site is looked at again after a day, some at each round; a month without its word, and it counts no longer. */
    siteLook: 86_400,
    siteRound: 600,
    siteForgets: 30 * 86_400,
  },
  /** [count, per seconds] */
  rates: {
    connectPerAddress: [10, 60],
    connectPerOrigin: [30, 60],
    /** Windows that show, or wait for, a question. */
    startPerAddress: [60, 60],
    payPerGrant: [60, 60],
    /** New sessions and top-ups. */
    holdPerGrant: [30, 60],
    settlementsPerPayee: [60, 60],
    /** Codes that are no good; a receipt taken for a good one costs nothing. */
    codesPerPayee: [600, 60],
    /** Items registered or changed by a payee's key. */
    itemsPerPayee: [120, 60],
    ownedPerGrant: [60, 60],
    statementsPerGrant: [30, 60],
    refundsPerPayee: [120, 3_600],
    exportsPerPayee: [20, 3_600],
    /** Questions about payments, and what is added to them. */
    questionsPerPerson: [20, 86_400],
    answersPerPayee: [300, 86_400],
    /** Refused sign-ins; a good one costs nothing. */
    signInFailures: [5, 3_600],
    signUpPerAddress: [20, 3_600],
    /** Codes by e-mail: to one mailbox, and asked for from one address. */
    codePerAddress: [5, 3_600],
    codePerPeer: [20, 3_600],
    /** Questions a passkey is asked to answer. */
    passkeyPerAddress: [60, 60],
    /** New payees, and names that are asked about. */
    payeeSignUpPerAddress: [5, 3_600],
    nameCheckPerPerson: [60, 60],
    /** Looks at a site for what it says of a payee. */
    siteCheckPerPerson: [30, 3_600],
    /** Looks for new taps by someone who waits for the first one. */
    tapsPerPerson: [60, 60],
  },
  /** Of what is settled, in hundredths of a percent; from the payee's side. */
  payeeFeeBps: 0 as number,
} as const;

export type Policy = typeof policy;

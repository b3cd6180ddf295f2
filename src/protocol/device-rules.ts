/** The numbers that a payer's device goes by after its first payment; the policy table has them too. */

/** For keys that live in memory only, and payments without script. Millionths of the major unit. */
export const fallbackCaps = { tap: 100_000n, day: 1_000_000n };

/** A price above both of these asks again: this many times the agreed price, and this much in millionths of the major unit. */
export const priceJump = { times: 2n, above: 50_000n };

/** Seconds. */
export const jwksRetrySeconds = 60;
export const skewSeconds = 60;

/** The numbers a payer's device goes by; the policy table has them too. Money is in millionths of the major unit. */

/** Limits where the person set none. */
export const deviceCaps = { tap: '100000', day: '1000000', total: '5000000' };

/** For keys that live in memory only, and payments without script. */
export const fallbackCaps = { tap: 100_000n, day: 1_000_000n };

/** A price above both of these asks again: this many times the agreed price, and this much. */
export const priceJump = { times: 2n, above: 50_000n };

/** Seconds. */
export const signedSeconds = 60;
export const pendingTapSeconds = 600;
export const jwksRetrySeconds = 60;
export const skewSeconds = 60;

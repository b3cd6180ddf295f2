/** The numbers that a first payment goes by; the policy table has them too. Money is in millionths of the major unit. */

/** Limits where the person set none. */
export const deviceCaps = { tap: '100000', day: '1000000', total: '5000000' };

/** Seconds. */
export const signedSeconds = 60;
export const pendingTapSeconds = 600;

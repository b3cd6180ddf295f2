/** The numbers of a session that both the payer's device and the servers go by; the policy table has them too. */

/** What is reserved: this many times the price … */
export const holdTimes = 20n;
/** … and at most this share of a day's limit, in hundredths of a percent. */
export const holdDayShareBps = 2_000n;
/** Vouchers are taken until so many seconds before the wallet stops to redeem them. */
export const holdMarginSeconds = 3_600;

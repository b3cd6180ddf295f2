/** Lists of words that a signed object chooses from. */

/** Play money, and money. */
export const environments = ['test', 'live'] as const;

/** Why money moved. */
export const reasonCodes = [
  'tapped',
  'metered',
  'renewal',
  'tip',
  'boost',
  'offer-applied',
  'refund',
  'reversal',
  'correction',
] as const;

/** English words of an item: what became of the tap, and of the text. */
export const item = {
  paid: (price: string): string => `Paid ${price}.`,
  owned: 'It is yours already. Nothing was charged.',
  kept: (price: string): string => `It is yours: ${price} was paid.`,
  open: 'The text is open, below.',
  repriced: (price: string): string =>
    `It costs ${price} now. You were not charged. Tap to pay ${price}.`,
  /** Of a list */
  deducted: (price: string): string =>
    `Some of it is yours already: ${price} is left to pay. You were not charged. Tap to pay ${price}.`,
  damaged:
    'The text on this page is not whole. You were not charged. Please tell the people of this site.',
  shut: 'You were charged, but the text on this page can’t be opened: it was changed. Tap to see the receipt.',
};

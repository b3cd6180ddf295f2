/** English words of the button itself. They come with the page; all others are loaded when they are needed. */
export const button = {
  pay: 'Pay {price}',
  paid: 'Paid {price}',
  noPrice: '…',
  playMoney: 'play money',
  details: 'Limits and receipts',
  offline: 'No connection. You were not charged.',
};

/** English words of what is in the way before anything is signed. */
export const obstacle = {
  blocked: 'The browser blocked the wallet’s window. You can go on in this tab and come back here.',
  inThisTab: 'Go on in this tab',
  leaving: 'Going to the wallet. You come back here afterwards.',
  changeLimits: 'Change limits',
  askWallet: 'Ask at the wallet',
  nothingToPay: 'There is nothing to pay here any more. You were not charged.',
};

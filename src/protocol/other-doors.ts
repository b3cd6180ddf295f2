/** Doors of a wallet that no first payment goes through, and what a payee's site says of itself. */

export const payUrl = (wallet: string): string => `${wallet}/pay`;

/** Where a payee's server takes the receipt of a payment that was made without script. */
export const receiptCodePath = '/receipts/exchange';

export const discoveryPath = '/.well-known/micropay';
export const jwksPath = '/.well-known/jwks.json';
export const jwksUrl = (wallet: string): string => wallet + jwksPath;

/** At a payee's site: who is paid for its pages. */
export const payeeStatementPath = '/.well-known/micropay-payee';

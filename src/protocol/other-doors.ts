/** Doors of a wallet that no first payment goes through, and what a payee's site says of itself. */

export const payUrl = (wallet: string): string => `${wallet}/pay`;

export const discoveryPath = '/.well-known/micropay';
export const jwksPath = '/.well-known/jwks.json';
export const jwksUrl = (wallet: string): string => wallet + jwksPath;

/** At a payee's site: who is paid for its pages. */
export const payeeStatementPath = '/.well-known/micropay-payee';

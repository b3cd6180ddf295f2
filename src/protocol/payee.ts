/** A payee's address taken apart. A page's first chunk has it, so it knows no problem table and no schema. */
import { isOrigin } from './origin.ts';

export interface Payee {
  /** The URL in its one spelling */
  url: string;
  /** Origin of the wallet that keeps the account */
  wallet: string;
  name: string;
}

export const payeeName = /^[a-z0-9](?:[a-z0-9-]{0,30}[a-z0-9])?$/;

export const payeeUrl = (wallet: string, name: string): string => `${wallet}/~${name}`;

const address = /^([^/]+\/\/[^/]+)\/~([a-z0-9](?:[a-z0-9-]{0,30}[a-z0-9])?)$/;

/** @returns undefined for anything but `https://host/~name` */
export function findPayee(text: unknown): Payee | undefined {
  const [url, wallet, name = ''] = address.exec(String(text)) ?? [];
  return url && isOrigin(wallet) ? { url, wallet, name } : undefined;
}

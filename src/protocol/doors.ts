/** A wallet's doors have fixed addresses, so that a payment begins without asking where they are. */
import { base64url, sha256, utf8 } from './encoding.ts';

export const connectUrl = (wallet: string): string => `${wallet}/connect`;
export const continueUrl = (wallet: string): string => `${wallet}/connect/continue`;

/** Where the popup opens: it must open inside the click. */
export const startUrl = (wallet: string, nonce: string): string =>
  `${wallet}/connect/start?n=${nonce}`;

/**
 * Ties the answer to the question (RFC 9635 §4.2.3).
 * @param question the page's nonce, the wallet's nonce, the reference, and the URL of `POST /connect`
 */
export async function interactionHash(question: {
  nonce: string;
  finish: string;
  interactRef: string;
  connectUrl: string;
}): Promise<string> {
  const { nonce, finish, interactRef, connectUrl } = question;
  return base64url(await sha256(utf8([nonce, finish, interactRef, connectUrl].join('\n'))));
}

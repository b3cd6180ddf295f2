/** The way back to the site a person came from: only to a site of the payee itself, so that a link can't send anyone elsewhere. */
import { finishUri } from 'micro-pay/protocol';
import type { Payee } from '../payees.ts';

/** @returns undefined for any address that isn't on one of the payee's sites */
export function wayBack({ origins }: Payee, sent: string | undefined): string | undefined {
  if (!sent) return undefined;
  for (const { origin } of origins) {
    try {
      return finishUri(sent, origin).href;
    } catch {
      // Not this one.
    }
  }
  return undefined;
}

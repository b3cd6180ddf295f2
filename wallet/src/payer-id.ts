/** The person as one payee knows them: another name at each payee, so that two payees can't compare notes. */
import type { Keyring } from './context.ts';

/** @param payee URL of the payee */
export function payerId(keys: Keyring, person: string, payee: string): string {
  let text = person;
  // Without it every payee would know the person by one name.
  text += `\n${payee}`;
  return `sub_${keys.mac('payer-id', text)}`;
}

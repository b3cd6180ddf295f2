/** What a site makes once and keeps in its folder: secrets, and the key that settles. */
import { randomBytes } from 'node:crypto';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { newPayeeKey, type PayeeKey } from 'micro-pay/merchant';

/** With another secret, what was signed by the last one is void: each reader would have to pay or pass again. */
export const secretIn = (data: string, name = 'secret'): string =>
  kept(data, name, randomBytes(32).toString('base64url'));

/** It signs what readers see as paid, and it moves the payee's money. */
export const payeeKeyIn = async (data: string): Promise<PayeeKey> =>
  JSON.parse(kept(data, 'payee-key.json', JSON.stringify(await newPayeeKey()))) as PayeeKey;

/** What the file says; what was made now, where there is none yet. */
function kept(data: string, name: string, made: string): string {
  mkdirSync(data, { recursive: true });
  const file = join(data, name);
  try {
    writeFileSync(file, made, { flag: 'wx', mode: 0o600 });
  } catch {
    // It is there already.
  }
  return readFileSync(file, 'utf8');
}

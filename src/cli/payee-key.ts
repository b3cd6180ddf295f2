/** The payee's private key, from its file. */
import { payeeKeyFrom, payeeSigner } from '../merchant/sessions/payee-key.ts';
import type { Signer } from '../protocol/keys.ts';
import type { Ports } from './ports.ts';

/** @throws Error that names the file, and nothing that is in it */
export async function signerIn({ read }: Pick<Ports, 'read'>, path: string): Promise<Signer> {
  const text = await read(path).catch(() => {
    throw new Error(`${path} can’t be read`);
  });
  try {
    return await payeeSigner(payeeKeyFrom(JSON.parse(text)));
  } catch {
    throw new Error(`${path} is no private Ed25519 key as JSON, with “x” and “d”`);
  }
}

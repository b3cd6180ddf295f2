/** Ed25519 keys: a payer's, made anew, and a payee's, kept as a JWK. */
import { jwkFrom, thumbprint, type Jwk, type Signer } from '../src/protocol/index.ts';
import type { PayeeKey } from '../src/merchant/index.ts';

export async function newKey(): Promise<Signer> {
  const pair = await crypto.subtle.generateKey({ name: 'Ed25519' }, false, ['sign', 'verify']);
  if (!('privateKey' in pair)) throw new Error('There is no Ed25519 here.');
  const jwk = jwkFrom(new Uint8Array(await crypto.subtle.exportKey('raw', pair.publicKey)));
  return signer(jwk, pair.privateKey);
}

export const signerFrom = async ({ d, ...jwk }: PayeeKey): Promise<Signer> =>
  signer(jwk, await crypto.subtle.importKey('jwk', { ...jwk, d }, 'Ed25519', false, ['sign']));

const signer = async (jwk: Jwk, key: CryptoKey): Promise<Signer> => ({
  kid: await thumbprint(jwk),
  jwk,
  sign: async (message) => new Uint8Array(await crypto.subtle.sign('Ed25519', key, message)),
});

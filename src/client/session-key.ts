/** The key a page signs with: one for each payee, made here, never extractable, kept by the browser. */
import { thumbprint, type Jwk } from '../protocol/ed25519-key.ts';
import { changeAccount } from './account.ts';
import type { Context, SessionSigner } from './context.ts';

/** The browser stores the key itself, not its bytes: nothing a script reads from here can be carried away. */
export interface KeptKey {
  kid: string;
  jwk: Jwk;
  key: CryptoKey;
}

/** Finds the payee's key or makes it; two tabs get the same one. */
export async function signerFor(context: Context, payee: string): Promise<SessionSigner> {
  if (context.options.signer) return context.options.signer(payee);
  const { key: kept } = await changeAccount(context, payee, async (account) =>
    account.key ? account : { ...account, key: await madeKey() },
  );
  if (!kept) return (await context.later()).keyOfTab(context, payee, namedKey);
  return {
    ...kept,
    sign: async (message) => new Uint8Array(await crypto.subtle.sign('Ed25519', kept.key, message)),
  };
}

/** WebKitGTK makes no key that begins with a zero byte: one try in a hundred fails. */
const tries = 5;

/** @returns undefined where WebCrypto has no Ed25519 */
async function madeKey(left = tries): Promise<KeptKey | undefined> {
  try {
    const pair = await crypto.subtle.generateKey('Ed25519', false, ['sign', 'verify']);
    const { x = '' } = await crypto.subtle.exportKey('jwk', pair.publicKey);
    return { ...(await namedKey(x)), key: pair.privateKey };
  } catch {
    return left > 1 ? madeKey(left - 1) : undefined;
  }
}

/** @param x the public key's bytes, base64url */
async function namedKey(x: string): Promise<Pick<KeptKey, 'kid' | 'jwk'>> {
  const jwk: Jwk = { kty: 'OKP', crv: 'Ed25519', x };
  return { kid: await thumbprint(jwk), jwk };
}

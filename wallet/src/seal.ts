/** What the database keeps and must not tell: sealed by AES-256-GCM under a secret that lies beside it, bound to what it is of. */
import { createCipheriv, createDecipheriv, type KeyObject } from 'node:crypto';

const [nonceLength, tagLength] = [12, 16];

/**
 * @param nonce 12 random bytes, never used before with this key
 * @returns nonce, ciphertext and tag, base64url
 */
export function sealed(key: KeyObject, text: string, about: string, nonce: Uint8Array): string {
  const cipher = createCipheriv('aes-256-gcm', key, nonce).setAAD(Buffer.from(about));
  const body = Buffer.concat([cipher.update(text, 'utf8'), cipher.final()]);
  return Buffer.concat([nonce, body, cipher.getAuthTag()]).toString('base64url');
}

/** @throws Error for what was changed, cut, or sealed for something else */
export function unsealed(key: KeyObject, text: string, about: string): string {
  const bytes = Buffer.from(text, 'base64url');
  if (bytes.length < nonceLength + tagLength) throw new Error('a sealed text is too short');
  const nonce = bytes.subarray(0, nonceLength);
  const decipher = createDecipheriv('aes-256-gcm', key, nonce, { authTagLength: tagLength })
    .setAAD(Buffer.from(about))
    .setAuthTag(bytes.subarray(-tagLength));
  const body = bytes.subarray(nonceLength, -tagLength);
  return Buffer.concat([decipher.update(body), decipher.final()]).toString('utf8');
}

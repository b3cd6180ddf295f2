/** A locked text: what stands in the page instead of it, and how it is locked and opened. AES-256-GCM by WebCrypto, a key for each item. */
import { base64url, utf8 } from '../protocol/encoding.ts';
import { longBase64url } from '../protocol/long-encoding.ts';
import { assertSafeTree, type SafeNode } from './tree.ts';

/** In the page it is the JSON of a data block that a browser never runs, named by this attribute. */
export const lockedAttribute = 'data-micropay-locked';

export interface Locked {
  v: 1;
  /** `itm_…` */
  item: string;
  /** The payee's URL */
  payee: string;
  /** 12 bytes, base64url */
  nonce: string;
  /** Bytes of the text: what was cut is noticed before anything is paid */
  size: number;
  /** Ciphertext and its tag, base64url */
  text: string;
}

/** Bytes of the longest text. */
export const maxTextBytes = 5_000_000;
const tagBytes = 16;
const keyBytes = 32;

/** Which item of which payee: text and key of another item, or of another payee, don't fit. */
const about = ({ item, payee }: Pick<Locked, 'item' | 'payee'>): Uint8Array<ArrayBuffer> =>
  utf8(['micro-pay lock 1', item, payee].join('\n'));

/**
 * @param key 32 bytes, base64url @param nonce 12 random bytes, new for each text
 * @throws Error for a text that is too long
 */
export async function lockText(
  text: SafeNode[],
  how: { item: string; payee: string; key: string; nonce: Uint8Array<ArrayBuffer> },
): Promise<Locked> {
  const { item, payee, nonce } = how;
  const plain = utf8(JSON.stringify(text));
  if (plain.length > maxTextBytes) throw new Error('the text has more than 5 MB');
  const aes = await aesKey(how.key, 'encrypt');
  const sealed = await crypto.subtle.encrypt(
    { name: 'AES-GCM', iv: nonce, additionalData: about(how) },
    aes,
    plain,
  );
  const words = longBase64url(new Uint8Array(sealed));
  return { v: 1, item, payee, nonce: base64url(nonce), size: plain.length, text: words };
}

/**
 * @param key base64url
 * @throws Error for another key, and for a text that was edited, cut, or taken from another item
 */
export async function openText(locked: Locked, key: string): Promise<SafeNode[]> {
  const aes = await aesKey(key, 'decrypt');
  const iv = bytesIn(locked.nonce);
  const plain = await crypto.subtle.decrypt(
    { name: 'AES-GCM', iv, additionalData: about(locked) },
    aes,
    bytesIn(locked.text),
  );
  const tree: unknown = JSON.parse(new TextDecoder().decode(plain));
  assertSafeTree(tree);
  return tree;
}

async function aesKey(key: string, use: 'encrypt' | 'decrypt'): Promise<CryptoKey> {
  const bytes = bytesIn(key);
  if (bytes.length !== keyBytes) throw new Error('a key has 32 bytes');
  return crypto.subtle.importKey('raw', bytes, 'AES-GCM', false, [use]);
}

/** @returns undefined for what is no whole locked text of this item and payee */
export function lockedFrom(
  json: string,
  { item, payee }: Pick<Locked, 'item' | 'payee'>,
): Locked | undefined {
  if (json.length > maxTextBytes * 1.5) return undefined;
  const found = parsed(json);
  const fits =
    found?.v === 1 &&
    found.item === item &&
    found.payee === payee &&
    /^[\w-]{16}$/.test(String(found.nonce)) &&
    typeof found.text === 'string' &&
    found.text.length === Math.ceil(((Number(found.size) + tagBytes) * 4) / 3);
  return fits ? (found as Locked) : undefined;
}

function parsed(json: string): Partial<Record<keyof Locked, unknown>> | undefined {
  try {
    return Object(JSON.parse(json)) as Partial<Record<keyof Locked, unknown>>;
  } catch {
    return undefined;
  }
}

/** What is no base64url fits no key and no text. */
function bytesIn(text: string): Uint8Array<ArrayBuffer> {
  const binary = atob(text.replaceAll('-', '+').replaceAll('_', '/'));
  return Uint8Array.from(binary, (char) => char.charCodeAt(0));
}

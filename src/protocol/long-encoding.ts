/** base64url of what is long: a picture, a locked text. What travels otherwise is short, and `encoding.ts` is made for that. */
import { base64url } from './encoding.ts';

/** Bytes of one piece; a multiple of three, so that pieces put together are the whole. */
const piece = 12_288;

export function longBase64url(bytes: Uint8Array): string {
  let text = '';
  for (let at = 0; at < bytes.length; at += piece)
    text += base64url(bytes.subarray(at, at + piece));
  return text;
}

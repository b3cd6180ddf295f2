/** The payer's signed wish to be charged once: made by the session key, redeemed by the wallet, good for a minute. */
import * as v from 'valibot';
import { parseJws, type Jws, signJws } from './jws.ts';
import type { Signer } from './keys.ts';
import { maxRequestLength } from './charge-request.ts';
import { id, plainText, seconds, shaped, shortText } from './shape.ts';

const schema = v.object({
  /** Thumbprint of the session key */
  iss: v.pipe(v.string(), v.length(43)),
  /** Origin of the wallet */
  aud: shortText,
  jti: id,
  iat: seconds,
  exp: seconds,
  /** The grant this is paid under */
  gnt: id,
  /** Challenge id; `tip_…`, made and stored by the page, where there is no server */
  cid: id,
  /** Realm of the challenge; the page's origin where there is no server */
  rlm: v.pipe(plainText(255), v.minLength(1)),
  /** The charge request, verbatim: the wallet decodes it itself */
  req: v.pipe(v.string(), v.maxLength(maxRequestLength)),
});

export type Intent = v.InferOutput<typeof schema>;

export const signIntent = (intent: Intent, signer: Signer): Promise<string> =>
  signJws('micropay-intent+jwt', intent, signer);

/** Reads an intent; its signature is checked with the key of the grant it names. @throws Problem `malformed-request` */
export function parseIntent(text: unknown): { jws: Jws; intent: Intent } {
  const jws = parseJws(text, 'micropay-intent+jwt', 'malformed-request');
  return { jws, intent: shaped(schema, jws.claims, 'malformed-request') };
}

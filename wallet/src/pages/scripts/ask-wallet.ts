/** How these pages ask their wallet: with the cookie and the signature of this browser's key. */
import { authorizeCall, base64url, thumbprint, type Signer } from 'micro-pay/protocol';
import { deviceKey, publicJwk } from './device-key.ts';
import { Refusal } from './say.ts';

/** How far the wallet's clock is from this device's, in seconds; the page says what time it was there. */
const offset = Number(document.documentElement.dataset['now']) - Math.floor(Date.now() / 1000);

/** A body, and what kind it is. */
export interface Body {
  type: 'application/json' | 'application/x-www-form-urlencoded';
  text: string;
}

/**
 * @param url path on this wallet; without a body it is a GET
 * @returns the answer's JSON
 * @throws Refusal in the wallet's words
 */
export async function askWallet(url: string, body?: Body): Promise<unknown> {
  const [method, bytes] = [body ? 'POST' : 'GET', new TextEncoder().encode(body?.text)] as const;
  const signer = await deviceSigner();
  const authorization =
    signer &&
    (await authorizeCall({ method, url: addressOf(url), body: bytes, ...fresh() }, signer));
  const response = await fetch(url, {
    method,
    headers: {
      accept: 'application/json',
      ...(body ? { 'content-type': body.type } : {}),
      ...(authorization ? { authorization } : {}),
    },
    ...(body ? { body: bytes } : {}),
  });
  const answer: unknown = await response.json().catch(() => undefined);
  if (!response.ok) throw refusalFrom(answer);
  return answer;
}

export const askJson = (url: string, json: object = {}): Promise<unknown> =>
  askWallet(url, { type: 'application/json', text: JSON.stringify(json) });

const addressOf = (url: string): string => new URL(url, location.href).href;

const fresh = () => ({
  iat: Math.floor(Date.now() / 1000) + offset,
  jti: base64url(crypto.getRandomValues(new Uint8Array(16))),
});

async function deviceSigner(): Promise<Signer | undefined> {
  const key = await deviceKey();
  const jwk = key && (await publicJwk(key));
  if (!key || !jwk) return undefined;
  return {
    kid: await thumbprint(jwk),
    jwk,
    sign: async (message) =>
      new Uint8Array(await crypto.subtle.sign('Ed25519', key.privateKey, message)),
  };
}

/** What can be read of a stranger's JSON: a member's text, if it has one. */
export function textOf(value: unknown, name: string): string | undefined {
  const member: unknown =
    typeof value === 'object' && value !== null ? Reflect.get(value, name) : undefined;
  return typeof member === 'string' ? member : undefined;
}

function refusalFrom(answer: unknown): Refusal {
  const words = [
    textOf(answer, 'title') ?? 'The wallet could not answer.',
    textOf(answer, 'detail'),
  ];
  // Where nothing can be paid it would only be puzzling.
  const pays = document.querySelector('[data-gate=""]') !== null;
  if (pays && textOf(answer, 'moneyMoved') === 'no') words.push('You were not charged.');
  const [code = '', next = ''] = [textOf(answer, 'code'), textOf(answer, 'nextStep')];
  return new Refusal(code, next, words.filter(Boolean).join(' '), textOf(answer, 'payment'));
}

/**
 * A payer without a browser, written from docs/protocol.md alone: a key, an approval, and a payment for each challenge.
 * This is what another implementer has to write; the method of mppx around it is in method.ts.
 */
import {
  authorizeCall,
  base64url,
  connectAnswerSchema,
  continueAnswerSchema,
  connectUrl,
  continueUrl,
  finishSchema,
  payUrl,
  shaped,
  signIntent,
  signProof,
  utf8,
  type ConnectRequest,
  type Signer,
} from '../src/protocol/index.ts';
import { newKey } from './keys.ts';
import type { Town } from './town.ts';

/** What a challenge says, as it travelled. */
export interface Asked {
  id: string;
  realm: string;
  /** Base64url, verbatim */
  request: string;
}

/** What answers it: a receipt, with its evidence where it was bought before. */
export interface Shown {
  type: 'receipt';
  receipt: string;
  grant?: string;
  proof?: string;
}

export interface Payer {
  /** The wallet it pays by, and whom */
  wallet: string;
  payee: string;
  /** The approval */
  gnt: string;
  key: Signer;
  pay: (asked: Asked) => Promise<Shown>;
  /** A call to the wallet under a proof by the key; without a body it is a GET. @throws Error that holds the wallet's words */
  call: (path: string, body?: object) => Promise<unknown>;
}

const json = { 'content-type': 'application/json' };
const now = (): number => Math.floor(Date.now() / 1000);
export const fresh = (prefix: string): string =>
  `${prefix}${base64url(crypto.getRandomValues(new Uint8Array(16)))}`;

/** @param origin the payee's site: outside a browser the payer says itself where it pays */
export async function newPayer(town: Town, origin: string): Promise<Payer> {
  const key = await newKey();
  const { grant, gnt } = await approval(town, origin, key);
  const { wallet, payee } = town;
  return {
    wallet,
    payee,
    gnt,
    key,
    call: (path, body) => call({ origin, key, url: wallet + path }, body),
    pay: async ({ id, realm, request }) => {
      const iat = now();
      const intent = await signIntent(
        {
          iss: key.kid,
          aud: wallet,
          jti: fresh('int_'),
          iat,
          exp: iat + 60,
          gnt,
          cid: id,
          rlm: realm,
          req: request,
        },
        key,
      );
      const headers = { origin, 'content-type': 'text/plain' };
      const { status, body } = await post(payUrl(wallet), { headers, body: intent });
      const receipt = String(Reflect.get(Object(body), 'receipt'));
      if (status === 200) return { type: 'receipt', receipt };
      if (status !== 409) throw new Error(`not paid: ${JSON.stringify(body)}`);
      const proof = await signProof({ aud: payee, cid: id, iat: now() }, key);
      return { type: 'receipt', receipt, grant, proof };
    },
  };
}

async function approval(
  town: Town,
  origin: string,
  key: Signer,
): Promise<{ grant: string; gnt: string }> {
  const nonce = fresh('');
  const question: ConnectRequest = {
    client: { jwk: key.jwk },
    access_token: {
      access: [{ type: 'wallet-session', payee: town.payee, currency: 'usd-micro' }],
    },
    interact: { start: ['popup'], finish: { method: 'message', uri: origin, nonce } },
  };
  const asked = await post(connectUrl(town.wallet), {
    headers: { ...json, origin },
    body: JSON.stringify(question),
  });
  const { continue: next } = shaped(connectAnswerSchema, asked.body, 'malformed-request');
  const heard = await town.allow(nonce, await town.newPerson());
  const finish = shaped(finishSchema, heard, 'malformed-request');
  if (!('interact_ref' in finish)) throw new Error('It was denied.');
  const by = { origin, key, url: continueUrl(town.wallet) };
  const answer = await call(by, { interact_ref: finish.interact_ref });
  const { grant } = shaped(continueAnswerSchema, answer, 'malformed-request');
  return { grant, gnt: next.gnt };
}

async function call(
  { origin, key, url }: { origin: string; key: Signer; url: string },
  sent?: object,
): Promise<unknown> {
  const method = sent ? 'POST' : 'GET';
  const body = sent ? JSON.stringify(sent) : '';
  const proved = { method, url, body: utf8(body), iat: now(), jti: fresh('call_') } as const;
  const headers = { origin, authorization: await authorizeCall(proved, key) };
  const init = sent ? { method, body, headers: { ...headers, ...json } } : { headers };
  const response = await fetch(url, init);
  if (!response.ok) throw new Error(await response.text());
  return response.json();
}

async function post(
  url: string,
  init: { headers: Record<string, string>; body: string },
): Promise<{ status: number; body: unknown }> {
  const response = await fetch(url, { method: 'POST', ...init });
  return { status: response.status, body: await response.json() };
}

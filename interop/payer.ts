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
  jwkFrom,
  payUrl,
  shaped,
  signIntent,
  signProof,
  thumbprint,
  utf8,
  type ConnectRequest,
  type Signer,
} from '../src/protocol/index.ts';
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
  pay: (asked: Asked) => Promise<Shown>;
}

const json = { 'content-type': 'application/json' };
const now = (): number => Math.floor(Date.now() / 1000);
const fresh = (prefix: string): string =>
  `${prefix}${base64url(crypto.getRandomValues(new Uint8Array(16)))}`;

/** @param origin the payee's site: outside a browser the payer says itself where it pays */
export async function newPayer(town: Town, origin: string): Promise<Payer> {
  const key = await newKey();
  const { grant, gnt } = await approval(town, origin, key);
  return {
    pay: async ({ id, realm, request }) => {
      const iat = now();
      const intent = await signIntent(
        {
          iss: key.kid,
          aud: town.wallet,
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
      const { status, body } = await post(payUrl(town.wallet), { headers, body: intent });
      const receipt = String(Reflect.get(Object(body), 'receipt'));
      if (status === 200) return { type: 'receipt', receipt };
      if (status !== 409) throw new Error(`not paid: ${JSON.stringify(body)}`);
      const proof = await signProof({ aud: town.payee, cid: id, iat: now() }, key);
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
  const body = JSON.stringify({ interact_ref: finish.interact_ref });
  const call = {
    method: 'POST' as const,
    url: continueUrl(town.wallet),
    body: utf8(body),
    iat: now(),
    jti: fresh('call_'),
  };
  const authorization = await authorizeCall(call, key);
  const answer = await post(call.url, { headers: { ...json, origin, authorization }, body });
  const { grant } = shaped(continueAnswerSchema, answer.body, 'malformed-request');
  return { grant, gnt: next.gnt };
}

async function post(
  url: string,
  init: { headers: Record<string, string>; body: string },
): Promise<{ status: number; body: unknown }> {
  const response = await fetch(url, { method: 'POST', ...init });
  return { status: response.status, body: await response.json() };
}

async function newKey(): Promise<Signer> {
  const pair = await crypto.subtle.generateKey({ name: 'Ed25519' }, false, ['sign', 'verify']);
  if (!('privateKey' in pair)) throw new Error('There is no Ed25519 here.');
  const jwk = jwkFrom(new Uint8Array(await crypto.subtle.exportKey('raw', pair.publicKey)));
  const sign = async (message: Uint8Array<ArrayBuffer>) =>
    new Uint8Array(await crypto.subtle.sign('Ed25519', pair.privateKey, message));
  return { kid: await thumbprint(jwk), jwk, sign };
}

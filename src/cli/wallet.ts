/** The payee's wallet, as the command asks it: by calls under the payee's own key. */
import { authorizeCall } from '../protocol/call.ts';
import { discoveryPath, discoverySchema } from '../protocol/discovery.ts';
import { base64url, parseJson, utf8 } from '../protocol/encoding.ts';
import {
  ownItemAnswerSchema,
  type ChangedItem,
  type NewItem,
  type OwnItemAnswer,
} from '../protocol/item.ts';
import type { Signer } from '../protocol/keys.ts';
import { Problem, problemFrom } from '../protocol/problem.ts';
import { shaped } from '../protocol/shape.ts';
import type { Ports } from './ports.ts';

export interface PayeesWallet {
  /** It keeps play money */
  playMoney: boolean;
  /** @throws Problem */
  register: (item: NewItem) => Promise<OwnItemAnswer>;
  /** With nothing to change it only tells. @throws Problem */
  update: (id: string, change: ChangedItem) => Promise<OwnItemAnswer>;
}

/** Times a call is made until it is answered; each is another call for the same thing. */
const tries = 3;
const timeoutMs = 15_000;

/** @param origin of the wallet @throws Problem `wallet-unreachable`, `wallet-unsupported` */
export async function walletAt(
  ports: Ports,
  origin: string,
  signer: Signer,
): Promise<PayeesWallet> {
  const found = await asked(ports, origin + discoveryPath, {});
  const { env, now } = shaped(discoverySchema, found, 'wallet-unsupported');
  const call = async (path: string, body: object): Promise<OwnItemAnswer> => {
    const text = JSON.stringify(body);
    const url = origin + path;
    const init = async (): Promise<RequestInit> => {
      const jti = base64url(ports.random(16));
      const proof = { method: 'POST', url, body: utf8(text), iat: now, jti } as const;
      const authorization = await authorizeCall(proof, signer);
      const headers = { 'content-type': 'application/json', authorization };
      return { method: 'POST', body: text, headers };
    };
    const answer = await persistently(async () => asked(ports, url, await init()));
    return shaped(ownItemAnswerSchema, answer, 'wallet-unsupported');
  };
  return {
    playMoney: env === 'test',
    register: (item) => call('/items', item),
    update: (id, change) => call(`/items/${id}`, change),
  };
}

/** Registering the same item twice is registering it once. */
async function persistently(ask: () => Promise<unknown>): Promise<unknown> {
  for (let attempt = 1; ; attempt++)
    try {
      return await ask();
    } catch (error) {
      const isAway = error instanceof Problem && error.code === 'wallet-unreachable';
      if (!isAway || attempt === tries) throw error;
    }
}

async function asked({ fetch }: Ports, url: string, init: RequestInit): Promise<unknown> {
  const signal = AbortSignal.timeout(timeoutMs);
  const response = await fetch(url, { redirect: 'error', ...init, signal }).catch(
    (cause: unknown) => {
      throw new Problem('wallet-unreachable', { cause });
    },
  );
  const body = parseJson(await response.text(), 'wallet-unsupported');
  if (!response.ok) throw refusalFrom(body);
  return body;
}

/** Which field it was, too: the wallet’s own words, to its payee. */
function refusalFrom(body: unknown): Problem {
  const { code } = problemFrom(body, 'wallet-unsupported');
  const detail: unknown = Reflect.get(Object(body), 'detail');
  return new Problem(code, typeof detail === 'string' ? { detail } : {});
}

/** One sum asked for: by a server's challenge, or by the page itself where there is no server. */
import type { ChargeRequest } from '../protocol/charge-request.ts';
import { base64url, utf8 } from '../protocol/encoding.ts';
import { ledgerUnits } from '../protocol/ledger-units.ts';
import { plainParameters, type Challenge } from '../protocol/payment-header.ts';
import { findPayee, type Payee } from '../protocol/payee.ts';
import { priceFrom } from '../protocol/price.ts';
import { Problem } from '../protocol/problem-table.ts';
import { printable } from '../protocol/printable.ts';
import type { FreeAnswer, Target } from './api.ts';
import { challengeClaims, fits, fitting, jsonIn, requestClaims } from './claims.ts';
import type { Context } from './context.ts';
import { newNonce } from './nonce.ts';

/** Everything a payment needs to be made, sent again, or finished after a reload. Structured-cloneable. */
export interface Charge {
  /** Names the tap: two charges of one key are the same wish */
  key: string;
  cid: string;
  rlm: string;
  /** The request as it travels, verbatim */
  req: string;
  request: ChargeRequest;
  payee: Payee;
  /** In base units of the ledger */
  price: bigint;
  currency: string;
  /** What is paid for, in a form that can be asked again */
  target: Tip | Replay;
  /** What a server asked; a tip has none */
  challenge?: Challenge;
  /** A tap of a session, named by `cid`: what it is for, as the server sees it */
  tap?: string;
}

type Tip = Extract<Target, { to: string }>;
export type Address = Extract<Target, { url: string }>;
/** An address with nothing in it that can be used only once. */
interface Replay {
  url: string;
  init?: Omit<RequestInit, 'headers'> & { headers: [string, string][] };
}

/** A request in a form that can be sent again, even after a reload, and the name of its wish. */
export interface Replayable {
  key: string;
  target: Replay;
}

/** @throws Problem `payee-unknown`, `invalid-price` */
export function tipCharge(context: Context, { to, amount, currency, reason, item }: Tip): Charge {
  const money = priceFrom(amount, currency);
  if (!money) throw new Problem('invalid-price');
  const description = printable(reason ?? '');
  // In the order of RFC 8785, as every request travels.
  const request = {
    ...money,
    description: description || undefined,
    methodDetails: item ? { item } : undefined,
    recipient: to,
  };
  const wanted = priced(request, 'invalid-price');
  return {
    ...wanted,
    key: JSON.stringify([to, amount, currency, description, item]),
    cid: `tip_${newNonce(context)}`,
    rlm: context.page?.origin ?? wanted.payee.wallet,
    req: base64url(utf8(JSON.stringify(request))),
    target: { to, amount, currency, reason: description, item },
  };
}

/**
 * @param answer what the address said, where it was asked already
 * @returns the charge, or the answer where none is asked for
 * @throws Problem `payee-unknown`, `invalid-challenge`, `offline`, `aborted`
 */
export async function askedCharge(
  context: Context,
  target: Address,
  answer?: Response,
): Promise<Charge | FreeAnswer> {
  const asking = await replayable(context, target);
  const response =
    answer ??
    (await send(context, asking.target).catch((cause: unknown) => {
      throw new Problem(context.signal?.aborted ? 'aborted' : 'offline', { cause });
    }));
  if (response.status !== 402) return { target, response };
  const header = response.headers.get('www-authenticate') ?? '';
  const plain = plainParameters(header);
  const challenge = fits(challengeClaims, plain)
    ? plain
    : (await context.later()).challengeIn(context, target.url, header);
  if (!challenge) return { target, response };
  await response.body?.cancel();
  const { id: cid, realm: rlm, request: req } = challenge;
  const code = 'invalid-challenge';
  const request = fitting(requestClaims, jsonIn(req), code);
  return { ...priced(request, code), ...asking, cid, rlm, req, challenge };
}

export async function replayable(context: Context, target: Address): Promise<Replayable> {
  if (target.init) return (await context.later()).replayable(context, target);
  const { href: url } = new URL(target.url, context.page?.href());
  return { key: `GET ${url}`, target: { url } };
}

/** Sends it, with more headers or as it was. The answer's body is unread. */
export const send = (
  { fetch, signal }: Context,
  { url, init }: Replay,
  ...headers: [string, string][]
): Promise<Response> =>
  fetch(url, {
    ...init,
    headers: [...(init?.headers ?? []), ...headers],
    signal: signal ?? null,
  });

function priced(
  request: ChargeRequest,
  code: 'invalid-challenge' | 'invalid-price',
): Pick<Charge, 'request' | 'payee' | 'price' | 'currency'> {
  const units = ledgerUnits(request);
  const payee = findPayee(request.recipient);
  if (!payee) throw new Problem('payee-unknown');
  if (!units?.amount) throw new Problem(code);
  return { request, payee, price: units.amount, currency: units.currency };
}

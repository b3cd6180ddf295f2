/** Questions of pages to be allowed to be paid, and what the person answered. The answer becomes a grant in `continuation.ts`. */
import {
  base64url,
  chargeRequestFrom,
  connectRequestSchema,
  inLedgerUnits,
  interactionHash,
  Problem,
  sha256,
  shaped,
  utf8,
  type ChargeRequest,
  type ConnectRequest,
  type Finish,
} from 'micro-pay/protocol';
import { assertChoosable, type ChosenLimits } from './allowances.ts';
import { timeNow } from './clock.ts';
import { recordConsent } from './consents.ts';
import type { Context } from './context.ts';
import { newSecret } from './ids.ts';
import { liveKeys } from './payee-keys.ts';
import { findPayee, isVerified } from './payees.ts';
import type { Tx } from './store/store.ts';

export type ConnectRow = {
  /** The page's */
  nonce: string;
  grant_id: string;
  origin: string;
  payee: string;
  request: string;
  /** The wallet's nonce */
  finish: string;
  status: 'asked' | 'approved' | 'denied' | 'done';
  person: string | null;
  interact_hash: string | null;
  limits: string | null;
  created_at: bigint;
  approved_at: bigint | null;
  expires_at: bigint;
};

export const connectUrl = ({ issuer }: Pick<Context, 'issuer'>): string => `${issuer}/connect`;

/** The request as it was parsed once at the door and kept. */
export const requestOf = ({ request }: ConnectRow): ConnectRequest =>
  shaped(connectRequestSchema, JSON.parse(request), 'internal-error');

/** @returns the price of the payment that waits, in the ledger's units */
export function priceOf({ intent }: ConnectRequest): bigint | undefined {
  return intent && inLedgerUnits(chargeRequestFrom(intent.req, 'internal-error')).amount;
}

/** Whether money is set aside with the payment that waits: a server asks for it, and that can take vouchers. */
export const setsAside = ({ intent }: ConnectRequest, origin: string): boolean =>
  intent !== undefined && intent.rlm !== origin;

export const hashOfRef = async (interactRef: string): Promise<string> =>
  base64url(await sha256(utf8(interactRef)));

/** A question as the consent page shows it. */
export interface Asked {
  nonce: string;
  /** The Origin header the wallet saw */
  origin: string;
  payee: { name: string; display: string; open: boolean; verified: boolean };
  request: ConnectRequest;
  /** The payment that waits for the answer */
  charge?: ChargeRequest;
  /** With it money is set aside for later taps, as far as the limits leave room */
  setsAside: boolean;
  grantId: string;
  finishNonce: string;
  status: ConnectRow['status'];
}

/** How long a consent page waits for its question. */
const waitMs = 10_000;

/** Waits for the question with this nonce. @returns undefined when none came, or it has ended */
export async function awaitConnect(context: Context, nonce: string): Promise<Asked | undefined> {
  const told = context.arrivals.wait(nonce, waitMs);
  const found = await asked(context, nonce);
  // The wait is ended too, so that it holds no place.
  if (found) context.arrivals.tell(nonce);
  await told;
  return found ?? asked(context, nonce);
}

const asked = (context: Context, nonce: string): Promise<Asked | undefined> =>
  context.store.read(async (tx) => {
    const row = await findConnect(tx, nonce);
    if (!row || row.expires_at <= timeNow(context)) return undefined;
    const payee = await findPayee(tx, row.payee);
    if (!payee) return undefined;
    const { name, display, open } = payee;
    const request = requestOf(row);
    return {
      nonce,
      origin: row.origin,
      payee: { name, display, open, verified: isVerified(payee, row.origin) },
      request,
      ...(request.intent
        ? { charge: chargeRequestFrom(request.intent.req, 'internal-error') }
        : {}),
      setsAside: setsAside(request, row.origin) && (await liveKeys(tx, row.payee)).length > 0,
      grantId: row.grant_id,
      finishNonce: row.finish,
      status: row.status,
    };
  });

export const findConnect = (tx: Tx, nonce: string): Promise<ConnectRow | undefined> =>
  tx.get<ConnectRow>('select * from connects where nonce = $1', nonce);

/** What goes back to the page, and how. */
export interface Result {
  /** The page's origin for `message`; the whole address to go to for `redirect` */
  to: string;
  method: 'message' | 'redirect';
  message: Finish;
}

/**
 * The person allowed it. Nothing is granted yet: only the page's own key can fetch the grant, with the reference that goes to the page alone.
 * @param answer `limits` as chosen, `scope` as shown and ticked
 * @throws Problem `approval-expired` when the question has ended or was answered before
 */
export async function approve(
  context: Context,
  answer: { nonce: string; person: string; limits: ChosenLimits; scope: object },
): Promise<Result> {
  assertChoosable(context, answer.limits);
  const interactRef = newSecret(context);
  const interactHash = await hashOfRef(interactRef);
  const { person, limits } = answer;
  const { perPayment, perDay, total } = limits;
  const now = timeNow(context);
  const row = await context.store.write(async (tx) => {
    const open = await openQuestion(tx, context, answer.nonce);
    await tx.run(
      // The question's own end may be near; what was answered in time may be fetched in time.
      `update connects set status = 'approved', person = $1, interact_hash = $2, limits = $3, approved_at = $4,
         expires_at = $5 where nonce = $6`,
      person,
      interactHash,
      JSON.stringify([perPayment, perDay, total].map(String)),
      now,
      now + BigInt(context.policy.seconds.interactRef),
      open.nonce,
    );
    await recordConsent(tx, context, {
      person,
      payee: open.payee,
      origin: open.origin,
      scope: answer.scope,
    });
    return open;
  });
  const hash = await interactionHash({
    nonce: requestOf(row).interact.finish.nonce,
    finish: row.finish,
    interactRef,
    connectUrl: connectUrl(context),
  });
  return resultFor(row, { hash, interact_ref: interactRef });
}

/** The person did not allow it. @throws Problem `approval-expired` when the question has ended or was answered before */
export async function deny(context: Context, nonce: string): Promise<Result> {
  const row = await context.store.write(async (tx) => {
    const open = await openQuestion(tx, context, nonce);
    await tx.run(`update connects set status = 'denied' where nonce = $1`, nonce);
    return open;
  });
  return resultFor(row, { error: 'denied' });
}

async function openQuestion(tx: Tx, context: Context, nonce: string): Promise<ConnectRow> {
  const row = await findConnect(tx, nonce);
  if (!row || row.status !== 'asked' || row.expires_at <= timeNow(context))
    throw new Problem('approval-expired');
  return row;
}

function resultFor(
  row: ConnectRow,
  outcome: { hash: string; interact_ref: string } | { error: 'denied' },
): Result {
  const { method, uri, nonce } = requestOf(row).interact.finish;
  const message: Finish = { type: 'micropay-connect', nonce, ...outcome };
  if (method === 'message') return { to: row.origin, method, message };
  const back = new URL(uri);
  back.searchParams.set('micropay_nonce', nonce);
  for (const [name, value] of Object.entries(outcome)) back.searchParams.set(name, value);
  return { to: back.href, method, message };
}

/** Payments: what comes in at `POST /pay`, and on the wallet's own page of a payee. */
import {
  chargeRequestFrom,
  encodeChargeRequest,
  payAnswerSchema,
  payeeFrom,
  payeeUrl,
  Problem,
  problemDetails,
  problemFrom,
  shaped,
  type Challenge,
  type ChargeRequest,
  type PayAnswer,
  type ProblemDetails,
} from 'micro-pay/protocol';
import { charge } from './charge.ts';
import type { Context } from './context.ts';
import { findGrant } from './grants.ts';
import { payeeByName } from './payees.ts';
import type { Answer } from './payment-rows.ts';
import { priced, wishFrom, type Wish } from './wish.ts';

/**
 * `POST /pay`.
 * @param sent the bare JWS of an intent, and the Origin header it came with
 * @throws Problem for what was not decided; every decision is an answer, the same each time it is asked again
 */
export async function pay(
  context: Context,
  sent: { text: string; origin: string },
): Promise<Answer> {
  const { grantId, ...wish } = await wishFrom(context, sent);
  return context.store.write(async (tx) => {
    // Read in the transaction: it may have been revoked since.
    const grant = await findGrant(tx, grantId);
    if (!grant) throw new Problem('grant-unknown');
    return charge(tx, context, { ...wish, grant });
  });
}

export interface HerePayment {
  person: string;
  payee: string;
  request: ChargeRequest;
  id: string;
  /** What a site asked, where it sent the person here; `request` is what stands in it */
  challenge?: Pick<Challenge, 'id' | 'realm' | 'request'> | undefined;
  /** A code by e-mail opened the login */
  byCode?: boolean;
  told?: Wish['told'];
}

/**
 * A payment confirmed on the wallet's own page by someone signed in.
 * @param payment `id` made when the page was rendered: sent twice it is one payment. A site's challenge names it instead
 */
export async function payHere(
  context: Context,
  payment: HerePayment,
): Promise<{ status: number; body: PayAnswer | ProblemDetails }> {
  const { person, payee, request, id, challenge } = payment;
  if (payeeFrom(request.recipient).url !== payeeUrl(context.issuer, payee))
    throw new Problem('verification-failed');
  if (!(await payeeByName(context, payee))) throw new Problem('payee-unknown');
  const req = challenge?.request ?? encodeChargeRequest(request);
  const wish: Wish = {
    ...priced(context, chargeRequestFrom(req, 'malformed-request')),
    person,
    payee,
    cid: challenge?.id ?? id,
    rlm: challenge?.realm ?? context.issuer,
    req,
    request,
    reason: challenge || request.methodDetails?.item !== undefined ? 'tapped' : 'tip',
    byCode: payment.byCode ?? false,
    told: payment.told,
    grant: undefined,
    time: undefined,
  };
  const { status, body } = await context.store.write((tx) => charge(tx, context, wish));
  const kept: unknown = JSON.parse(body);
  return {
    status,
    body:
      status === 200
        ? shaped(payAnswerSchema, kept, 'internal-error')
        : { ...problemDetails(problemFrom(kept, 'internal-error')), ...detailOf(kept) },
  };
}

/** Our own words, kept with the answer: `problemFrom` drops them, because it reads what strangers say. */
function detailOf(kept: unknown): { detail?: string } {
  const detail: unknown = Reflect.get(Object(kept), 'detail');
  return typeof detail === 'string' ? { detail } : {};
}

/** One charge, inside its transaction: asked before? refused? else debited, recorded and receipted, all at once. */
import {
  payeeUrl,
  printable,
  Problem,
  problemFrom,
  signReceipt,
  type PayAnswer,
  type Receipt,
} from 'micro-pay/protocol';
import { secondsNow, timeNow } from './clock.ts';
import type { Context } from './context.ts';
import { newId } from './ids.ts';
import { withKey } from './item-keys.ts';
import { entitleParts, freeByParts, itemRefusal } from './item-price.ts';
import { assertTold } from './item-undo.ts';
import { payeeAccount, personAccount, post } from './ledger.ts';
import { payerId } from './payer-id.ts';
import {
  answerOf,
  entitle,
  knownAnswer,
  ownedReceipt,
  record,
  type Answer,
} from './payment-rows.ts';
import { endOf, limitPassed } from './refusals.ts';
import { allowanceView, countSpent, limitsInForce, standingOf, type Standing } from './standing.ts';
import type { Tx } from './store/store.ts';
import type { Wish } from './wish.ts';

/**
 * Decides and, if nothing speaks against it, charges. Whatever the answer, it is final for this id.
 * @throws Problem `rate-limited`, `payment-expired`, when nothing was decided
 */
export async function charge(tx: Tx, context: Context, wish: Wish): Promise<Answer> {
  const answer = await decided(tx, context, wish);
  return isYes(answer) ? withKey(tx, context, wish, answer) : answer;
}

/** Paid now or before. */
const isYes = ({ status, body }: Answer): boolean =>
  status === 200 || problemFrom(JSON.parse(body), 'internal-error').code === 'already-owned';

async function decided(tx: Tx, context: Context, wish: Wish): Promise<Answer> {
  const known = await knownAnswer(tx, wish);
  if (known) return known;
  if (wish.grant) context.limits.take('payPerGrant', wish.grant.id);
  const standing = await standingOf(tx, context, wish);
  const ended = endOf(context, wish, standing);
  if (ended) return refuse(tx, context, wish, standing, ended);
  const owned = (await ownedReceipt(tx, context, wish)) ?? (await freeByParts(tx, context, wish));
  if (owned) return answerOf(new Problem('already-owned', { extra: { receipt: owned } }));
  await assertTold(tx, wish);
  const passed =
    (await itemRefusal(tx, context, wish)) ?? (await limitPassed(tx, context, wish, standing));
  if (passed) return refuse(tx, context, wish, standing, passed);
  return debit(tx, context, wish, standing);
}

/** A refusal is final too: a delayed copy must never charge someone who was told "not charged". */
function refuse(
  tx: Tx,
  context: Context,
  wish: Wish,
  standing: Standing,
  { code, detail, extra }: Problem,
): Promise<Answer> {
  const id = newId(context, 'pay');
  const allowance = allowanceView(standing, limitsInForce(standing.allowance, wish.grant));
  const more = { ...extra, allowance, payment: id };
  const answer = answerOf(new Problem(code, { detail, extra: more }));
  return record(tx, context, wish, { id, status: 'refused', answer, receipt: null });
}

async function debit(tx: Tx, context: Context, wish: Wish, standing: Standing): Promise<Answer> {
  const { person, payee, amount, currency } = wish;
  const [id, at] = [newId(context, 'pay'), timeNow(context)];
  const [from, to] = [personAccount(person), payeeAccount(payee)];
  await post(tx, context, [{ id, debit: from, credit: to, amount, currency, code: 'charge', at }]);
  await countSpent(tx, { person, payee, day: standing.day, amount, byTap: Boolean(wish.grant) });
  const claims = receiptFor(context, wish, id);
  const receipt = await signReceipt(claims, context.keys.receipts);
  const after = await standingOf(tx, context, wish);
  const allowance = allowanceView(after, limitsInForce(after.allowance, wish.grant));
  const body: PayAnswer = { receipt, allowance };
  const answer = { status: 200, body: JSON.stringify(body) };
  await record(tx, context, wish, { id, status: 'paid', answer, receipt });
  if (claims.own) await entitle(tx, wish, { payment: id, ...claims.own });
  if (claims.own) await entitleParts(tx, context, wish, { payment: id, until: claims.own.until });
  return answer;
}

function receiptFor(context: Context, wish: Wish, id: string): Receipt {
  const { request, grant, owns } = wish;
  const [iat, aud] = [secondsNow(context), payeeUrl(context.issuer, wish.payee)];
  const text = printable(request.description ?? '');
  return {
    iss: context.issuer,
    env: context.env,
    aud,
    sub: payerId(context.keys, wish.person, aud),
    jti: id,
    iat,
    exp: iat + context.policy.seconds.receiptPresentable,
    amt: request.amount,
    cur: request.currency,
    cid: wish.cid,
    rlm: wish.rlm,
    rsn: { code: wish.reason, ...(text ? { text } : {}) },
    ...(grant ? { cnf: { jkt: grant.jkt } } : {}),
    ...(owns ? { own: { scope: owns.scope, until: iat + owns.seconds } } : {}),
    ...(request.externalId ? { ext: request.externalId } : {}),
    ref: { url: `${context.issuer}/receipts/${id}` },
  };
}

/** Sending a tap: the same voucher until the payee's server has said yes or no. What it refused is not owed. */
import { isProblemCode, problemFrom, schemeTypes } from '../../protocol/problem-rows.ts';
import { formatCredential } from '../../protocol/payment-header.ts';
import { Problem } from '../../protocol/problem-table.ts';
import { accountOf, type Hold, type Pending } from '../account.ts';
import type { Paid } from '../api.ts';
import { send } from '../charge.ts';
import { fits, jsonFrom } from '../claims.ts';
import type { Context } from '../context.ts';
import { walletTime } from '../wallet.ts';
import { pause } from '../later/insist.ts';
import { receiptOf } from '../later/kept.ts';
import { hearClass } from './price-class.ts';
import { forgetTap } from './tap-book.ts';
import { takenTap } from './tap-receipt.ts';

const tries = 3;
/** Characters of the largest refusal that is read */
const maxRefusal = 16_384;

/**
 * @param isFirst it was never sent before
 * @throws Problem of a refusal, and it is not owed; `answer-unknown` or `receipt-invalid`, and it is kept and asked again
 */
export async function finishTap(
  context: Context,
  pending: Pending,
  isFirst = false,
): Promise<Paid> {
  const { target } = pending.charge;
  let isNew = false;
  for (let attempt = 1; ; attempt++) {
    await assertOpen(context, pending);
    const { response, seq } = await sent(context, pending, isNew);
    if (response && 'url' in target)
      // Without it the next tap asks first.
      await hearClass(context, target.url, response).catch(() => undefined);
    // A tap that was known is answered without a look at the grant that came along.
    const shown = isFirst && attempt === 1 ? seq : 0;
    if (response?.ok) return takenTap(context, pending, { response, seq: shown });
    const problem = response && (await refusalIn(response));
    // A server that doesn't know the session is told of it once, by the same voucher.
    if (problem?.code === 'session-ended' && !isNew) isNew = true;
    else if (problem) {
      await forgetTap(context, pending, { refused: problem.code });
      throw problem;
    } else if (attempt >= tries || context.signal?.aborted) {
      return givenUp(context, pending);
    } else await pause(context, attempt, response && { response, body: undefined });
  }
}

/**
 * Another tab may have heard a no: then it isn't sent again, lest it be taken after all.
 * @throws Problem `payment-required`; `session-ended` where the other tab may have given it up unheard
 */
async function assertOpen(context: Context, tap: Pending): Promise<void> {
  const { cid, payee } = tap.charge;
  const { pending } = await accountOf(context, payee.url);
  if (pending.some(({ charge }) => charge.cid === cid)) return;
  const kept = await receiptOf(context, tap);
  if (kept && !kept.undone) return;
  throw isOver(context, tap) ? unheard() : new Problem('payment-required');
}

/**
 * @param isNew the server is told of the session as if for the first time
 * @returns what came back, if anything did, and the grant that the server has seen then
 */
async function sent(
  context: Context,
  { charge, intent, tap }: Pending,
  isNew: boolean,
): Promise<{ response?: Response | undefined; seq: number }> {
  const { target, challenge, payee } = charge;
  if (!challenge || 'to' in target) throw new Problem('invalid-challenge');
  const { hold } = await accountOf(context, payee.url);
  const known = hold?.sid === tap?.sid ? hold : undefined;
  const payload = payloadOf(intent, tap?.sid, known, isNew);
  const name = challenge.header ?? 'Authorization';
  const header: [string, string] = [name, formatCredential({ challenge, payload })];
  const response = await send(context, target, header).catch(() => undefined);
  return { response, seq: known?.seq ?? 0 };
}

/** The grant goes along until the server has answered to it. */
function payloadOf(
  voucher: string,
  sid: string | undefined,
  hold: Hold | undefined,
  isNew: boolean,
): Record<string, unknown> {
  const { grant, seq = 0, shown } = hold ?? {};
  if (grant !== undefined && (isNew || shown === undefined))
    return { action: 'open', grant, voucher };
  const grown = grant !== undefined && (shown ?? 0) < seq ? { grant } : {};
  return { action: 'voucher', sessionId: sid, voucher, ...grown };
}

/** @returns undefined for an answer that says neither yes nor no */
async function refusalIn(response: Response): Promise<Problem | undefined> {
  const text = await response.text().catch(() => '');
  const said = text.length > maxRefusal ? undefined : jsonFrom(text);
  const problem = schemeRefusal(response, said) ?? problemFrom(said, 'answer-unknown');
  const isPassing = response.status === 429 || problem.code === 'unavailable';
  return problem.moneyMoved === 'no' && !isPassing ? problem : undefined;
}

/** A server that doesn't know our words says a 402 in the scheme's: it took nothing. */
function schemeRefusal({ status }: Response, said: unknown): Problem | undefined {
  if (status !== 402 || !fits({ type: '' }, said) || 'code' in said) return undefined;
  if (!said.type.startsWith(schemeTypes)) return undefined;
  const name = said.type.slice(schemeTypes.length);
  return new Problem(isProblemCode(name) ? name : 'verification-failed', { moneyMoved: 'no' });
}

/** After the session's end no server takes it any more; whether one took it before, the statement tells. */
async function givenUp(context: Context, pending: Pending): Promise<never> {
  if (!isOver(context, pending)) throw new Problem('answer-unknown');
  await forgetTap(context, pending, { refused: 'session-ended' });
  throw unheard();
}

const isOver = (context: Context, { wallet, exp }: Pending): boolean =>
  walletTime(context, wallet) >= exp;

const unheard = (): Problem =>
  new Problem('session-ended', { moneyMoved: 'unknown', nextStep: 'contact' });

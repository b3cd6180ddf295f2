/** `POST /connect/continue`: the page fetches what the person allowed. Grant and first payment are made in one transaction. */
import {
  continueRequestSchema,
  Problem,
  problemDetails,
  problemFrom,
  payAnswerSchema,
  shaped,
  thumbprint,
  verifyCall,
  type Call,
  type ContinueAnswer,
} from 'micro-pay/protocol';
import * as v from 'valibot';
import { allow, type ChosenLimits } from './allowances.ts';
import { takeCall } from './calls.ts';
import { charge } from './charge.ts';
import { secondsNow, timeNow } from './clock.ts';
import {
  connectUrl,
  hashOfRef,
  priceOf,
  requestOf,
  setsAside,
  type ConnectRow,
} from './connects.ts';
import type { Context } from './context.ts';
import { issueGrant } from './grants.ts';
import type { Answer } from './payment-rows.ts';
import { firstHold } from './sessions.ts';
import { allowanceView, limitsInForce, standingOf } from './standing.ts';
import type { Tx } from './store/store.ts';
import { wishFrom } from './wish.ts';

export interface SentContinue {
  json: unknown;
  /** The same, as it came: the proof covers its bytes */
  bytes: Uint8Array<ArrayBuffer>;
  authorization: string | undefined;
  origin: string;
}

/** @throws Problem and nothing is granted; the reference stays good for the page it belongs to */
export async function continueConnect(
  context: Context,
  sent: SentContinue,
): Promise<ContinueAnswer> {
  const body = shaped(continueRequestSchema, sent.json, 'malformed-request');
  const hash = await hashOfRef(body.interact_ref);
  const row = await context.store.read((tx) => findByRef(tx, hash));
  // Knowing that someone approved is not enough: the reference went to the page alone.
  if (!row?.person) throw new Problem('approval-pending');
  const call = await verified(context, row, sent);
  if (sent.origin !== row.origin) throw new Problem('origin-not-listed');
  const holder = await holderOf(row, row.person);
  const text = body.intent;
  const wish = text && (await wishFrom(context, { text, origin: sent.origin, holder }));
  return context.store.write(async (tx) => {
    await takeOnce(tx, context, { call, hash });
    const limits = await grantLimits(tx, context, row, holder);
    const asked = requestOf(row);
    const { jwk } = asked.client;
    const grant = await issueGrant(tx, context, { ...holder, jwk, limits });
    const first = wish ? await charge(tx, context, { ...wish, grant: grant.row }) : undefined;
    // As much as the person was told, whatever the page signed then.
    const price = setsAside(asked, row.origin) ? priceOf(asked) : undefined;
    const session =
      price !== undefined && first?.status === 200
        ? await firstHold(tx, context, { grant: grant.row, price })
        : undefined;
    const standing = await standingOf(tx, context, holder);
    return {
      grant: grant.text,
      allowance: allowanceView(standing, limitsInForce(standing.allowance, grant.row)),
      ...outcomeOf(first),
      ...(session === undefined ? {} : { session }),
      now: secondsNow(context),
    };
  });
}

const findByRef = (tx: Tx, hash: string): Promise<ConnectRow | undefined> =>
  tx.get<ConnectRow>('select * from connects where interact_hash = $1', hash);

/** @throws Problem `proof-invalid` when it wasn't called by the page's key */
const verified = (
  context: Context,
  row: ConnectRow,
  { authorization, bytes }: SentContinue,
): Promise<Call> =>
  verifyCall(
    authorization,
    {
      key: requestOf(row).client.jwk,
      method: 'POST',
      url: `${connectUrl(context)}/continue`,
      body: bytes,
      now: secondsNow(context),
    },
    context.verify,
  );

async function holderOf(row: ConnectRow, person: string) {
  const { jwk } = requestOf(row).client;
  return {
    id: row.grant_id,
    person,
    payee: row.payee,
    origin: row.origin,
    jkt: await thumbprint(jwk),
    jwk: JSON.stringify(jwk),
  };
}

/** The call and the reference are good once, the reference for five minutes. */
async function takeOnce(
  tx: Tx,
  context: Context,
  { call, hash }: { call: Call; hash: string },
): Promise<void> {
  const since = timeNow(context) - BigInt(context.policy.seconds.interactRef);
  await takeCall(tx, context, call);
  const taken = await tx.run(
    `update connects set status = 'done'
     where interact_hash = $1 and status = 'approved' and approved_at > $2`,
    hash,
    since,
  );
  if (taken === 0) throw new Problem('approval-expired');
}

const limitsSchema = v.tuple([v.string(), v.string(), v.string()]);

/** What was chosen on the consent page becomes the allowance now, with its grant. */
async function grantLimits(
  tx: Tx,
  context: Context,
  row: ConnectRow,
  who: { person: string; payee: string },
): Promise<ChosenLimits> {
  const texts = shaped(limitsSchema, JSON.parse(row.limits ?? '[]'), 'internal-error');
  const [perPayment, perDay, total] = [BigInt(texts[0]), BigInt(texts[1]), BigInt(texts[2])];
  const limits = { perPayment, perDay, total };
  await allow(tx, who, limits, priceOf(requestOf(row)));
  return limits;
}

/** How the first payment went: a refusal leaves the grant standing. */
function outcomeOf(
  answer: Answer | undefined,
): Pick<ContinueAnswer, 'receipt' | 'key' | 'problem'> {
  if (!answer) return {};
  const body: unknown = JSON.parse(answer.body);
  if (answer.status !== 200)
    return { problem: problemDetails(problemFrom(body, 'internal-error')) };
  const { receipt, key } = shaped(payAnswerSchema, body, 'internal-error');
  return { receipt, ...(key === undefined ? {} : { key }) };
}

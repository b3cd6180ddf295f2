/** One-time codes for receipts: who pays without script comes back to the site with one, and its server takes the receipt for it. */
import {
  callerFrom,
  parseJson,
  Problem,
  receiptCodePath,
  shaped,
  verifyCall,
} from 'micro-pay/protocol';
import { createHash } from 'node:crypto';
import * as v from 'valibot';
import { takeCall } from './calls.ts';
import { secondsNow, timeNow } from './clock.ts';
import type { Context } from './context.ts';
import { newSecret } from './ids.ts';
import { payeeOf } from './payee-keys.ts';

const hashOf = (code: string): string => createHash('sha256').update(code).digest('base64url');

/** @returns the code, good once and for five minutes, and only for a server of this payee */
export async function newReceiptCode(
  context: Context,
  paid: { payment: string; payee: string },
): Promise<string> {
  const code = newSecret(context);
  const now = timeNow(context);
  await context.store.write(async (tx) => {
    await tx.run('delete from receipt_codes where expires_at <= $1', now);
    await tx.run(
      'insert into receipt_codes (hash, payment, payee, expires_at) values ($1, $2, $3, $4)',
      hashOf(code),
      paid.payment,
      paid.payee,
      now + BigInt(context.policy.seconds.interactRef),
    );
  });
  return code;
}

const requestSchema = v.object({ code: v.pipe(v.string(), v.regex(/^[\w-]{43}$/)) });

/**
 * `POST /receipts/exchange`, under a call proof by the payee's key.
 * @returns the receipt as it was signed
 * @throws Problem `not-found` for a code that is unknown, used, over, or another payee's, and for what came back whole
 */
export async function exchangeCode(
  context: Context,
  sent: {
    authorization: string | undefined;
    read: () => Promise<{ bytes: Uint8Array<ArrayBuffer>; text: string }>;
  },
): Promise<{ receipt: string; now: number }> {
  const kid = callerFrom(sent.authorization);
  const { jwk } = await context.store.read((tx) => payeeOf(tx, kid));
  const { bytes: body, text } = await sent.read();
  const [url, now] = [context.issuer + receiptCodePath, secondsNow(context)];
  const expected = { key: jwk, method: 'POST', url, body, now };
  const call = await verifyCall(sent.authorization, expected, context.verify);
  const { code } = shaped(requestSchema, parseJson(text), 'malformed-request');
  const row = await context.store.write(async (tx) => {
    await takeCall(tx, context, call);
    const { payee } = await payeeOf(tx, kid);
    const taken = await tx.run(
      `update receipt_codes set taken_at = $1
       where hash = $2 and payee = $3 and taken_at is null and expires_at > $1`,
      timeNow(context),
      hashOf(code),
      payee,
    );
    // A stranger can send the payee's site codes by the thousand. Only those are counted: a good one was paid for.
    if (taken === 0) context.limits.take('codesPerPayee', payee);
    if (taken === 0) return undefined;
    return tx.get<{ receipt: string }>(
      // Nobody's server opens anything for money that came back.
      `select p.receipt from receipt_codes c join payments p on p.id = c.payment
       where c.hash = $1 and p.amount > (select coalesce(sum(r.amount), 0) from refunds r where r.payment = p.id)`,
      hashOf(code),
    );
  });
  if (!row) throw new Problem('not-found');
  return { receipt: row.receipt, now };
}

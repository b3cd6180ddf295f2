/** `GET /sessions/{sid}/statement`: what became of one session, signed, and the taps behind it as the payee told them. */
import {
  base64url,
  payeeUrl,
  sha256,
  signStatement,
  utf8,
  type StatementAnswer,
} from 'micro-pay/protocol';
import { takeCall } from './calls.ts';
import { secondsNow } from './clock.ts';
import type { Context } from './context.ts';
import { payerId } from './payer-id.ts';
import { verifiedCall, type SentCall } from './session-calls.ts';
import { sessionOf, type SessionRow } from './session-rows.ts';
import { itemsOf, type ItemRow } from './settlement-items.ts';

/** @throws Problem `not-found`, `proof-invalid`, `origin-not-listed`, `rate-limited` */
export async function statementOfSession(
  context: Context,
  sent: SentCall,
  sid: string,
): Promise<StatementAnswer> {
  const holder = await context.store.read((tx) => sessionOf(tx, sid));
  const call = await verifiedCall(context, sent, holder);
  context.limits.take('statementsPerGrant', holder.grant_id);
  const { session, rows } = await context.store.write(async (tx) => {
    await takeCall(tx, context, call);
    return { session: await sessionOf(tx, sid), rows: await itemsOf(tx, sid) };
  });
  const items = JSON.stringify(rows.map(told));
  const ish = base64url(await sha256(utf8(items)));
  return { statement: await signed(context, session, ish), items, now: secondsNow(context) };
}

const told = ({ tap, amount, reason, title, at }: ItemRow) => ({
  tap,
  amount: String(amount),
  reason,
  ...(title === null ? {} : { title }),
  at: Number(at),
});

function signed(context: Context, session: SessionRow, ish: string): Promise<string> {
  const aud = payeeUrl(context.issuer, session.payee);
  return signStatement(
    {
      iss: context.issuer,
      env: context.env,
      aud,
      sub: payerId(context.keys, session.person, aud),
      sid: session.id,
      iat: secondsNow(context),
      cur: session.currency,
      dep: String(session.deposit),
      amt: String(session.settled),
      back: String(session.released),
      und: String(session.undone),
      end: session.closed_at !== null,
      ish,
    },
    context.keys.receipts,
  );
}

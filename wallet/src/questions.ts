/** `POST /connect`: a page asks a person to be allowed to be paid. It is checked here, and waits for the person. */
import {
  assertStrongKey,
  base64url,
  chargeRequestFrom,
  connectRequestSchema,
  finishUri,
  inLedgerUnits,
  payeeFrom,
  Problem,
  shaped,
  startUrl,
  type ConnectAnswer,
  type ConnectRequest,
  type Payee as PayeeAddress,
} from 'micro-pay/protocol';
import { secondsNow, timeNow } from './clock.ts';
import { connectUrl, findConnect, type ConnectRow } from './connects.ts';
import type { Context } from './context.ts';
import { newId } from './ids.ts';
import { assertOffered } from './item-price.ts';
import { ledgerCurrency } from './ledger.ts';
import { assertMayAsk, payeeByName } from './payees.ts';
import type { Tx } from './store/store.ts';
import { hasNoServer } from './wish.ts';

/**
 * @param sent the body as parsed JSON, the Origin header the wallet saw, and where it came from
 * @throws Problem and nothing is kept
 */
export async function ask(
  context: Context,
  sent: { json: unknown; origin: string; address: string },
): Promise<ConnectAnswer> {
  const { origin } = sent;
  const request = shaped(connectRequestSchema, sent.json, 'malformed-request');
  const address = payeeOf(context, request);
  const payee = await payeeByName(context, address.name);
  if (!payee) throw new Problem('payee-unknown');
  assertMayAsk(context, payee, origin);
  assertReturns(request, origin);
  assertPays(request, address.url, origin);
  // The address first: anyone can write a site's name into a header, and would use up what is the site's.
  context.limits.take('connectPerAddress', sent.address);
  context.limits.take('connectPerOrigin', origin);
  // The one check that costs more than a look, so whoever asks too often doesn't get it.
  assertStrongKey(request.client.jwk);
  await assertSold(context, payee.name, request);
  const row = await context.store.write((tx) => keep(tx, context, { request, payee, origin }));
  context.arrivals.tell(row.nonce);
  return {
    interact: { redirect: startUrl(context.issuer, row.nonce), finish: row.finish },
    continue: { uri: `${connectUrl(context)}/continue`, gnt: row.grant_id },
    jwks: { keys: [...context.keys.published] },
    now: secondsNow(context),
  };
}

function payeeOf({ issuer }: Context, { access_token }: ConnectRequest): PayeeAddress {
  const [access] = access_token.access;
  const payee = payeeFrom(access?.payee);
  if (payee.wallet !== issuer) throw new Problem('payee-unknown');
  if (access?.currency !== ledgerCurrency)
    throw new Problem('malformed-request', { detail: 'This wallet holds another currency.' });
  return payee;
}

/** The answer goes to the asking site and nowhere else: what looks like it is not it. */
function assertReturns({ interact }: ConnectRequest, origin: string): void {
  const { method, uri } = interact.finish;
  const refused = () =>
    new Problem('malformed-request', { detail: 'Look at “interact.finish.uri”.' });
  if (method === 'message' && uri !== origin) throw refused();
  if (method === 'redirect') finishUri(uri, origin);
}

/** The payment shown with the question must be one to this payee, in this currency. */
function assertPays({ intent }: ConnectRequest, payee: string, origin: string): void {
  if (!intent) return;
  const request = chargeRequestFrom(intent.req, 'malformed-request');
  const refused = () => new Problem('malformed-request', { detail: 'Look at “intent”.' });
  if (request.recipient !== payee) throw refused();
  if (inLedgerUnits(request).currency !== ledgerCurrency) throw refused();
  if (hasNoServer(intent.cid, request) && intent.rlm !== origin) throw refused();
}

/** Nobody is asked to allow a price that an item doesn't have. @throws Problem `item-unknown`, `item-repriced` */
async function assertSold(
  context: Context,
  payee: string,
  { intent }: ConnectRequest,
): Promise<void> {
  if (!intent) return;
  const request = chargeRequestFrom(intent.req, 'malformed-request');
  const item = request.methodDetails?.item;
  if (item === undefined) return;
  const offered = inLedgerUnits(request).amount;
  await context.store.read((tx) => assertOffered(tx, { payee, item, offered }));
}

/** The same question asked again, because an answer got lost, is the same question. */
async function keep(
  tx: Tx,
  context: Context,
  { request, payee, origin }: { request: ConnectRequest; payee: { name: string }; origin: string },
): Promise<Pick<ConnectRow, 'nonce' | 'finish' | 'grant_id'>> {
  const { nonce } = request.interact.finish;
  const text = JSON.stringify(request);
  const now = timeNow(context);
  await tx.run('delete from connects where expires_at <= $1', now);
  const known = await findConnect(tx, nonce);
  if (known && (known.request !== text || known.origin !== origin)) throw new Problem('id-reused');
  if (known) return known;
  const row = {
    nonce,
    grant_id: newId(context, 'gnt'),
    finish: base64url(context.random(24)),
  };
  await tx.run(
    `insert into connects (nonce, grant_id, origin, payee, request, finish, status, created_at, expires_at)
     values ($1, $2, $3, $4, $5, $6, 'asked', $7, $8)`,
    row.nonce,
    row.grant_id,
    origin,
    payee.name,
    text,
    row.finish,
    now,
    now + BigInt(context.policy.seconds.pendingTap),
  );
  return row;
}

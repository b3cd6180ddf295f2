/** An old receipt as evidence: whoever bought this before opens it again, on any device that the wallet trusts for this site. */
import { receiptPayloadFrom } from '../protocol/credential.ts';
import { equalInConstantTime } from '../protocol/encoding.ts';
import { parseGrant, type Grant } from '../protocol/grant.ts';
import { verifyJws } from '../protocol/jws.ts';
import { policy } from '../protocol/policy.ts';
import { Problem } from '../protocol/problem.ts';
import { parseProof } from '../protocol/proof.ts';
import { parseReceipt, type Receipt } from '../protocol/receipt.ts';
import { assertInTime, assertWallet } from './charge.ts';
import { assertPays, assertPaysAsked } from './door.ts';
import { markOf } from './mark.ts';
import { hashOf } from './native.ts';
import { paymentOf, type Presented, type Take } from './presented.ts';
import { verifierOf } from './signature.ts';
import { forgetAfterSeconds } from './store.ts';

const code = 'verification-failed';

/**
 * A receipt is proof, not access: it opens only together with a grant of the same person at this payee and the word
 * of that grant's key for this very challenge. It costs nothing, even after the paywall lost its memory.
 */
export const takeEvidence: Take = async (presented) => {
  const { payload, settings, offer } = presented;
  const { receipt: text, grant: grantText, proof } = receiptPayloadFrom(payload);
  const evidence = parseReceipt(text, code);
  const approval = parseGrant(grantText, code);
  const { receipt } = evidence;
  const { grant } = approval;

  assertWallet(receipt, presented);
  assertWallet(grant, presented);
  // What was paid for this very challenge and not yet got; else something that is owned.
  const isLate = receipt.cid === presented.challenge.id;
  if (isLate) assertWanting(receipt, presented);
  else await assertOwned(receipt, presented);
  if (grant.sub !== receipt.sub) throw new Problem(code);
  assertGrantHere(grant, presented);
  await settings.keys.verify(evidence.jws);
  await settings.keys.verify(approval.jws);
  await assertProof(proof, grant, presented);

  const { iss, sub, jti } = receipt;
  const access = { payer: { iss, sub }, receipt };
  if (isLate) {
    const outcome = await settings.store.take(await paymentOf(`${iss}|${jti}`, presented));
    const by = outcome === 'taken' ? 'payment' : 'repeat';
    return { access: { by, ...access }, receiptText: text, ownedUntil: 0 };
  }
  const ownedUntil = receipt.own?.until ?? 0;
  const purchase = { iss, sub, scope: offer.scope, until: ownedUntil };
  // One proof for one challenge: copied bytes are a repeat, and a repeat opens less.
  const id = `proof|${presented.challenge.id}`;
  const outcome = await settings.store.take(await paymentOf(id, presented), purchase);
  if (outcome === 'used') throw new Problem('invalid-challenge');
  const by = outcome === 'taken' ? 'receipt' : 'repeat';
  return { access: { by, ...access }, receiptText: text, ownedUntil };
};

/** What the wallet itself vouches for, by a one-time code: whoever comes back with it owns this. */
export const takeVouched: Take = async (presented) => {
  const { receipt: text } = receiptPayloadFrom(presented.payload);
  const { jws, receipt: vouched } = parseReceipt(text, code);
  assertWallet(vouched, presented);
  await assertOwned(vouched, presented);
  await presented.settings.keys.verify(jws);
  const { iss, sub, own } = vouched;
  const until = own?.until ?? 0;
  const purchase = { iss, sub, scope: presented.offer.scope, until };
  // The code stands where a credential would: good once, too.
  const id = `code|${await hashOf(presented.authorization)}`;
  await presented.settings.store.take(await paymentOf(id, presented), purchase);
  return {
    access: { by: 'receipt', payer: { iss, sub }, receipt: vouched },
    receiptText: text,
    ownedUntil: until,
  };
};

/**
 * Paid and not yet got, because an answer was lost or the page went down: for a day, as long as the store remembers what was
 * taken. What isn't owned has no other way to be got late.
 */
function assertWanting(
  receipt: Receipt,
  { challenge, challengeExpires, offer, now }: Presented,
): void {
  if (now >= receipt.iat + forgetAfterSeconds) throw new Problem('payment-expired');
  if (offer.seconds > 0) throw new Problem(code);
  const paid = { amount: receipt.amt, currency: receipt.cur };
  assertPaysAsked(paid, challenge);
  // Nobody pays anew at a price of long ago.
  if (receipt.iat > challengeExpires + policy.seconds.skew) assertPays(paid, offer.money);
}

async function assertOwned(receipt: Receipt, presented: Presented): Promise<void> {
  const { offer, now } = presented;
  assertInTime(presented);
  const isOwned = receipt.own?.scope === offer.scope && receipt.own.until > now;
  if (!isOwned) throw new Problem(code);
  await assertSold(receipt, presented);
}

/** The page that asks is the one the person allowed; without a word from the browser, that is this site. */
function assertGrantHere(grant: Grant, { visit, now }: Presented): void {
  const isHere = grant.org === (visit.asking ?? visit.origin);
  if (!isHere || grant.exp <= now - policy.seconds.skew) throw new Problem(code);
}

/** The wallet tells what was paid; that we sold this for it, and for so long, only our own mark tells. */
async function assertSold(receipt: Receipt, { settings, offer: { scope } }: Presented) {
  const seconds = (receipt.own?.until ?? 0) - receipt.iat;
  const money = { amount: receipt.amt, currency: receipt.cur };
  const mark = await markOf({ scope, seconds, money }, settings);
  if (!equalInConstantTime(mark, receipt.ext ?? '')) throw new Problem(code);
}

async function assertProof(text: unknown, grant: Grant, presented: Presented): Promise<void> {
  const { jws, proof } = parseProof(text);
  const { settings, challenge, now } = presented;
  const isForThis =
    proof.aud === settings.payee.url &&
    proof.cid === challenge.id &&
    Math.abs(now - proof.iat) <= policy.seconds.skew;
  if (!isForThis) throw new Problem(code);
  const { jwk } = grant.cnf;
  await verifyJws(jws, jwk, await verifierOf(jwk), code);
}

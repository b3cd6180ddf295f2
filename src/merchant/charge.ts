/** A fresh receipt: one payment for this challenge, checked offline and taken once. */
import { policy } from '../protocol/policy.ts';
import { Problem, refused } from '../protocol/problem.ts';
import { receiptPayloadFrom } from '../protocol/credential.ts';
import { parseReceipt, type Receipt } from '../protocol/receipt.ts';
import { assertPaysAsked } from './door.ts';
import { paymentOf, type Presented, type Take, type Taken } from './presented.ts';

/**
 * Takes a payment. The same bytes again are answered again for ten minutes, whatever has expired since:
 * an answer that got lost must not cost the payer what they paid for.
 */
export const takeCharge: Take = async (presented) => {
  const { payload, settings, now } = presented;
  const { receipt: text } = receiptPayloadFrom(payload);
  const { jws, receipt } = parseReceipt(text, 'verification-failed');
  const payment = await paymentOf(`${receipt.iss}|${receipt.jti}`, presented);

  const earlier = await settings.store.find(payment.id);
  const repeatable = earlier && now < earlier.at + policy.seconds.receiptPresentable;
  // Equal bytes were verified when they came first.
  if (repeatable && earlier.credential === payment.credential)
    return takenFrom(text, receipt, presented, 'repeat');

  assertInTime(presented);
  assertWallet(receipt, presented);
  assertFits(receipt, presented);
  await settings.keys.verify(jws);

  const taken = takenFrom(text, receipt, presented, 'payment');
  const { iss, sub } = receipt;
  const { scope } = presented.offer;
  const purchase = taken.ownedUntil ? { iss, sub, scope, until: taken.ownedUntil } : undefined;
  const outcome = await settings.store.take(payment, purchase);
  if (outcome === 'used') throw new Problem('invalid-challenge');
  return outcome === 'taken' ? taken : takenFrom(text, receipt, presented, 'repeat');
};

/** Our own clock wrote the challenge, so there is no skew to allow for. */
export function assertInTime({ challengeExpires, now }: Presented): void {
  if (challengeExpires <= now) throw refused('payment-expired');
}

/** @throws Problem for a receipt of another wallet, of play money, or for another payee */
export function assertWallet(
  signed: Pick<Receipt, 'iss' | 'env' | 'aud' | 'iat'>,
  { settings, now }: Presented,
): void {
  const { payee, test } = settings;
  const isOurs = signed.iss === payee.wallet && signed.aud === payee.url;
  if (!isOurs || signed.iat > now + policy.seconds.skew) throw new Problem('verification-failed');
  if (signed.env === 'test' && !test) throw new Problem('test-money-refused');
}

function assertFits(receipt: Receipt, { challenge, now }: Presented): void {
  if (receipt.cid !== challenge.id) throw new Problem('verification-failed');
  assertPaysAsked({ amount: receipt.amt, currency: receipt.cur }, challenge);
  if (receipt.exp <= now - policy.seconds.skew) throw new Problem('payment-expired');
}

const takenFrom = (
  receiptText: string,
  receipt: Receipt,
  { offer }: Presented,
  by: 'payment' | 'repeat',
): Taken => ({
  access: { by, payer: { iss: receipt.iss, sub: receipt.sub }, receipt },
  receiptText,
  ownedUntil: offer.seconds && receipt.iat + offer.seconds,
});

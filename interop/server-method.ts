/** The payee's half of the method: mppx asks and recognises its challenge; here the wallet's receipt is checked, offline, and taken once. */
import { Errors, Method } from 'mppx';
import { parseReceipt, Problem, timeFrom, type Receipt } from '../src/protocol/index.ts';
import { charge } from './method.ts';
import { assertSignedBy } from './wallet-keys.ts';

/** @param payee its URL at the wallet @param wallet its origin */
export function micropayServer({ payee, wallet }: { payee: string; wallet: string }) {
  const taken = new Set<string>();
  return Method.toServer(charge, {
    broadcast: async ({ credential: { challenge, payload } }) => {
      const receipt = await refusing(() => verified(payload.receipt, wallet));
      const { amount, currency, recipient } = challenge.request;
      const fits =
        recipient === payee &&
        receipt.iss === wallet &&
        receipt.aud === payee &&
        receipt.cid === challenge.id &&
        receipt.amt === amount &&
        receipt.cur === currency &&
        receipt.exp > Date.now() / 1000;
      if (!fits) throw new Errors.VerificationFailedError({ reason: 'it pays something else' });
      if (taken.has(receipt.jti)) throw new Errors.InvalidChallengeError({ reason: 'used' });
      taken.add(receipt.jti);
      return {
        method: 'micropay',
        reference: receipt.jti,
        status: 'success',
        timestamp: timeFrom(receipt.iat),
      };
    },
  });
}

/** @throws Problem `verification-failed` */
async function verified(text: string, wallet: string): Promise<Receipt> {
  const { jws, receipt } = parseReceipt(text, 'verification-failed');
  await assertSignedBy(wallet, jws);
  return receipt;
}

async function refusing<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw new Errors.VerificationFailedError({
      reason: error instanceof Problem ? error.code : 'the receipt can’t be read',
    });
  }
}

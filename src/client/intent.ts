/** Signing: the moment a tap becomes a promise. One writer for each payee, and stored before it leaves. */
import type { Intent } from '../protocol/intent.ts';
import { signJws } from '../protocol/sign-jws.ts';
import { changeAccount, type Account, type Pending } from './account.ts';
import type { Charge } from './charge.ts';
import type { Context, SessionSigner } from './context.ts';
import { stamp } from './stamp.ts';
import type { Wallet } from './wallet.ts';

/**
 * Signs a charge within the caps and keeps it. Under the lock, so that two tabs can't both take the last cent of a limit.
 * @throws Problem `cap-reached`
 */
export async function signedCharge(
  context: Context,
  charge: Charge,
  { wallet, gnt }: { wallet: Wallet; gnt: string },
  signer: SessionSigner,
): Promise<Pending> {
  const { cid, rlm, req, payee } = charge;
  const claims: Intent = { ...stamp(context, wallet, signer), gnt, cid, rlm, req };
  const { iss: jkt, exp } = claims;
  const intent = await signJws('micropay-intent+jwt', claims, signer);
  const pending: Pending = { charge, intent, exp, jkt, at: context.now(), wallet };
  await changeAccount(context, payee.url, async (account) => {
    if (signer.fallback || !isFirstWithin(context, account, charge))
      await (await context.later()).assertWithinCaps(context, account, charge, signer);
    return { ...account, known: true, pending: [...account.pending, pending] };
  });
  return pending;
}

/** A first payment, within the limits where the person set none: nothing else is to be looked at. */
export const isFirstWithin = ({ caps }: Context, { known }: Account, { price }: Charge): boolean =>
  !known && Object.values(caps).every((limit: string) => price <= BigInt(limit));

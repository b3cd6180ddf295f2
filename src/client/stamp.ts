/** What everything that a page signs for a wallet says of itself: by which key, to whom, once, and for a minute of the wallet's time. */
import { signedSeconds } from '../protocol/device-policy.ts';
import type { Context, SessionSigner } from './context.ts';
import { newNonce } from './nonce.ts';
import { walletTime, type Wallet } from './wallet.ts';

export function stamp(context: Context, wallet: Wallet, { kid }: SessionSigner) {
  const iat = walletTime(context, wallet);
  const jti = `sig_${newNonce(context)}`;
  return { iss: kid, aud: wallet.origin, jti, iat, exp: iat + signedSeconds };
}

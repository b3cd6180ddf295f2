/** A wallet's public keys, asked for again when something is signed by a name that isn't known. */
import { jwksRetrySeconds } from '../../protocol/device-rules.ts';
import { jwksUrl } from '../../protocol/other-doors.ts';
import { fitting } from '../claims.ts';
import type { Context } from '../context.ts';
import { goodAnswer } from '../http.ts';
import type { Wallet } from '../wallet.ts';

/** At most once a minute. @throws Problem `wallet-unreachable`, `wallet-unsupported` */
export async function refreshKeys(context: Context, wallet: Wallet): Promise<void> {
  const age = context.now() - wallet.keysAt;
  if (age >= 0 && age <= jwksRetrySeconds * 1000) return;
  const body = await goodAnswer(context, jwksUrl(wallet.origin));
  wallet.keysAt = context.now();
  wallet.keys = fitting({ keys: {} }, body, 'wallet-unsupported').keys;
}

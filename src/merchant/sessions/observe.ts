/** Before one sells by session: which payments would have been taps. */
import type { Access } from '../access.ts';
import type { Offer } from '../offer.ts';
import type { Settings } from '../settings.ts';

export function observe({ by }: Access, { session }: Offer, { sessions, onError }: Settings): void {
  if (!sessions || sessions.enforce || !session || by !== 'payment') return;
  const { scope, res, amount, currency } = session;
  try {
    sessions.observed({ scope, res, amount: String(amount), currency });
  } catch (error) {
    // The payment is taken; whoever listens must not undo that.
    onError(error);
  }
}

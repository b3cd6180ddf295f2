/** A paywall's memory for one process: bounded, and gone when the process ends. */
import { keep } from './kept.ts';
import { memorySessions } from './sessions/memory-sessions.ts';
import type { PaywallStore, Payment } from './store.ts';
import { outcomeOf } from './store.ts';

/**
 * Keeps payments and purchases in memory.
 * @param maxEntries of each kind; the oldest go first. Who owned one of them shows the wallet's receipt, and it opens again.
 */
export function memoryStore(maxEntries = 100_000): PaywallStore {
  const payments = new Map<string, Payment>();
  const purchases = new Map<string, number>();
  return {
    find: async (id) => payments.get(id),
    take: async (payment, purchase) => {
      const earlier = payments.get(payment.id);
      if (earlier) return outcomeOf(earlier, payment);
      keep(payments, payment.id, payment, maxEntries);
      if (purchase) keep(purchases, purchaseKey(purchase), purchase.until, maxEntries);
      return 'taken';
    },
    owns: async (owner, now) => (purchases.get(purchaseKey(owner)) ?? 0) > now,
    sessions: memorySessions(maxEntries),
  };
}

const purchaseKey = ({ iss, sub, scope }: { iss: string; sub: string; scope: string }): string =>
  JSON.stringify([iss, sub, scope]);

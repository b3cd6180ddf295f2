/** The story's paywall: what was read, its secret and the key that settles are kept in one folder. */
import { join } from 'node:path';
import { paywall, sqliteStore, type Paywall } from 'micro-pay/merchant';
import { payeeKeyIn, secretIn } from '../shared/folder.ts';
import { closedPage } from './pages.ts';

/** @returns the paywall, and the public half of its key */
export async function paywallIn(
  data: string,
  payee: string,
): Promise<{ pay: Paywall; payeeKey: string }> {
  const key = await payeeKeyIn(data);
  const pay = paywall({
    payee,
    price: { amount: '0.01', currency: 'USD' },
    secret: secretIn(data),
    test: true,
    store: sqliteStore(join(data, 'purchases.db')),
    sessions: { key, scope: 'GET /read/*', unit: 'minute' },
    page: closedPage,
  });
  return { pay, payeeKey: key.x };
}

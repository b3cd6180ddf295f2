/** The newspaper's paywall: what was bought, its secret and the key that settles are kept in one folder. */
import { join } from 'node:path';
import { paywall, sqliteStore, type Paywall } from 'micro-pay/merchant';
import { payeeKeyIn, secretIn } from '../shared/folder.ts';
import { articles } from './articles.ts';
import { closedPage, missingPage } from './pages.ts';

/** @returns the paywall, and the public half of its key */
export async function paywallIn(
  data: string,
  payee: string,
): Promise<{ pay: Paywall; payeeKey: string }> {
  const key = await payeeKeyIn(data);
  const pay = paywall({
    payee,
    price: { amount: '0.02', currency: 'USD' },
    secret: secretIn(data),
    test: true,
    store: sqliteStore(join(data, 'purchases.db')),
    sessions: { key, scope: 'GET /articles/*' },
    page: closed,
  });
  return { pay, payeeKey: key.x };
}

/** The beginning of the article is for everyone. */
const closed = (parts: { button: string; price: string; title: string }): string => {
  const article = articles.find(({ title }) => title === parts.title);
  return article ? closedPage(parts, article) : missingPage();
};

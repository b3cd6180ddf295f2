/** The newspaper's paywall, and the folder it lives in: what was bought, its secret, and the key that settles. */
import { randomBytes } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { newPayeeKey, paywall, sqliteStore, type PayeeKey, type Paywall } from 'micro-pay/merchant';
import { articles } from './articles.ts';
import { closedPage, missingPage } from './pages.ts';

/** @returns the paywall, and the public half of its key */
export async function paywallIn(
  data: string,
  payee: string,
): Promise<{ pay: Paywall; payeeKey: string }> {
  const key = await keyIn(data);
  const pay = paywall({
    payee,
    price: { amount: '0.02', currency: 'USD' },
    secret: kept(join(data, 'secret'), randomBytes(32).toString('base64url')),
    test: true,
    store: sqliteStore(join(data, 'purchases.db')),
    sessions: { key, scope: 'GET /articles/*' },
    page: closed,
  });
  return { pay, payeeKey: key.x };
}

/** Made once and kept: it signs what readers see as paid, and it moves the newspaper's money. */
const keyIn = async (data: string): Promise<PayeeKey> =>
  JSON.parse(kept(join(data, 'payee-key.json'), JSON.stringify(await newPayeeKey()))) as PayeeKey;

/** What the file says; what was made now, where there is none yet. With another secret every access cookie would be void. */
function kept(file: string, made: string): string {
  try {
    writeFileSync(file, made, { flag: 'wx', mode: 0o600 });
  } catch {
    // It is there already.
  }
  return readFileSync(file, 'utf8');
}

/** The beginning of the article is for everyone. */
const closed = (parts: { button: string; price: string; title: string }): string => {
  const article = articles.find(({ title }) => title === parts.title);
  return article ? closedPage(parts, article) : missingPage();
};

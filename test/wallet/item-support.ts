/** Items to test with: a payee that registers them by its key, and a reader who buys them. */
import { base64url, itemScope, type Item, type NewItem } from '../../src/protocol/index.ts';
import { newId } from '../../wallet/src/ids.ts';
import { callBy, type Answer, type CallChanges } from './session-support.ts';
import { chargeOf, news, pay, site, type Connected, type WalletUnderTest } from './support.ts';
import type { Signer } from '../../src/protocol/index.ts';

export const newItem = (wallet: WalletUnderTest, changes: Partial<NewItem> = {}): NewItem => ({
  id: newId(wallet, 'itm'),
  title: 'How rivers remember',
  amount: '2',
  currency: 'usd',
  ...changes,
});

export const newContentKey = ({ random }: Pick<WalletUnderTest, 'random'>): string =>
  base64url(random(32));

/** `POST /items` by a payee's key. */
export const register = (
  wallet: WalletUnderTest,
  key: Signer,
  item: unknown,
  changes: CallChanges = {},
): Promise<Answer> => callBy(wallet, key, { method: 'POST', path: '/items', body: item }, changes);

/** `POST /items/{id}`. */
export const update = (
  wallet: WalletUnderTest,
  key: Signer,
  id: string,
  change: unknown,
  changes: CallChanges = {},
): Promise<Answer> =>
  callBy(wallet, key, { method: 'POST', path: `/items/${id}`, body: change }, changes);

/** A locked text that `~news`, or whose key it is, sells for two cents or as told. */
export async function sold(
  wallet: WalletUnderTest,
  key: Signer,
  changes: Partial<NewItem> = {},
): Promise<NewItem & { key: string }> {
  const item = newItem(wallet, { key: newContentKey(wallet), url: `${site}/rivers`, ...changes });
  const { status, text } = await register(wallet, key, item);
  if (status !== 200) throw new Error(text);
  return { ...item, key: item.key ?? '' };
}

/** A list of items for one price. */
export async function soldList(
  wallet: WalletUnderTest,
  key: Signer,
  items: readonly string[],
  amount: string,
): Promise<NewItem> {
  const list = newItem(wallet, { title: 'All of them', amount, items: [...items] });
  const { status, text } = await register(wallet, key, list);
  if (status !== 200) throw new Error(text);
  return list;
}

/** What a page asks for an item: its price, unless another is told. */
export const itemCharge = (
  { id, amount, currency, title }: Pick<NewItem, 'id' | 'amount' | 'currency' | 'title'>,
  changes: Partial<ReturnType<typeof chargeOf>> = {},
): ReturnType<typeof chargeOf> =>
  chargeOf({
    amount,
    currency,
    description: title,
    recipient: news,
    methodDetails: { item: id },
    ...changes,
  });

export interface Bought {
  status: number;
  text: string;
  json: {
    receipt?: string;
    key?: string;
    code?: string;
    moneyMoved?: string;
    price?: { amount: string; currency: string; deducted?: boolean };
  };
}

/** `POST /pay` for an item, from a page that is connected. */
export async function buy(
  wallet: WalletUnderTest,
  reader: Pick<Connected, 'page' | 'grantId'>,
  item: Pick<NewItem, 'id' | 'amount' | 'currency' | 'title'>,
  changes: Parameters<typeof pay>[2] = {},
): Promise<Bought> {
  const answer = await pay(wallet, reader, { charge: itemCharge(item), ...changes });
  return { ...answer, json: answer.json as Bought['json'] };
}

/** `POST /owned` by the page's key. */
export const owned = (
  wallet: WalletUnderTest,
  { page, grantId }: Pick<Connected, 'page' | 'grantId'>,
  scope?: string,
  changes: CallChanges = {},
): Promise<Answer> => {
  const body = { gnt: grantId, ...(scope === undefined ? {} : { scope }) };
  const call = { method: 'POST', path: '/owned', body } as const;
  return callBy(wallet, page.key, call, { origin: page.origin, ...changes });
};

/** What anyone finds at an item's address. */
export async function look(
  { door }: Pick<WalletUnderTest, 'door'>,
  id: string,
): Promise<{ status: number; item: Item; headers: Headers }> {
  const response = await door(new Request(`http://localhost:8787/items/${id}`), '192.0.2.7');
  return {
    status: response.status,
    item: (await response.json()) as Item,
    headers: response.headers,
  };
}

export const scopeOf = ({ id }: Pick<NewItem, 'id'>): string => itemScope(id);

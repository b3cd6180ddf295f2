/** Hostile inputs that concern items: prices and items a page makes up, and calls that are nobody's. */
import { authorizeCall, utf8, type Signer } from '../../src/protocol/index.ts';
import { newId } from '../../wallet/src/ids.ts';
import { closeItem } from '../../wallet/src/item-changes.ts';
import { itemCharge, newItem, sold } from '../wallet/item-support.ts';
import { seller } from '../wallet/session-support.ts';
import { intentFor, issuer, site } from '../wallet/support.ts';
import { letter, refused, type Hostile, type Row, type Target } from './wallet-rows.ts';
import type { WireRequest } from './wire.ts';

type Item = Awaited<ReturnType<typeof sold>>;

/** An intent of the page for an item, as it likes. */
async function buying(
  target: Target,
  item: Item,
  change: Partial<Item> = {},
): Promise<WireRequest> {
  const { wallet, reader } = target;
  const charge = itemCharge({ ...item, ...change });
  const body = await intentFor(wallet, reader.page, reader.grantId, {
    cid: newId(wallet, 'con'),
    charge,
  });
  return { path: '/pay', headers: { origin: site, 'content-type': 'text/plain' }, body };
}

const final = { kept: 'refusal' } as const;

/** A price the page made up. */
const priced =
  (amount: string, currency = 'usd') =>
  async (target: Target): Promise<Hostile> => {
    const item = await sold(target.wallet, target.seller);
    const request = await buying(target, item, { amount, currency });
    return refused(request, 409, 'item-repriced', { ...final, input: item.key });
  };

/** A call about items, by whose key it is. */
async function call(
  { wallet }: Target,
  path: string,
  body: unknown,
  signer?: Signer,
): Promise<WireRequest> {
  const text = typeof body === 'string' ? body : JSON.stringify(body);
  const proof = {
    method: 'POST' as const,
    url: issuer + path,
    body: utf8(text),
    iat: wallet.clock.now,
    jti: newId(wallet, 'con'),
  };
  const authorization = signer && (await authorizeCall(proof, signer));
  const headers = {
    'content-type': 'application/json',
    ...(authorization ? { authorization } : {}),
  };
  return { path, headers, body: text };
}

const malformedItem =
  (change: Record<string, unknown>, input = '') =>
  async (target: Target): Promise<Hostile> => {
    const body = { ...newItem(target.wallet), ...change };
    const request = await call(target, '/items', body, target.seller);
    return refused(request, 400, 'malformed-request', { input });
  };

export const itemRows: readonly Row[] = [
  ['14-item-a', 'an item for less than its price', priced('1')],
  ['14-item-b', 'an item for more than its price', priced('3')],
  ['14-item-c', 'an item for a millionth', priced('1', 'usd-micro')],
  [
    '39-item',
    'another payee’s item',
    async (target) => {
      const busker = await seller(target.wallet, 'busker');
      const item = await sold(target.wallet, busker, { url: undefined });
      return refused(await buying(target, item), 404, 'item-unknown', {
        ...final,
        input: item.key,
      });
    },
  ],
  [
    '38-item',
    'an item that isn’t there',
    async (target) => {
      const item = { ...newItem(target.wallet), key: '' };
      return refused(await buying(target, item), 404, 'item-unknown', final);
    },
  ],
  [
    '41-item',
    'a closed item',
    async (target) => {
      const { context } = target.wallet;
      const item = await sold(target.wallet, target.seller);
      await context.store.write((tx) =>
        closeItem(tx, context, { payee: 'news', id: item.id, closed: true }),
      );
      return refused(await buying(target, item), 410, 'item-closed', {
        ...final,
        input: item.key,
      });
    },
  ],
  [
    '69-item-a',
    'an item registered by nobody',
    async (target) =>
      refused(await call(target, '/items', newItem(target.wallet)), 401, 'proof-invalid'),
  ],
  [
    '69-item-b',
    'an item registered by a page',
    async (target) => {
      const { key } = target.reader.page;
      const request = await call(target, '/items', newItem(target.wallet), key);
      return refused(request, 401, 'proof-invalid');
    },
  ],
  [
    '69-item-c',
    'the key of an item, asked by a page',
    async (target) => {
      const item = await sold(target.wallet, target.seller);
      const request = await call(target, `/items/${item.id}`, {}, target.reader.page.key);
      return refused(request, 401, 'proof-invalid', { input: item.key });
    },
  ],
  [
    '69-item-d',
    'what is owned, asked without a proof',
    async (target) => {
      const request = await call(target, '/owned', { gnt: target.reader.grantId });
      const headers = { ...request.headers, origin: site };
      return refused({ ...request, headers }, 401, 'proof-invalid');
    },
  ],
  ...(
    [
      ['an amount of nothing', { amount: '0' }],
      ['a negative amount', { amount: '-1' }],
      ['a title of 81 characters', { title: 'a title of too many letters'.repeat(4) }],
      ['HTML as an address', { url: '<script>alert(1)</script>' }],
      ['a list of itself', { items: ['itm_AAAAAAAAAAAAAAAAAAAAAA', 7] }],
      ['a list of 51', { items: Array.from({ length: 51 }, () => 'itm_AAAAAAAAAAAAAAAAAAAAAA') }],
      ['a key that is no key', { key: 'not a key' }],
    ] as const
  ).map(([name, change], i): Row => [
    `90${letter(i)}-item`,
    `${name}, in an item`,
    malformedItem(change),
  ]),
  [
    '17-item',
    'a repeated key in an item',
    async (target) => {
      const text = JSON.stringify(newItem(target.wallet)).replace('{', '{"amount":"1",');
      const request = await call(target, '/items', text, target.seller);
      return refused(request, 400, 'malformed-request');
    },
  ],
  [
    '21-item',
    'an item of 20 KB',
    async (target) => {
      const body = { ...newItem(target.wallet), more: 'x'.repeat(20_000) };
      return refused(await call(target, '/items', body, target.seller), 413, 'request-too-large');
    },
  ],
];

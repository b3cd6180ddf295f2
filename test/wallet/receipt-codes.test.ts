/** Codes for receipts, by raw HTTP: who gets one, who may exchange it, and how often. */
import { afterEach, beforeEach, expect, test } from 'vitest';
import {
  encodeChargeRequest,
  encodeJson,
  timeFrom,
  type Signer,
} from '../../src/protocol/index.ts';
import { keepItems } from '../../wallet/src/item-undo.ts';
import { sold } from './item-support.ts';
import { Browser, formFields } from './pages/browser.ts';
import { callBy, seller } from './session-support.ts';
import { chargeOf, contents, newKey, news, site, testWallet, type TestWallet } from './support.ts';

let wallet: TestWallet;
let browser: Browser;
let key: Signer;
beforeEach(async () => {
  wallet = await testWallet();
  key = await seller(wallet);
  browser = await Browser.open(wallet);
  await browser.signUp();
});
afterEach(() => wallet.close());

let made = 0;

/** A link as a site's page at a closed door has it. */
function link(
  changes: {
    id?: string;
    expires?: number;
    back?: string;
    recipient?: string;
    description?: string;
    item?: string;
  } = {},
) {
  made += 1;
  const { recipient = news, description, item } = changes;
  const challenge = {
    id: changes.id ?? `challenge${String(made).padStart(34, '0')}`,
    realm: 'news.example',
    method: 'micropay',
    intent: 'charge',
    request: encodeChargeRequest(
      chargeOf({
        recipient,
        ...(description && { description }),
        ...(item && { methodDetails: { item } }),
      }),
    ),
    expires: timeFrom(changes.expires ?? wallet.clock.now + 600),
    opaque: encodeJson({ scope: 'GET /articles/1', nonce: 'bm9uY2U' }),
  };
  const query = { challenge: encodeJson(challenge), return: changes.back ?? `${site}/articles/1` };
  return `/~news?${new URLSearchParams(query).toString()}`;
}

/** Pays by a link. @returns the code that goes to the site */
async function paid(by = link()): Promise<string> {
  const { json } = await browser.submit(by, by);
  const to = new URL(String(json['go']));
  expect(to.origin + to.pathname).toBe(`${site}/articles/1`);
  expect(to.searchParams.get('micropay_challenge')).toBeTruthy();
  return to.searchParams.get('micropay_code') ?? '';
}

const exchange = (code: unknown, by = key) =>
  callBy(wallet, by, { method: 'POST', path: '/receipts/exchange', body: { code } });
const charges = async () =>
  ((await contents(wallet))['transfers'] ?? []).filter(({ code }) => code === 'charge');

test('a code is a receipt for the site’s challenge, once', async () => {
  const code = await paid(link({ id: 'c'.repeat(43) }));
  expect((await contents(wallet))['receipt_codes']?.[0]?.['hash']).not.toBe(code);
  const { status, json } = await exchange(code);
  expect(status).toBe(200);
  const { receipt } = json as { receipt: string };
  const claims = JSON.parse(
    Buffer.from(receipt.split('.')[1] ?? '', 'base64url').toString(),
  ) as object;
  expect(claims).toMatchObject({ cid: 'c'.repeat(43), rlm: 'news.example', aud: news, amt: '2' });
  expect(await exchange(code)).toMatchObject({ status: 404, json: { code: 'not-found' } });
});

test('the same link paid again is the same payment, and has a code of its own', async () => {
  const same = link();
  const [first, second] = [await paid(same), await paid(same)];
  expect(second).not.toBe(first);
  expect(await charges()).toHaveLength(1);
  const answers = [await exchange(first), await exchange(second)];
  const [one, two] = answers.map(({ json }) => (json as { receipt: string }).receipt);
  expect(one).toBe(two);
});

test('a link for what its payee keeps says so, and is paid only where it does', async () => {
  const { id: item } = await sold(wallet, key);
  const stale = link({ item });
  const open = formFields((await browser.get(stale)).text, stale);
  await keepItems(wallet.context, 'news', true);
  wallet.clock.now += 1;
  expect((await browser.get(stale)).text).toContain('What this opens can’t be taken back');
  const refused = await browser.postForm(stale, Object.entries(open));
  expect(refused.code).toBe('payment-expired');
  expect(await charges()).toEqual([]);
  await paid(stale);
  expect(await charges()).toHaveLength(1);
  expect((await browser.get(link())).text).toContain('For 15 minutes');
});

// Red without: wallet/src/receipt-codes.ts: where hash = $2 and payee = $3 and taken_at is null and expires_at > $1`, → where hash = $2 and taken_at is null and expires_at > $1`,
test('T13 another payee’s server gets nothing for it, and it stays good', async () => {
  const code = await paid();
  const other = await seller(wallet, 'busker');
  expect((await exchange(code, other)).status).toBe(404);
  expect((await exchange(code, await newKey(wallet.random))).status).toBe(401);
  expect((await exchange(code)).status).toBe(200);
});

// Red without: wallet/src/receipt-codes.ts: if (taken === 0) context.limits.take('codesPerPayee', payee); → context.limits.take('codesPerPayee', payee);
test('T33 whoever sends a site a thousand codes that they made up keeps nobody with a good one out', async () => {
  const code = await paid();
  const answers = new Set<number>();
  for (let i = 0; i < 610; i++)
    answers.add((await exchange(`made-up-${i}`.padEnd(43, 'x'))).status);
  expect([...answers]).toEqual([404, 429]);
  expect((await exchange(code)).status).toBe(200);
});

test('what came back whole is no receipt, by an earlier code or by the same link again', async () => {
  const same = link();
  const code = await paid(same);
  const [charge] = await charges();
  const receipt = `/receipts/${String(charge?.['id'])}`;
  expect((await browser.submit(receipt, `${receipt}/undo`)).status).toBe(200);
  expect((await exchange(code)).status).toBe(404);
  expect((await exchange(await paid(same))).status).toBe(404);
});

test('a code is over after five minutes', async () => {
  const code = await paid();
  wallet.clock.now += 301;
  expect((await exchange(code)).status).toBe(404);
});

test.each([undefined, '', 'x', 7, null, 'c'.repeat(43), 'c'.repeat(5_000)])(
  'what is no code is no receipt: %s',
  async (code) => {
    const { status } = await exchange(code);
    expect([400, 404]).toContain(status);
  },
);

test('whose words a challenge brings nobody knows here: anyone can put one into a link', async () => {
  const description = 'Pay once more, and get five dollars';
  const forged = link({ description });
  const { text } = await browser.get(forged);
  expect(text).toContain(`The link says: “<bdi>${description}</bdi>”`);
  expect(text).not.toContain('The site says');
});

test('a challenge that is nearly over is not paid any more', async () => {
  const late = link({ expires: wallet.clock.now + 60 });
  const answer = await browser.get(late);
  expect(answer.status).toBe(402);
  expect(answer.text).toContain('You were not charged.');
  expect(await charges()).toEqual([]);
});

test.each([
  ['without a way back', { back: '' }],
  ['with a way back to another site', { back: 'https://evil.example/' }],
  ['of another payee', { recipient: 'http://localhost:8787/~busker' }],
])('a challenge %s is refused', async (_what, changes) => {
  expect((await browser.get(link(changes))).status).toBe(400);
  expect(await charges()).toEqual([]);
});

test.each(['', '!!!', 'e30', 'x'.repeat(7_000)])(
  'a challenge that can’t be read: %#',
  async (text) => {
    const back = `${site}/articles/1`;
    const query = new URLSearchParams({ challenge: text, return: back }).toString();
    expect((await browser.get(`/~news?${query}`)).status).toBe(400);
  },
);

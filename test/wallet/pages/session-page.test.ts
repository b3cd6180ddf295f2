import { afterEach, beforeEach, expect, test } from 'vitest';
import type { Signer } from '../../../src/protocol/index.ts';
import {
  ask,
  newPage,
  newPerson,
  pay,
  proceed,
  site,
  testWallet,
  connected,
  type Connected,
  type TestWallet,
} from '../support.ts';
import { item, opened, seller, settled, topUp, undo } from '../session-support.ts';
import { refundTap } from '../../../wallet/src/session-undo.ts';
import { Browser } from './browser.ts';

let wallet: TestWallet;
let browser: Browser;
let payee: Signer;
let reader: Pick<Connected, 'page' | 'grantId'>;
let sid: string;
beforeEach(async () => {
  wallet = await testWallet();
  payee = await seller(wallet);
  browser = await Browser.open(wallet);
  await browser.signUp();
  reader = await allowed();
  sid = await opened(wallet, reader);
});
afterEach(() => wallet.close());

/** Allowed on the consent page, as a person does it. */
async function allowed(): Promise<typeof reader> {
  const page = await newPage(wallet);
  const asked = await ask(wallet, page);
  const path = `/connect/start?n=${page.nonce}`;
  const answers = { decision: 'allow', day: '1000000', total: '5000000', delivery: 'yes' };
  const { json } = await browser.submit(path, path, answers);
  const { message } = json as { message: { interact_ref: string } };
  await proceed(wallet, page, { interact_ref: message.interact_ref });
  return { page, grantId: asked.continue.gnt };
}

const textOf = async (path: string, by = browser): Promise<string> =>
  (await by.get(path)).text.replaceAll(/\s+/g, ' ');
const take = (count: number, more: { close?: string[] } = {}) =>
  settled(wallet, payee, reader, {
    sid,
    cum: BigInt(count) * 20_000n,
    items: Array.from({ length: count }, (_, i) =>
      item(wallet, sid, `tap_number_${i}`, i === 0 ? { title: 'How <rivers> remember' } : {}),
    ),
    ...more,
  });

test('home says what is held, for which site and until when, and calls none of it paid', async () => {
  const text = await textOf('/');
  expect(text).toMatch(/Held for sites<\/span ?><br ?\/><strong>20¢<\/strong/);
  expect(text).toContain(
    'Held is not paid. What the sites below don’t take of it is back by 24 Nov 2026, 12:00.',
  );
  expect(text).toContain('20¢ is held for it. What it doesn’t take is back by 24 Nov 2026, 12:00.');
  expect(text).toContain('None yet. Each one will be here with its receipt');
  expect(text).not.toMatch(/you paid/i);
  wallet.clock.now += 3_600;
  await topUp(wallet, reader, sid, { seq: 1, amount: '100000' });
  expect(await textOf('/')).toContain(
    '30¢ is held for it. What it doesn’t take is back by 24 Nov 2026, 13:00.',
  );
});

test('what was taken of a session is one line of the history, in its place among payments', async () => {
  await pay(wallet, reader);
  wallet.clock.now += 60;
  await take(3);
  wallet.clock.now += 60;
  await pay(wallet, reader);
  const text = await textOf('/');
  const lines = [...text.matchAll(/href="\/receipts\/(\w{3})_/g)].map(([, kind]) => kind);
  expect(lines).toEqual(['pay', 'ses', 'pay']);
  expect(text).toContain('3 taps, 23 Nov 2026, 12:01');
  expect(text).toContain('6¢');
  const { json } = await browser.get('/details');
  expect(json).toMatchObject({ [`${sid}.display`]: 'Example News' });
  // Leafing on from it, nothing is shown twice or left out.
  const older = await textOf(`/?before=${sid}`);
  expect([...older.matchAll(/href="\/receipts\/(\w{3})_/g)]).toHaveLength(1);
});

test('it opens to its taps, what came back, and what is still held', async () => {
  await take(3);
  wallet.clock.now += 60;
  await undo(wallet, reader, sid, 'tap_number_1');
  const text = await textOf(`/receipts/${sid}`);
  expect(text).toContain('<h1>You paid 4¢ for 3 taps</h1>');
  expect(text).toContain('2¢ more came back and is yours again.');
  expect(text).toContain(
    '14¢ more is held for it; what it doesn’t take is back by 24 Nov 2026, 12:00.',
  );
  expect(text.match(/taken back<\/span/g)).toHaveLength(1);
  expect(text).toMatch(/4¢<\/span ?> ?<span class="note"> ?play money/);
  expect(text).not.toContain('rivers');
  const { json } = await browser.get(`/receipts/${sid}/details`);
  expect(json).toMatchObject({
    display: 'Example News',
    origin: site,
    'tap.tap_number_0': 'How <rivers> remember',
  });
});

test('each of its taps can be taken back for a quarter of an hour, or is given back by its payee', async () => {
  await take(3);
  const path = `/receipts/${sid}`;
  expect((await textOf(path)).match(/Undo: get 2¢ back/g)).toHaveLength(3);
  await browser.submit(path, `${path}/undo`, { tap: 'tap_number_1' });
  await refundTap(wallet.context, { payee: 'news', session: sid, tap: 'tap_number_2' });
  const text = await textOf(path);
  expect(text.match(/Undo: get 2¢ back/g)).toHaveLength(1);
  expect(text).toContain('taken back</span');
  expect(text).toContain('given back</span');
  wallet.clock.now += 900;
  expect(await textOf(path)).not.toContain('Undo');
  expect(await browser.submit(path, `${path}/undo`, { tap: 'tap_number_0' })).toMatchObject({
    code: 'cross-site-refused',
  });
});

test('of a session whose taps were not told it says so, and of one that is over nothing is held', async () => {
  await settled(wallet, payee, reader, { sid, cum: 20_000n, close: [sid] });
  const text = await textOf(`/receipts/${sid}`);
  expect(text).toContain('<h1>You paid 2¢</h1>');
  expect(text).toContain('Who was paid has not said what each tap was for.');
  expect(text).not.toContain('is held for it');
  expect(await textOf('/')).not.toContain('Held is not paid');
});

test('a site that was stopped can take what is held, and the page says so', async () => {
  const [, handle = ''] = /action="\/sites\/([\w-]+)\/revoke"/.exec(await textOf('/')) ?? [];
  await browser.submit('/', `/sites/${handle}/revoke`);
  expect(await textOf('/')).toContain('It can take nothing beyond what is held, on any device.');
  await take(1, { close: [sid] });
  expect(await textOf('/')).toContain('It can take nothing more, on any device.');
});

test('nobody sees another person’s session, nor one that nothing was taken of', async () => {
  expect((await browser.get(`/receipts/${sid}`)).status).toBe(404);
  await take(1);
  expect((await browser.get(`/receipts/${sid}`)).status).toBe(200);
  const other = await Browser.open(wallet);
  await other.signUp();
  expect((await other.get(`/receipts/${sid}`)).status).toBe(404);
  expect((await other.get(`/receipts/${sid}/details`)).status).toBe(404);
  expect(await textOf('/', other)).not.toContain(sid);
});

test('a cookie in another browser shows no words of a session', async () => {
  await take(2);
  const thief = await browser.stolen();
  const text = await textOf(`/receipts/${sid}`, thief);
  for (const word of ['rivers', 'Example News', site]) expect(text).not.toContain(word);
  const asked = await thief.get(`/receipts/${sid}/details`, { accept: 'application/json' });
  expect(asked.code).toBe('step-up-required');
});

test('the page of another person’s session is as one that never was', async () => {
  const stranger = await connected(wallet, await newPerson(wallet));
  const theirs = await opened(wallet, stranger);
  await settled(wallet, payee, stranger, { sid: theirs, cum: 20_000n });
  const [one, none] = [
    await browser.get(`/receipts/${theirs}`),
    await browser.get('/receipts/ses_never_was_anything_at_all'),
  ];
  expect([one.status, one.text]).toEqual([none.status, none.text]);
});

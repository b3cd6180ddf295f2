/** How a payee's page looks, and who may say so. */
import { afterEach, beforeEach, expect, test } from 'vitest';
import { base64url } from '../../../src/protocol/index.ts';
import { contents, testWallet, type TestWallet } from '../support.ts';
import { Browser } from './browser.ts';

let wallet: TestWallet;
let maya: Browser;
beforeEach(async () => {
  wallet = await testWallet();
  maya = await Browser.open(wallet);
  await maya.signUp();
  await maya.submit('/payee/new', '/payee/new', { name: 'maya', display: 'Maya', open: 'yes' });
});
afterEach(() => wallet.close());

const look = '/payee/maya/page';
const save = (fields: Record<string, string>, who = maya) => who.submit(look, look, fields);
const png = (size = 100) =>
  Uint8Array.of(...Buffer.from('\x89PNG\r\n\x1a\n', 'latin1'), ...new Uint8Array(size - 8));
const setPicture = (bytes: Uint8Array<ArrayBuffer>, who = maya) =>
  who.submit(look, `${look}/picture`, { picture: base64url(bytes) });
const rows = async () => (await contents(wallet))['payee_pages'] ?? [];

test('picture, words and sums stand on the page, and in the card of a link to it', async () => {
  expect(
    (await save({ about: 'I draw birds.\r\nOne a day.', amounts: '0.25, 0.02 $1' })).status,
  ).toBe(200);
  expect((await setPicture(png())).status).toBe(200);
  const { text } = await (await Browser.open(wallet)).get('/~maya');
  expect(text).toContain('I draw birds.\nOne a day.');
  expect([...text.matchAll(/name="amount" value="([\d.]+)"/g)].map(([, value]) => value)).toEqual([
    '0.02',
    '0.25',
    '1.00',
  ]);
  const [, picture = ''] =
    /<img class="portrait" src="([^"]+)"/.exec(text.replace(/\s+/g, ' ')) ?? [];
  const shown = await maya.get(picture);
  expect(shown.headers.get('content-type')).toBe('image/png');
  expect(shown.headers.get('cache-control')).toContain('immutable');
  expect(shown.headers.get('x-content-type-options')).toBe('nosniff');
  expect(text).toContain('property="og:title" content="Pay Maya"');
  expect(text).toMatch(
    /property="og:image"\s+content="http:\/\/localhost:8787\/~maya\/picture\?v=[\w-]{12}"/,
  );
  expect((await maya.get('/~maya/qr.svg')).text).toContain('<svg');
});

// Messengers that show a card of a link name no HTML, or nothing at all.
test.each([{ accept: '*/*' }, { accept: '' }, { accept: 'text/html,application/json;q=0.5' }])(
  'who asks for no JSON gets the page with its card: %o',
  async (headers) => {
    const { text, headers: told } = await maya.get('/~maya', headers);
    expect(text).toContain('property="og:title" content="Pay Maya"');
    expect(told.get('access-control-allow-origin')).toBeNull();
    expect(told.get('vary')).toContain('Accept');
  },
);

test('without a word of the payee there are the usual sums, and no picture', async () => {
  const { text } = await maya.get('/~maya');
  for (const amount of ['0.05', '0.10', '0.25']) expect(text).toContain(`value="${amount}"`);
  expect((await maya.get('/~maya/picture')).status).toBe(404);
});

test('words are words: markup is shown, marks that turn text around are gone', async () => {
  await save({ about: '<script>alert(1)</script>\u202e"hi" \u0000', amounts: '' });
  const { text } = await maya.get('/~maya');
  expect(text).toContain('&lt;script&gt;alert(1)&lt;/script&gt;');
  expect(text).not.toContain('\u202e');
});

test.each([
  [{ about: 'x'.repeat(2_001), amounts: '' }],
  [{ about: '', amounts: '0' }],
  [{ about: '', amounts: '-1' }],
  [{ about: '', amounts: '1e2' }],
  [{ about: '', amounts: '31' }],
  [{ about: '', amounts: '0.01 0.02 0.03 0.04 0.05 0.06 0.07' }],
  [{ about: '', amounts: 'a lot' }],
])('what can’t stand there is refused, and changes nothing: %#', async (fields) => {
  const { status, json } = await save(fields);
  expect([status, json['code']]).toEqual([400, 'malformed-request']);
  expect(await rows()).toEqual([]);
});

test.each([
  ['no picture', Uint8Array.of(...Buffer.from('<svg onload=alert(1)>'))],
  ['a page', Uint8Array.of(...Buffer.from('<!doctype html>'))],
  ['one that is too large', png(200_001)],
])('%s is refused', async (_what, bytes) => {
  expect((await setPicture(bytes)).status).toBe(400);
  expect(await rows()).toEqual([]);
});

test('a picture of 50 MB is refused before it is read', async () => {
  const { status } = await maya.submit(look, `${look}/picture`, {
    picture: 'A'.repeat(50_000_000),
  });
  expect(status).toBe(413);
  expect(await rows()).toEqual([]);
});

test('a picture can be taken away again', async () => {
  await setPicture(png());
  expect((await maya.submit(look, `${look}/picture`, { picture: '' })).status).toBe(200);
  expect((await maya.get('/~maya/picture')).status).toBe(404);
});

// Red without: wallet/src/pages/payee/own.ts: (await ownerOf(tx, name)) === person ? findPayee(tx, name) : undefined, → findPayee(tx, name),
test('T18 somebody else, and a stolen cookie, change nothing', async () => {
  const mallory = await Browser.open(wallet);
  await mallory.signUp();
  expect((await mallory.get(look)).status).toBe(404);
  const other = await mallory.submit(look, look, { about: 'Send it to me', amounts: '' });
  expect(other.status).toBeGreaterThanOrEqual(403);
  const thief = await maya.stolen();
  expect(await save({ about: 'Send it to me', amounts: '' }, thief)).toMatchObject({
    code: 'step-up-required',
  });
  expect(await rows()).toEqual([]);
});

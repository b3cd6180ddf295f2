import { afterEach, beforeEach, expect, test } from 'vitest';
import { addPayee, type Payee } from '../../../wallet/src/payees.ts';
import { wayBack } from '../../../wallet/src/pages/way-back.ts';
import { contents, site, testWallet, type TestWallet } from '../support.ts';
import { Browser, formFields } from './browser.ts';

let wallet: TestWallet;
let browser: Browser;
beforeEach(async () => {
  wallet = await testWallet();
  browser = await Browser.open(wallet);
  await browser.signUp();
});
afterEach(() => wallet.close());

const link = '/~news?amount=0.02&currency=USD&reason=The+river';
const charges = async () =>
  ((await contents(wallet))['transfers'] ?? []).filter(({ code }) => code === 'charge');

test('a plain link becomes a payment once it is confirmed, and a receipt', async () => {
  const { text } = await browser.get(link);
  expect(text).toContain('Pay 2¢');
  expect(text).toContain('The link says: “<bdi>The river</bdi>”');
  const { json } = await browser.submit(link, link);
  expect(json['go']).toMatch(/^\/receipts\/pay_[\w-]+$/);
  expect(await charges()).toMatchObject([{ amount: 20_000n, credit: 'payee:news' }]);
  expect((await browser.get(String(json['go']))).text).toContain('You paid 2¢');
});

test('the same page sent twice is one payment with one receipt; another page is another', async () => {
  const fields = formFields((await browser.get(link)).text, link);
  const first = await browser.submit(link, link, fields);
  const again = await browser.submit(link, link, fields);
  expect(again.json).toEqual(first.json);
  expect(await charges()).toHaveLength(1);
  const next = await browser.submit(link, link);
  expect(next.json).not.toEqual(first.json);
  expect(await charges()).toHaveLength(2);
});

test('without an amount the person chooses one first: the button that pays says what it pays', async () => {
  const { text } = await browser.get('/~news');
  for (const choice of ['0.05', '0.10', '0.25'])
    expect(text).toContain(`name="amount" value="${choice}"`);
  expect(text).not.toContain('method="post" action="/~news"');
  expect(await browser.submit(link, '/~news')).toMatchObject({ status: 403 });
  expect(await charges()).toEqual([]);
});

test('a stranger without JavaScript is told that passkeys need it, where they would sign in and not before', async () => {
  const stranger = await Browser.open(wallet);
  const words = 'This wallet needs JavaScript: passkeys can’t be used without it.';
  expect((await stranger.get(link)).text).toContain(words);
  expect((await stranger.get('/~news')).text).not.toContain(words);
});

test.each(['0', '-1', '1e3', '0.0000001', 'NaN', '99999999', '٢', '0x10', ''])(
  'an amount that is none is refused, and not repeated: %s',
  async (amount) => {
    const answer = await browser.get(`/~news?amount=${encodeURIComponent(amount)}`);
    expect(answer.status).toBe(400);
    expect(answer.text).toContain('The link names no amount that can be paid.');
    expect(answer.text).toContain('You were not charged.');
  },
);

test('who holds the money and how it comes back is said to a stranger too, before anything is paid', async () => {
  for (const who of [browser, await Browser.open(wallet)]) {
    const text = (await who.get(link)).text.replace(/\s+/g, ' ');
    expect(text).toContain('localhost:8787 holds it until a tap pays.');
    expect(text).toContain('For 15 minutes you can take a payment back there, 3 a week at most;');
  }
});

test('a link’s words are shown as words, on one line, without marks that reorder them', async () => {
  const words = '<img src=x>\u202egnp.exe\nx';
  const { text } = await browser.get(`/~news?amount=0.02&reason=${encodeURIComponent(words)}`);
  expect(text).toContain('&lt;img src=x&gt;gnp.exe');
  expect(text).not.toContain('<img');
  expect(text).not.toContain('\u202e');
});

test('a payee that is not verified takes small sums only, and the page says why not', async () => {
  const answer = await browser.submit(
    '/~busker?amount=0.26',
    '/~busker?amount=0.26',
    {},
    { accept: 'text/html' },
  );
  expect(answer.status).toBe(403);
  expect(answer.text).toContain('This would pass a limit that was set');
  expect(answer.text).toContain('payees that are not verified');
  expect(answer.text).toContain('You were not charged.');
  expect(await charges()).toEqual([]);
});

test('a payee that is not verified says so, and how much it takes, before anyone pays', async () => {
  const { text } = await browser.get('/~busker?amount=0.02');
  expect(text).toMatch(/Not verified<\/span>, so it takes 25¢ at a time/);
});

test('a payee whose button may stand anywhere is not verified elsewhere than on its sites', async () => {
  const origins = [{ origin: site, verifiedBy: 'link' as const }];
  await addPayee(wallet.context, { name: 'busker', open: true, origins });
  const { text } = await browser.get('/~busker?amount=0.02');
  expect(text).toContain('Verified for news.example');
  expect(text).toMatch(/Not verified<\/span> elsewhere, so it takes 25¢ at a time/);
});

test('a refusal is said with its limit to the page’s script too', async () => {
  const { json } = await browser.submit('/~busker?amount=0.26', '/~busker?amount=0.26');
  expect(json).toMatchObject({
    code: 'cap-reached',
    detail: 'It is the limit for payees that are not verified.',
    moneyMoved: 'no',
  });
});

test('an unknown payee is a page with words', async () => {
  const { status, text } = await browser.get('/~nobody');
  expect(status).toBe(404);
  expect(text).toContain('Nobody of this name can be paid here');
  expect(text).toContain('You were not charged.');
});

test('after a while a payment here needs a passkey again', async () => {
  wallet.clock.now += 301;
  expect(await browser.submit(link, link)).toMatchObject({ code: 'step-up-required' });
  await browser.confirm();
  expect((await browser.submit(link, link)).status).toBe(200);
});

test('the way back leads to the payee’s own sites, on the page and on the receipt', async () => {
  for (const [back, shown] of [
    [`${site}/article`, true],
    ['https://evil.example/', false],
  ] as const) {
    const address = `${link}&return=${encodeURIComponent(back)}`;
    expect((await browser.get(address)).text.includes(`href="${back}"`)).toBe(shown);
    const { json } = await browser.submit(address, address);
    const receipt = await browser.get(String(json['go']));
    expect(receipt.text.includes(`href="${back}"`)).toBe(shown);
  }
});

const payee: Payee = {
  name: 'news',
  display: 'News',
  open: false,
  unchecked: false,
  origins: [{ origin: site, verified: true }],
};
test.each([
  [`${site}/a?b=c#d`, `${site}/a?b=c#d`],
  [site, `${site}/`],
  ['https://news.example@evil.example/', undefined],
  ['https://news.example.evil.example/', undefined],
  ['https://news.example:444/', undefined],
  ['http://news.example/', undefined],
  ['https:\\\\news.example/', undefined],
  ['//news.example/', undefined],
  ['/article', undefined],
  ['javascript:alert(1)', undefined],
  ['', undefined],
])('a way back %s becomes %s', (sent, expected) => {
  expect(wayBack(payee, sent)).toBe(expected);
});

test('another person’s receipt is not there', async () => {
  const { json } = await browser.submit(link, link);
  const other = await Browser.open(wallet);
  await other.signUp();
  expect(await other.get(String(json['go']))).toMatchObject({ status: 404 });
  expect(await (await Browser.open(wallet)).get(String(json['go']))).toMatchObject({ status: 401 });
});

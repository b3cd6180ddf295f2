/** Sign-ups by someone with a passkey and a script: a thousand a minute, and under names that are others'. */
import { afterEach, beforeEach, expect, test } from 'vitest';
import { Browser, formFields } from '../wallet/pages/browser.ts';
import {
  connectRequest,
  contents,
  issuer,
  newPage,
  send,
  site,
  testWallet,
  type TestWallet,
} from '../wallet/support.ts';
import { payeeUrl } from '../../src/protocol/index.ts';

let wallet: TestWallet;
beforeEach(async () => {
  wallet = await testWallet();
});
afterEach(() => wallet.close());

const made = async () => ((await contents(wallet))['payees'] ?? []).filter(({ owner }) => owner);

// Red without: wallet/src/pages/payee/start-routes.ts: limits.take('payeeSignUpPerAddress', address);
test('T33 a thousand sign-ups from one address make five payees, and the rest are told when to come again', async () => {
  const flood = await Browser.open(wallet);
  await flood.signUp();
  const { token = '' } = formFields((await flood.get('/payee/new')).text, '/payee/new');
  let refused = 0;
  for (let i = 0; i < 1_000; i++) {
    // Beside the limit for one person's questions, which would end it sooner.
    if (i % 50 === 0) wallet.clock.now += 1;
    const name = `spam-${i.toString(36).replaceAll(/[01il]/g, 'x')}-${'abcdefghij'[i % 10]}`;
    const answer = await flood.submit('/payee/new', '/payee/new', { token, name, open: 'yes' });
    if (answer.status === 200) continue;
    refused += 1;
    expect([answer.status, answer.code]).toEqual([429, 'rate-limited']);
    expect(Number(answer.headers.get('retry-after'))).toBeGreaterThan(0);
  }
  expect(await made()).toHaveLength(5);
  expect(refused).toBe(995);
}, 120_000);

test('T33 from a thousand addresses each needs a wallet of its own, and has ten names at most', async () => {
  const person = await Browser.open(wallet);
  await person.signUp();
  for (const letter of 'abcdefghjkmn') {
    // An hour each: the limit of the address is gone, the one of the person isn't.
    wallet.clock.now += 3_600;
    await person.confirm();
    const answer = await person.submit('/payee/new', '/payee/new', { name: `spam-${letter}` });
    expect([200, 409]).toContain(answer.status);
  }
  expect(await made()).toHaveLength(10);
});

// Red without: wallet/src/payee-sign-up.ts: assertFree(await nameVerdict(tx, name));
// Red without: wallet/src/payee-sign-up.ts: await assertDisplay(tx, display, name);
test('T6 impersonation at sign-up: taken, reserved, twins to the eye, the wallet’s own; by address or by what people see', async () => {
  const mallory = await Browser.open(wallet);
  await mallory.signUp();
  wallet.context.limits.take = () => {};
  const others: [name: string, display: string][] = [
    ['news', ''],
    ['nevvs', ''],
    ['n-e-w-s', ''],
    ['xn--nws-hoa', ''],
    ['nеws', ''],
    ['NEWS', ''],
    ['example-news', ''],
    ['support', ''],
    ['micropay-help', ''],
    ['mallory', 'Example News'],
    ['mallory', 'Exarnple News'],
    ['mallory', 'Ехample News'],
    ['mallory', 'Exᴀmple News'],
    ['mallory', 'news.example'],
    ['mallory', '~news'],
    ['mallory', 'Mallory ✓'],
    ['mallory', 'micro-pay'],
    ['mallory', 'Wallet'],
  ];
  for (const [name, display] of others) {
    const fields = { name, display, open: 'yes' };
    const answer = await mallory.submit('/payee/new', '/payee/new', fields);
    expect([answer.status, answer.code], `${name} ${display}`).toEqual([409, 'name-refused']);
  }
  expect(await made()).toEqual([]);
  // An honest name, and then another's site: it isn't theirs until the site says so, and no page there can ask for them.
  const fields = { name: 'mallory', display: 'Mallory', open: 'no' };
  await mallory.submit('/payee/new', '/payee/new', fields);
  const sites = '/payee/mallory/sites';
  await mallory.submit(sites, `${sites}/check`, { site: 'news.example' });
  const page = await newPage(wallet, { payee: payeeUrl(issuer, 'mallory'), charge: undefined });
  const body = JSON.stringify(connectRequest(page));
  expect((await send(wallet, '/connect', { body, origin: site })).json).toMatchObject({
    code: 'origin-not-listed',
    moneyMoved: 'no',
  });
  expect((await mallory.get('/~mallory')).text).toContain('Not verified');
  expect((await mallory.get('/~mallory')).text).not.toContain('news.example');
});

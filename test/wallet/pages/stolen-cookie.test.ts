import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { authorizeCall, utf8 } from '../../../src/protocol/index.ts';
import { connected, contents, issuer, testWallet, type TestWallet } from '../support.ts';
import { Browser } from './browser.ts';

let wallet: TestWallet;
let browser: Browser;
let thief: Browser;
let limits: string;

/** Someone who paid ~news on its pages, and the cookie of their login in another client. */
beforeEach(async () => {
  wallet = await testWallet();
  browser = await Browser.open(wallet);
  await browser.signUp();
  const [person] = (await contents(wallet))['persons'] ?? [];
  await connected(wallet, String(person?.['id']));
  await browser.submit(
    '/~news?amount=0.02&reason=The+river',
    '/~news?amount=0.02&reason=The+river',
  );
  thief = await browser.stolen();
  [limits = ''] = /\/sites\/[\w-]+\/limits/.exec((await browser.get('/')).text) ?? [];
});
afterEach(() => wallet.close());

const program = { accept: 'application/json' };
const secrets = /Example News|news\.example|~news|river/i;
const raise = { day: '5000000', total: '20000000' };
const lower = { day: '500000', total: '5000000' };
const allowed = async () => (await contents(wallet))['allowances']?.[0];

describe('T18 a cookie in another client', () => {
  test('shows that something was paid, but not whom or what for', async () => {
    const { text } = await thief.get('/');
    expect(text).toContain('2¢');
    expect(text).not.toMatch(secrets);
    const [receipt = ''] = /\/receipts\/[\w-]+/.exec(text) ?? [];
    expect((await thief.get(receipt)).text).not.toMatch(secrets);
  });

  // Red without: wallet/src/pages/home-routes.ts: await assertThisBrowser(context, login, sentBy(context, c));
  test('T18 does not get the words of the home page', async () => {
    for (const device of [thief.device, undefined]) {
      thief.device = device;
      const answer = await thief.get('/details', program);
      expect(answer).toMatchObject({ status: 403, code: 'step-up-required' });
      expect(answer.text).not.toMatch(secrets);
    }
    expect((await browser.get('/details', program)).text).toMatch(/Example News: The river/);
  });

  // Red without: wallet/src/pages/receipt-routes.ts: await assertThisBrowser(context, login, sentBy(context, c));
  test('T18 does not get the words of a receipt', async () => {
    const [receipt = ''] = /\/receipts\/[\w-]+/.exec((await thief.get('/')).text) ?? [];
    const answer = await thief.get(`${receipt}/details`, program);
    expect(answer).toMatchObject({ status: 403, code: 'step-up-required' });
    expect((await browser.get(`${receipt}/details`)).json).toMatchObject({
      display: 'Example News',
      reason: 'The river',
    });
  });

  // Red without: wallet/src/pages/home-routes.ts: await assertMayRaise(context, sent.login, sent);
  test('T18 raises no limit, though the passkey was used a minute ago', async () => {
    const before = await allowed();
    expect(await thief.submit('/', limits, raise)).toMatchObject({
      status: 403,
      code: 'step-up-required',
    });
    expect(await allowed()).toEqual(before);
    expect((await browser.submit('/', limits, raise)).status).toBe(200);
    expect(await allowed()).toMatchObject({ per_day: 5_000_000n, total: 20_000_000n });
  });

  // Red without: wallet/src/pages/pay-routes.ts: await assertMaySpend(context, login, sent);
  test('T18 pays nobody', async () => {
    const before = (await contents(wallet))['transfers'];
    const action = '/~busker?amount=0.10';
    expect(await thief.submit(action, action)).toMatchObject({ code: 'step-up-required' });
    expect((await contents(wallet))['transfers']).toEqual(before);
  });

  // Red without: wallet/src/pages/receipt-routes.ts: await assertThisBrowser(context, sent.login, sent);
  test('T18 takes no payment back', async () => {
    const [receipt = ''] = /\/receipts\/[\w-]+/.exec((await thief.get('/')).text) ?? [];
    const before = (await contents(wallet))['transfers'];
    expect(await thief.submit(receipt, `${receipt}/undo`)).toMatchObject({
      status: 403,
      code: 'step-up-required',
    });
    expect((await contents(wallet))['transfers']).toEqual(before);
    expect((await browser.submit(receipt, `${receipt}/undo`)).status).toBe(200);
  });

  // Red without: wallet/src/pages/passkey-routes.ts: await assertPerson(context, sent.login, sent);
  test('T18 adds and removes no passkey', async () => {
    await browser.addPasskey();
    const before = (await contents(wallet))['passkeys'];
    expect(await thief.addPasskey()).toMatchObject({ code: 'step-up-required' });
    const id = String(before?.[0]?.['id']);
    expect(await thief.submit('/', '/passkeys/remove', { id })).toMatchObject({
      code: 'step-up-required',
    });
    expect((await contents(wallet))['passkeys']).toEqual(before);
  });

  // Red without: wallet/src/pages/presence.ts: await context.store.write((tx) => takeCall(tx, context, call));
  test('T18 a proof is for one request, one address, one minute', async () => {
    const call = {
      method: 'GET' as const,
      url: `${issuer}/details`,
      body: utf8(''),
      iat: wallet.clock.now,
      jti: 'once_12345678',
    };
    if (!browser.device) throw new Error('The browser has a key.');
    const authorization = await authorizeCall(call, browser.device);
    const headers = { authorization, cookie: browser.cookie };
    const heard: number[] = [];
    for (const path of ['/details?before=pay_12345678', '/details', '/details'])
      heard.push((await wallet.app.request(issuer + path, { headers })).status);
    expect(heard).toEqual([403, 200, 401]);
  });
});

test('five minutes after the passkey a limit is not raised without a new one', async () => {
  wallet.clock.now += 301;
  expect(await browser.submit('/', limits, raise)).toMatchObject({ code: 'step-up-required' });
  await browser.confirm();
  expect((await browser.submit('/', limits, raise)).status).toBe(200);
});

test('lowering a limit, and stopping a site, is done at once and needs no passkey', async () => {
  wallet.clock.now += 3_600;
  expect((await browser.submit('/', limits, lower)).status).toBe(200);
  expect(await allowed()).toMatchObject({ per_day: 500_000n });
  expect((await browser.submit('/', limits.replace('limits', 'revoke'))).status).toBe(200);
  expect(await allowed()).toMatchObject({ blocked_at: BigInt(wallet.clock.now) });
});

test('a browser that keeps no key sees the words after a fresh passkey, and raises nothing', async () => {
  browser.device = undefined;
  await browser.submit('/', '/sign-out');
  await browser.signIn();
  expect((await browser.get('/details', program)).status).toBe(200);
  expect(await browser.submit('/', limits, raise)).toMatchObject({
    code: 'step-up-required',
    json: { nextStep: 'none' },
  });
  wallet.clock.now += 301;
  expect(await browser.get('/details', program)).toMatchObject({ status: 403 });
});

test('a passkey gives another browser a key of its own in that login', async () => {
  Object.assign(thief, { authenticator: browser.authenticator });
  await thief.confirm();
  expect((await thief.get('/details', program)).status).toBe(200);
});

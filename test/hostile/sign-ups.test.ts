/** A thousand sign-ups a minute, by someone with a passkey and a script. */
import { afterEach, beforeEach, expect, test } from 'vitest';
import { Browser, formFields } from '../wallet/pages/browser.ts';
import { contents, testWallet, type TestWallet } from '../wallet/support.ts';

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

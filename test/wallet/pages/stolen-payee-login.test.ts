import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { contents, newKey, testWallet, type TestWallet } from '../support.ts';
import { Browser } from './browser.ts';

let wallet: TestWallet;
let maya: Browser;
let thief: Browser;
let x: string;

/** A payee with a key and a site, its owner's passkey a minute old, and the cookie of their login in another client. */
beforeEach(async () => {
  wallet = await testWallet();
  maya = await Browser.open(wallet);
  await maya.signUp();
  await maya.submit('/payee/new', '/payee/new', { name: 'maya', display: 'Maya', open: 'no' });
  ({ x } = (await newKey(wallet.random)).jwk);
  await maya.submit('/payee/maya/keys', '/payee/maya/keys/add', { x });
  await maya.submit('/payee/maya/sites', '/payee/maya/sites/check', { site: 'maya.example' });
  thief = await maya.stolen();
});
afterEach(() => wallet.close());

const acts: [what: string, page: string, action: string, fields: Record<string, string>][] = [
  ['makes no payee', '/payee/new', '/payee/new', { name: 'maya-2', display: '', open: 'yes' }],
  ['adds no key', '/payee/maya/keys', '/payee/maya/keys/add', {}],
  ['removes no key', '/payee/maya/keys', '/payee/maya/keys/remove', {}],
  ['lists no site', '/payee/maya/sites', '/payee/maya/sites/check', { site: 'evil.example' }],
  ['removes no site', '/payee/maya/sites', '/payee/maya/sites/remove', {}],
  ['opens it to no page', '/payee/maya/sites', '/payee/maya/sites/open', { open: 'yes' }],
];
const fieldsOf = async (action: string, fields: Record<string, string>) =>
  action.endsWith('/keys/add') ? { ...fields, x: (await newKey(wallet.random)).jwk.x } : fields;

describe('T18 stolen payee login', () => {
  // Red without: wallet/src/pages/payee/own.ts: await assertPerson(context, sent.login, sent);
  // Red without: wallet/src/pages/payee/start-routes.ts: await assertPerson(context, sent.login, sent);
  test.each(acts)('T18 stolen payee login: a cookie %s', async (_what, page, action, fields) => {
    const before = await contents(wallet);
    for (const device of [thief.device, undefined]) {
      thief.device = device;
      expect(await thief.submit(page, action, await fieldsOf(action, fields))).toMatchObject({
        status: 403,
        code: 'step-up-required',
      });
    }
    expect({ ...(await contents(wallet)), calls: [] }).toEqual({ ...before, calls: [] });
  });

  // Red without: wallet/src/pages/presence.ts: assertPresent(context, login);
  test.each(acts)(
    'T18 stolen payee login: an unlocked browser %s without a fresh passkey',
    async (_what, page, action, fields) => {
      wallet.clock.now += 301;
      const before = await contents(wallet);
      const sent = await fieldsOf(action, fields);
      expect(await maya.submit(page, action, sent)).toMatchObject({ code: 'step-up-required' });
      expect({ ...(await contents(wallet)), calls: [] }).toEqual({ ...before, calls: [] });
      await maya.confirm();
      expect((await maya.submit(page, action, sent)).status).toBe(200);
    },
  );

  test('T18 stolen payee login: what it sees is public, but for how much came in', async () => {
    await maya.submit('/~maya?amount=0.05&reason=Secret', '/~maya?amount=0.05&reason=Secret');
    for (const path of ['', '/sites', '/keys', '/snippets', '/taps?since=0'])
      expect((await thief.get(`/payee/maya${path}`)).text).not.toMatch(/Secret|per_/);
  });
});

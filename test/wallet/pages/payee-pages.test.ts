import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { newKey, contents, issuer, testWallet, type TestWallet } from '../support.ts';
import { Browser, formFields, type Answer } from './browser.ts';

let wallet: TestWallet;
let maya: Browser;
beforeEach(async () => {
  wallet = await testWallet();
  maya = await Browser.open(wallet);
  await maya.signUp();
});
afterEach(() => wallet.close());

const program = { accept: 'application/json' };
const asked = { name: 'maya', display: 'Maya <b>draws</b>', open: 'yes' };
const signUp = (changes: Partial<typeof asked> = {}): Promise<Answer> =>
  maya.submit('/payee/new', '/payee/new', { ...asked, ...changes });
const rooms = ['', '/snippets', '/sites', '/keys'].map((room) => `/payee/maya${room}`);

describe('the way in', () => {
  test('for a stranger is a passkey first, and then the same page', async () => {
    const stranger = await Browser.open(wallet);
    for (const path of ['/payee', '/payee/new', ...rooms]) {
      const { status, text } = await stranger.get(path);
      expect([path, status]).toEqual([path, 401]);
      expect(text).toContain('data-passkey="sign-up"');
    }
  });

  test('asks for a name, once there is a wallet; the name is theirs then', async () => {
    const first = await maya.get('/payee');
    expect([first.status, first.headers.get('location')]).toEqual([303, '/payee/new']);
    expect(await signUp()).toMatchObject({ status: 200, json: { go: '/payee/maya/snippets' } });
    const { text } = await maya.get('/payee');
    expect(text).toContain('href="/payee/maya"');
    expect(text).toContain('Maya &lt;b&gt;draws&lt;/b&gt;');
  });

  test('leads to the sites of someone who wants buttons there only', async () => {
    expect((await signUp({ open: '' })).json).toEqual({ go: '/payee/maya/sites' });
    expect((await maya.get('/payee/maya/sites')).text).toContain('work on verified sites only');
  });

  test('says before it is sent whether a name is free, in words and for a script', async () => {
    for (const [name, free, words] of [
      ['maya', true, '~maya is free.'],
      ['news', false, 'This name is taken. ~news-tips is free.'],
      ['<i>', false, 'A name has 1 to 32 letters a–z, digits and hyphens'],
    ] as const) {
      const path = `name=${encodeURIComponent(name)}`;
      const { json } = await maya.get(`/payee/new/check?${path}`, program);
      expect(json).toEqual({ free, words: expect.stringContaining(words) });
      const { text } = await maya.get(`/payee/new?${path}`);
      expect(text).toContain(words);
      expect(text).not.toContain('<i>');
    }
  });

  test('refuses in the same words, and keeps nothing', async () => {
    const before = await contents(wallet);
    expect(await signUp({ name: 'news' })).toMatchObject({
      status: 409,
      code: 'name-refused',
      json: { detail: 'This name is taken. ~news-tips is free.' },
    });
    const asPage = { accept: 'text/html' };
    const { text } = await maya.submit(
      '/payee/new',
      '/payee/new',
      { ...asked, name: 'news' },
      asPage,
    );
    expect(text).toContain('This name is taken. ~news-tips is free.');
    expect({ ...(await contents(wallet)), calls: [] }).toEqual({ ...before, calls: [] });
  });

  test('asks for the passkey again after five minutes', async () => {
    wallet.clock.now += 301;
    expect(await signUp()).toMatchObject({ code: 'step-up-required' });
    await maya.confirm();
    expect((await signUp()).status).toBe(200);
  });
});

describe('a payee’s pages', () => {
  beforeEach(() => signUp());

  test('are its owner’s alone: anyone else finds nothing there, as where there is nothing', async () => {
    const other = await Browser.open(wallet);
    await other.signUp();
    for (const path of [...rooms, '/payee/maya/taps?since=0', '/payee/maya/qr.svg?amount=1']) {
      expect((await other.get(path)).status, path).toBe(404);
      for (const name of ['news', 'nobody', 'Maya', '..%2fmaya'])
        expect((await maya.get(path.replace('maya', name))).status, path).toBe(404);
    }
  });

  test('have a way between them that says where one is, say that it is play money, and weigh little', async () => {
    for (const path of rooms) {
      const { status, text } = await maya.get(path);
      expect([path, status]).toEqual([path, 200]);
      expect(text).toMatch(new RegExp(`href="${path}" +aria-current="page"`));
      expect(text).toContain('Play money');
      expect(text).toContain('Maya &lt;b&gt;draws&lt;/b&gt;');
      expect(text).not.toMatch(/<b>draws|<style|style="|<script>| on\w+="/);
      expect(text.match(/(?:src|href)="(?!\/)[^"]*"/g), path).toBeNull();
      expect(Buffer.byteLength(text), path).toBeLessThan(14_000);
    }
  });

  test('take a key and give it up', async () => {
    const { jwk, kid } = await newKey(wallet.random);
    const { x } = jwk;
    await maya.submit('/payee/maya/keys', '/payee/maya/keys/add', { x });
    const { text } = await maya.get('/payee/maya/keys');
    expect(text).toContain(x);
    expect(text).toContain(`Key ${kid.slice(0, 8)}`);
    await maya.submit('/payee/maya/keys', '/payee/maya/keys/remove', { x });
    expect((await maya.get('/payee/maya/keys')).text).not.toContain(x);
    for (const bad of ['', 'x', 'A'.repeat(43), '"><b>'])
      expect(
        await maya.submit('/payee/maya/keys', '/payee/maya/keys/add', { x: bad }),
      ).toMatchObject({ status: 400, code: 'malformed-request' });
  });

  test('let buttons stand anywhere or on verified sites only', async () => {
    const open = async () =>
      (await contents(wallet))['payees']?.find(({ name }) => name === 'maya')?.['open'];
    await maya.submit('/payee/maya/sites', '/payee/maya/sites/open', { open: 'no' });
    expect(await open()).toBe(0n);
    await maya.submit('/payee/maya/sites', '/payee/maya/sites/open', { open: 'yes' });
    expect(await open()).toBe(1n);
  });

  test('list a site, look at it again, and forget it', async () => {
    const site = 'https://maya.example';
    await maya.submit('/payee/maya/sites', '/payee/maya/sites/check', { site: 'maya.example/a' });
    const { text } = await maya.get('/payee/maya/sites');
    expect(text).toContain(`${site}</h2>`);
    expect(text).toContain('Not verified');
    expect(text).toContain('no answer in three seconds');
    expect(text).toContain(
      `&lt;link rel=&quot;micropay-payee&quot; href=&quot;${issuer}/~maya&quot;&gt;`,
    );
    await maya.submit('/payee/maya/sites', '/payee/maya/sites/remove', { site });
    expect((await maya.get('/payee/maya/sites')).text).not.toContain(`${site}</h2>`);
    expect(
      await maya.submit('/payee/maya/sites', '/payee/maya/sites/check', { site: 'no site' }),
    ).toMatchObject({ code: 'malformed-request' });
  });
});

describe('the snippet maker', () => {
  beforeEach(() => signUp());

  test('makes what was chosen without script too', async () => {
    const query = 'kind=tip&amount=0.10&reason=%22%3E%3Cb%3E&background=%23112233';
    const { text } = await maya.get(`/payee/maya/snippets?${query}`);
    const paste = text.split('<textarea id="snippet"')[1]?.split('</textarea>')[0] ?? '';
    expect(paste).toContain('amount=&quot;0.10&quot;');
    expect(paste).toContain('reason=&quot;&amp;quot;&amp;gt;&amp;lt;b&amp;gt;&quot;');
    expect(paste).toContain('--micro-pay-background: #112233');
    expect(text).toContain(`${issuer}/~maya?amount=0.10&amp;currency=USD`);
    expect(text).not.toContain('"><b>');
  });

  test('says what an article takes as a hint, and what would not work as a warning', async () => {
    const { text } = await maya.get('/payee/maya/snippets?kind=article&amount=0.26');
    expect(text).toContain('<li class="warn">A tap takes 25¢ at most');
    expect(text).toContain('<li class="note">The address has to ask for the payment itself');
  });

  test('sells what stands at the wallet at the price that stands there', async () => {
    await wallet.context.store.write((tx) =>
      tx.run(`insert into items (id, payee, title, amount, currency, created_at, changed_at)
              values ('itm_12345678', 'maya', 'A <b>song</b>', '20', 'usd', 0, 0)`),
    );
    const query = 'kind=item&item=itm_12345678&amount=0.01';
    const { text } = await maya.get(`/payee/maya/snippets?${query}`);
    expect(text).toContain('A &lt;b&gt;song&lt;/b&gt;: 0.20 USD');
    expect(text).toContain('amount=&quot;0.20&quot;');
    expect(text).toContain('item=&quot;itm_12345678&quot;');
    expect(text).toContain(`${issuer}/~maya/itm_12345678</textarea>`);
  });

  test('draws the link as a code, for its owner and for links only', async () => {
    const code = await maya.get('/payee/maya/qr.svg?amount=0.05');
    expect(code.headers.get('content-type')).toBe('image/svg+xml');
    expect(code.text).toMatch(/^<svg [^>]+><path [^>]+\/><path d="[Mhvz\d -]+"\/><\/svg>$/);
    expect((await maya.get('/payee/maya/qr.svg?amount=0')).status).toBe(404);
    expect((await (await Browser.open(wallet)).get('/payee/maya/qr.svg?amount=1')).status).toBe(
      401,
    );
  });

  test('may show the element, and no other page of the wallet may make a policy for script', async () => {
    const ofPage = async (path: string) =>
      (await maya.get(path)).headers.get('content-security-policy');
    const usual = await ofPage('/');
    expect(await ofPage('/payee/maya/snippets')).toBe(
      usual?.replace("trusted-types 'none'", 'trusted-types lit-html'),
    );
    for (const path of ['/payee', '/payee/new', '/payee/maya', '/payee/maya/keys', '/~maya'])
      expect(await ofPage(path)).toBe(usual);
  });

  test('tells of taps as they come: how much and whether it was one’s own, to nobody else', async () => {
    const since = wallet.clock.now;
    const taps = async (path = `since=${since}`) =>
      (await maya.get(`/payee/maya/taps?${path}`, program)).json['taps'];
    expect(await taps()).toEqual([]);
    await maya.submit('/~maya?amount=0.05&reason=Secret', '/~maya?amount=0.05&reason=Secret');
    wallet.clock.now += 5;
    const fan = await Browser.open(wallet);
    await fan.signUp();
    for (let i = 0; i < 6; i++) await fan.submit('/~maya?amount=0.02', '/~maya?amount=0.02');
    expect(await taps()).toHaveLength(5);
    expect(await taps()).toMatchObject([
      { amount: '2¢', own: false, at: since + 5 },
      {},
      {},
      {},
      {},
    ]);
    await fan.submit('/~news?amount=0.02', '/~news?amount=0.02');
    expect(JSON.stringify(await taps('since=0'))).not.toMatch(/Secret|per_/);
    expect(await taps(`since=${since + 6}`)).toEqual([]);
    for (const bad of ['', 'since=', 'since=-1', 'since=1e9', `since=${'9'.repeat(13)}`])
      expect((await maya.get(`/payee/maya/taps?${bad}`, program)).code).toBe('malformed-request');
  });

  test('is asked for taps once a second at most', async () => {
    const ask = () => maya.get('/payee/maya/taps?since=0', program);
    for (let i = 0; i < 60; i++) expect((await ask()).status).toBe(200);
    expect(await ask()).toMatchObject({ status: 429, code: 'rate-limited' });
  });
});

const built = existsSync(new URL('../../../wallet/dist/element', import.meta.url));
test.skipIf(!built)('the element and its pieces are anyone’s to load', async () => {
  const stranger = await Browser.open(wallet);
  const file = await stranger.get('/micro-pay.js', {
    origin: 'https://maya.example',
    accept: '*/*',
  });
  expect(Object.fromEntries(file.headers)).toMatchObject({
    'content-type': 'text/javascript; charset=utf-8',
    'access-control-allow-origin': '*',
    'cache-control': 'public, max-age=3600',
    'x-content-type-options': 'nosniff',
  });
  const pieces = file.text.match(/micro-pay-\w+\.js/g) ?? [];
  expect(pieces.length).toBeGreaterThan(0);
  for (const piece of pieces)
    expect((await stranger.get(`/${piece}`)).headers.get('cache-control')).toContain('immutable');
  for (const path of ['/micro-pay-x.js', '/micro-pay-..%2f..%2fcli.js', '/micro-pay/../keys.json'])
    expect((await stranger.get(path)).status).toBe(404);
});

test('a form of one act is no form of another, nor of another payee', async () => {
  await signUp();
  await signUp({ name: 'maya-2' });
  const { jwk } = await newKey(wallet.random);
  const before = await contents(wallet);
  const { token = '' } = formFields(
    (await maya.get('/payee/maya/keys')).text,
    '/payee/maya/keys/add',
  );
  for (const [page, action] of [
    ['/payee/maya-2/keys', '/payee/maya-2/keys/add'],
    ['/payee/maya/sites', '/payee/maya/sites/check'],
  ] as const)
    expect(
      await maya.submit(page, action, { token, x: jwk.x, site: 'maya.example' }),
    ).toMatchObject({
      status: 403,
      code: 'cross-site-refused',
    });
  expect({ ...(await contents(wallet)), calls: [] }).toEqual({ ...before, calls: [] });
});

describe('a version of the element', () => {
  test('that the wallet once had is served to any page, for ever, after it was renewed', async () => {
    writeFileSync(join(wallet.data, 'element', 'micro-pay@0.0.9.js'), 'export {};');
    await wallet.restart();
    const answer = await wallet.app.request('/micro-pay@0.0.9.js');
    expect([answer.status, await answer.text()]).toEqual([200, 'export {};']);
    expect(answer.headers.get('cache-control')).toBe('public, max-age=31536000, immutable');
    expect(answer.headers.get('access-control-allow-origin')).toBe('*');
  });

  test.each(['micro-pay.js', 'micro-pay-old.js', 'micro-pay@0.0.9.js.new'])(
    'is not %s, though it lies there',
    async (other) => {
      writeFileSync(join(wallet.data, 'element', other), 'put here');
      await wallet.restart();
      const answer = await wallet.app.request(`/${other}`);
      expect(await answer.text()).not.toContain('put here');
    },
  );
});

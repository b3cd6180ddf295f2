/** A publisher locks an article in the browser and sells it; a reader opens it, offline too, and on a second device. */
import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect, test, type Browser, type Page } from '@playwright/test';
import { newPayeeKey } from '../../src/merchant/index.ts';
import {
  addAuthenticator,
  expectAccessible,
  press,
  signIn,
  signUp,
  startWallet,
  type WalletProcess,
} from './support.ts';
import { allow, books, buttons, firstTap, openWallet, tap } from './town.ts';

const root = fileURLToPath(new URL('../../', import.meta.url));
const original = `${root}examples/locked-page/rivers.html`;
/** Words of the paid part, and of the teaser */
const paid = [
  'parish book',
  'Schwabmühl',
  'mussel shell',
  'dry shoes',
  'The year without a number',
];
const teaser = 'the dry sister';

let wallet: WalletProcess;
let server: Server;
let site: string;
/** What the site is, by path */
let files: Map<string, string>;

test.beforeEach(async () => {
  wallet = await startWallet();
  files = new Map([
    ['/style.css', readFileSync(`${root}examples/locked-page/style.css`, 'utf8')],
    ['/sw.js', keepAll],
    ['/install', installer],
  ]);
  server = createServer(({ url = '' }, response) => {
    const { pathname } = new URL(url, 'http://site');
    const text = files.get(pathname) ?? elementFile(pathname);
    const type = types.find(([end]) => pathname.endsWith(end))?.[1] ?? 'text/html';
    response
      .writeHead(text === undefined ? 404 : 200, {
        'content-type': `${type}; charset=utf-8`,
        ...(pathname === '/install' ? {} : { 'content-security-policy': strict() }),
      })
      .end(text);
  });
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  site = `http://maya.localhost:${(server.address() as AddressInfo).port}`;
});
test.afterEach(async () => {
  server.closeAllConnections();
  server.close();
  await wallet.stop();
});

const types = [
  ['.js', 'text/javascript'],
  ['.css', 'text/css'],
] as const;

/** The strictest policy that docs/widget.md promises. */
const strict = (): string =>
  `default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self' ${wallet.url}; ` +
  `base-uri 'none'; form-action 'none'; require-trusted-types-for 'script'; trusted-types lit-html`;

function elementFile(path: string): string | undefined {
  if (!/^\/micro-pay[\w.@-]*\.js$/.test(path)) return undefined;
  try {
    return readFileSync(`${root}dist${path}`, 'utf8');
  } catch {
    return undefined;
  }
}

/** What a site needs to be read without a connection: a worker that keeps what was loaded. */
const keepAll = `addEventListener('install', () => skipWaiting());
addEventListener('activate', (event) => event.waitUntil(clients.claim()));
addEventListener('fetch', (event) => {
  if (new URL(event.request.url).origin !== location.origin) return;
  event.respondWith(caches.open('site').then(async (cache) => {
    try {
      const answer = await fetch(event.request);
      await cache.put(event.request, answer.clone());
      return answer;
    } catch {
      return (await cache.match(event.request)) ?? Response.error();
    }
  }));
});`;
const installer = `<!doctype html><title>Install</title><script>
  navigator.serviceWorker.register('/sw.js').then(() => navigator.serviceWorker.ready).then(() => (document.title = 'Installed'));
</script>`;

/** What the policy of a page stopped, and what else went wrong in it. */
function faultsOf(page: Page): string[] {
  const faults: string[] = [];
  page.on('console', (message) => {
    // A refusal of the wallet is an answer, and no fault of the page.
    const isRefusal = message.text().includes('status of 409');
    if (message.type() === 'error' && !isRefusal) faults.push(message.text());
  });
  page.on('pageerror', ({ message }) => faults.push(message));
  return faults;
}

/** From an empty wallet to a payee. */
async function becomePayee(page: Page): Promise<void> {
  await page.goto(`${wallet.url}/payee/new`);
  await signUp(page);
  await page.getByRole('textbox', { name: /address at this wallet/ }).fill('maya');
  await page.getByRole('textbox', { name: /people see/ }).fill('Maya');
  await page.getByRole('radio', { name: /On any page/ }).check();
  await page.getByRole('button', { name: 'Take this name' }).click();
  await expect(page.getByRole('heading', { name: 'Make a button' })).toBeVisible();
}

/** On the page that locks. @returns the locked page, as it was saved */
async function lockInBrowser(page: Page, file: string): Promise<string> {
  await page.getByLabel('The HTML file of your page').setInputFiles(file);
  await expect(page.getByText('It is locked, and for sale')).toBeHidden();
  await page.locator('[data-lock-script]').selectOption('/micro-pay.js');
  await page.getByRole('button', { name: 'Lock and sell' }).click();
  await expect(page.getByRole('heading', { name: 'It is locked, and for sale' })).toBeFocused();
  const saving = page.waitForEvent('download');
  await page.getByRole('link', { name: 'Save the locked page' }).click();
  const saved = await saving;
  expect(saved.suggestedFilename()).toBe('rivers.locked.html');
  return readFileSync(await saved.path(), 'utf8');
}

const isOpen = (page: Page) => expect(page.getByText('parish book')).toBeVisible();

async function newReader(browser: Browser): Promise<Page> {
  return (await browser.newContext({ viewport: { width: 900, height: 800 } })).newPage();
}

test('a publisher locks an article in the browser and sells it; a reader opens it, offline, and on a second device', async ({
  page,
  browser,
}) => {
  await becomePayee(page);
  await page.getByRole('link', { name: 'For sale', exact: true }).click();
  await page.getByRole('link', { name: 'Lock a page and sell it' }).click();
  await expect(page.getByRole('heading', { name: 'Lock a page' })).toBeVisible();
  await expectAccessible(page);
  const sent: string[] = [];
  page.on('request', (request) => sent.push(request.postData() ?? ''));
  await page.getByLabel('The HTML file of your page').setInputFiles(original);
  await expect(page.locator('[data-lock-teaser]')).toContainText(teaser);
  await expect(page.locator('[data-lock-body]')).toContainText('The year without a number');
  await expect(page.getByRole('textbox', { name: /Title/ })).toHaveValue('What a river keeps');
  await expectAccessible(page);
  const html = await lockInBrowser(page, original);
  for (const words of [...paid, teaser]) {
    expect(sent.join('\n')).not.toContain(words);
    if (words !== teaser) expect(html).not.toContain(words);
  }
  await page.goto(`${wallet.url}/payee/maya/items`);
  await expect(page.getByRole('heading', { name: 'What a river keeps' })).toBeVisible();
  await expectAccessible(page);

  files.set('/rivers.html', html);
  const reader = await newReader(browser);
  const faults = faultsOf(reader);
  const answer = await reader.goto(`${site}/rivers.html`);
  const source = (await answer?.text()) ?? '';
  expect(source).toContain(teaser);
  expect(source).toContain('"isAccessibleForFree":false');
  expect(source).not.toContain('mussel');
  await expect(buttons(reader).getByRole('button', { name: /Pay 2¢/ })).toBeVisible();
  await expectAccessible(reader);
  const above = () => reader.locator('h1').evaluate((one) => one.getBoundingClientRect().top);
  const before = await above();
  const home = await reader.context().newPage();
  await home.goto(wallet.url);
  const phone = await signUp(home);
  await reader.bringToFront();
  await allow(await openWallet(reader, buttons(reader)));
  await isOpen(reader);
  await expect(buttons(reader)).toHaveAttribute('state', 'paid');
  expect(await above()).toBe(before);
  await expect(buttons(reader).getByRole('status')).toContainText(
    'Paid 2¢. The text is open, below.',
  );
  await expectAccessible(reader);
  expect(faults).toEqual([]);
  expect(await books(wallet)).toHaveLength(1);

  // Without any connection, and without a wallet.
  await reader.goto(`${site}/install`);
  await expect(reader).toHaveTitle('Installed');
  await reader.goto(`${site}/rivers.html`);
  await isOpen(reader);
  await wallet.kill();
  await reader.context().setOffline(true);
  await reader.reload();
  await isOpen(reader);
  await expect(buttons(reader)).toHaveAttribute('state', 'paid');
  await wallet.restart();

  // Another device of the same person: signed in there, it is theirs.
  const laptop = await newReader(browser);
  await laptop.goto(`${site}/rivers.html`);
  const consent = await openWallet(laptop, buttons(laptop));
  await addAuthenticator(consent, phone);
  await signIn(consent);
  await expect(consent.getByText('Nothing: you own it already')).toBeVisible();
  await expectAccessible(consent);
  await press(consent, 'Allow and open');
  await isOpen(laptop);
  await expect(buttons(laptop).getByRole('status')).toContainText('Nothing was charged.');
  expect(await books(wallet)).toHaveLength(1);
  await reader.context().close();
  await laptop.context().close();
});

test('an edited page buys nothing: another price is refused and the wallet’s said, another text stays shut', async ({
  page,
  browser,
}) => {
  await becomePayee(page);
  await page.goto(`${wallet.url}/payee/maya/lock`);
  const html = await lockInBrowser(page, original);
  const [, ciphertext = ''] = /"text":"([\w-]+)"/.exec(html) ?? [];
  files.set('/cheap.html', html.replace('amount="0.02"', 'amount="0.01"'));
  files.set('/cut.html', html.replace(ciphertext, ciphertext.slice(0, 200)));
  const edited = `${ciphertext.slice(0, 100)}${ciphertext[100] === 'A' ? 'B' : 'A'}${ciphertext.slice(101)}`;
  files.set('/edited.html', html.replace(ciphertext, edited));
  const reader = await newReader(browser);

  await reader.goto(`${site}/cut.html`);
  await tap(buttons(reader));
  await expect(buttons(reader).getByRole('alert')).toContainText('You were not charged.');

  await reader.goto(`${site}/cheap.html`);
  const refusing = await openWallet(reader, buttons(reader));
  await expect(buttons(reader).getByRole('alert')).toContainText(
    'It costs 2¢ now. You were not charged.',
  );
  await expect.poll(() => refusing.isClosed()).toBe(true);
  await firstTap(reader, buttons(reader));
  await isOpen(reader);
  expect(await books(wallet)).toHaveLength(1);

  await reader.goto(`${site}/edited.html`);
  await tap(buttons(reader));
  await expect(buttons(reader).getByRole('alert')).toContainText('can’t be opened: it was changed');
  await expect(reader.getByText('parish book')).toHaveCount(0);
  expect(await books(wallet)).toHaveLength(1);
  await reader.context().close();
});

test('two articles locked by the command stand on one page, and their list opens both', async ({
  browser,
}) => {
  const folder = mkdtempSync(join(tmpdir(), 'micro-pay-locked-'));
  const key = await newPayeeKey();
  writeFileSync(join(folder, 'key.json'), JSON.stringify(key));
  await wallet.run('payee', 'add', 'maya', '--open', `--key=${key.x}`, '--issuer', wallet.url);
  const lock = async (file: string, words: string): Promise<[id: string, html: string]> => {
    const path = join(folder, file);
    writeFileSync(
      path,
      `<article><p>Free words.</p><!-- micro-pay: the rest is paid --><p>${words}</p></article>`,
    );
    const told = [
      'lock',
      path,
      '--payee',
      `${wallet.url}/~maya`,
      '--key',
      join(folder, 'key.json'),
    ];
    const args = [`${root}dist/cli.js`, ...told, '--price', '0.02', '--title', words];
    const { stdout } = await promisify(execFile)(process.execPath, args);
    const id = /sold as (itm_[\w-]+)/.exec(stdout)?.[1] ?? '';
    return [id, readFileSync(path.replace('.html', '.locked.html'), 'utf8')];
  };
  const [one, first] = await lock('one.html', 'The first secret.');
  const [two, second] = await lock('two.html', 'The second secret.');
  const list = 'itm_listlistlistlistlistli';
  await registerList(key, { id: list, items: [one, two] });
  const parts = [first, second].map((html) => html.slice(html.indexOf('<article>')));
  const both = `<micro-pay item="${list}" to="${wallet.url}/~maya" amount="0.03" currency="USD" reason="Both"></micro-pay>`;
  files.set(
    '/both.html',
    `<!doctype html><html lang="en"><title>Two</title><script type="module" src="/micro-pay.js"></script>
     <main><h1>Two</h1>${parts.join('')}<h2>Both</h2>${both}</main></html>`,
  );
  const reader = await newReader(browser);
  const faults = faultsOf(reader);
  await reader.goto(`${site}/both.html`);
  await expect(buttons(reader)).toHaveCount(3);
  await firstTap(reader, buttons(reader).nth(0));
  await expect(reader.getByText('The first secret.')).toBeVisible();
  await expect(reader.getByText('The second secret.')).toHaveCount(0);

  // What is owned is deducted: the wallet says so, and the next tap pays that.
  await tap(buttons(reader).nth(2));
  await expect(buttons(reader).nth(2).getByRole('alert')).toContainText('1¢ is left to pay');
  await expectAccessible(reader);
  await tap(buttons(reader).nth(2));
  await expect(reader.getByText('The second secret.')).toBeVisible();
  expect(await books(wallet)).toHaveLength(2);
  expect(faults).toEqual([]);
  await reader.context().close();
});

/** By the payee's key, as a server of theirs would. */
async function registerList(
  key: Awaited<ReturnType<typeof newPayeeKey>>,
  { id, items }: { id: string; items: string[] },
): Promise<void> {
  const { authorizeCall, utf8, thumbprint } = await import('../../src/protocol/index.ts');
  const body = JSON.stringify({ id, title: 'Both', amount: '3', currency: 'usd', items });
  const { d, ...jwk } = key;
  const secret = await crypto.subtle.importKey('jwk', { ...jwk, d }, 'Ed25519', false, ['sign']);
  const signer = {
    kid: await thumbprint(jwk),
    jwk,
    sign: async (message: Uint8Array<ArrayBuffer>) =>
      new Uint8Array(await crypto.subtle.sign('Ed25519', secret, message)),
  };
  const call = {
    method: 'POST' as const,
    url: `${wallet.url}/items`,
    body: utf8(body),
    iat: Math.floor(Date.now() / 1000),
    jti: 'call_of_the_list',
  };
  const authorization = await authorizeCall(call, signer);
  const headers = { 'content-type': 'application/json', authorization };
  const answer = await fetch(call.url, { method: 'POST', headers, body });
  expect(answer.status, await answer.text()).toBe(200);
}

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
import { lockPage } from '../../src/lock/index.ts';
import { newPayeeKey } from '../../src/merchant/index.ts';
import {
  authorizeCall,
  base64url,
  parseReceipt,
  thumbprint,
  utf8,
  type NewItem,
} from '../../src/protocol/index.ts';
import {
  addAuthenticator,
  becomePayee,
  expectAccessible,
  faultsOf,
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
const mark = '<!-- micro-pay: the rest is paid -->';

const longWords = (text: string): string[] => text.match(/\p{L}{6,}/gu) ?? [];
/** Words of the paid part that stand in a locked page or in the bytes of its ciphertext, and not in what stays. */
function leakedInto(html: string): string[] {
  const [stays = '', rest = ''] = readFileSync(original, 'utf8').split(mark);
  const [body = '', foot = ''] = rest.split('</article>');
  const [, ciphertext = ''] = /"text":"([\w-]+)"/.exec(html) ?? [];
  const seen = html + Buffer.from(ciphertext, 'base64url').toString('latin1');
  const secret = longWords(body).filter((word) => !(stays + foot).includes(word));
  if (secret.length < 15 || ciphertext === '') throw new Error('there is nothing to look for');
  return secret.filter((word) => seen.includes(word));
}

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

/** On the page that locks. @returns the locked page, as it was saved */
async function lockInBrowser(page: Page, file: string): Promise<string> {
  await page.getByLabel('The HTML file of your page').setInputFiles(file);
  await expect(page.getByText(done)).toBeHidden();
  return lockAndSave(page);
}

const done = 'It is locked, and for sale';

/** Where a file was chosen that can be locked. */
async function lockAndSave(page: Page): Promise<string> {
  await page.locator('[data-lock-script]').selectOption('/micro-pay.js');
  await page.getByRole('button', { name: 'Lock and sell' }).click();
  await expect(page.getByRole('heading', { name: done })).toBeFocused();
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
  await becomePayee(page, wallet);
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
  expect(leakedInto(html)).toEqual([]);
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
  expect(source).toBe(html);
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

  // The same browser, when everything that the site kept in it was cleared; on a page of the site where nothing holds it open.
  await laptop.goto(`${site}/style.css`);
  await laptop.evaluate(async () => {
    localStorage.clear();
    for (const { name = '' } of await indexedDB.databases()) indexedDB.deleteDatabase(name);
  });
  await laptop.goto(`${site}/rivers.html`);
  await expect(laptop.getByText('parish book')).toHaveCount(0);
  const again = await openWallet(laptop, buttons(laptop));
  await press(again, 'Allow and open');
  await isOpen(laptop);
  expect(await books(wallet)).toHaveLength(1);
  await reader.context().close();
  await laptop.context().close();
});

/** A payee who signs up, and locks the article. */
async function sellRivers(page: Page): Promise<void> {
  await becomePayee(page, wallet);
  await page.goto(`${wallet.url}/payee/maya/lock`);
  files.set('/rivers.html', await lockInBrowser(page, original));
}

test('who pays in the same tab comes back to the button of an open text, however far down it is', async ({
  page,
  browser,
}) => {
  await sellRivers(page);
  const reader = await newReader(browser);
  await reader.setViewportSize({ width: 360, height: 640 });
  await reader.addInitScript((origin) => {
    if (location.origin !== origin) return;
    addEventListener('DOMContentLoaded', () => (document.body.style.paddingTop = '2000px'));
  }, site);
  await reader.goto(`${site}/rivers.html`);
  const button = buttons(reader);
  await button.evaluate((one) => one.setAttribute('mode', 'redirect'));
  await tap(button);
  await reader.getByRole('button', { name: 'Continue', exact: true }).click();
  await reader.waitForURL(`${wallet.url}/connect/start**`);
  await signUp(reader);
  await allow(reader);
  await isOpen(reader);
  await expect(button).toHaveAttribute('state', 'paid');
  await expect(button).toBeInViewport({ ratio: 1 });
  await expect(button).toBeFocused();
  await reader.context().close();
});

test('an edited page buys nothing: another price is refused and the wallet’s said, another text stays shut', async ({
  page,
  browser,
}) => {
  await becomePayee(page, wallet);
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

/** `~maya` with a key of her own, and the command that locks: a file's words, or a relock. @returns what it printed, and the page */
async function publisher() {
  const folder = mkdtempSync(join(tmpdir(), 'micro-pay-locked-'));
  const key = await newPayeeKey();
  writeFileSync(join(folder, 'key.json'), JSON.stringify(key));
  await wallet.run('payee', 'add', 'maya', '--open', `--key=${key.x}`, '--issuer', wallet.url);
  const run = async (act: string, file: string, words: string, more: string[]) => {
    const path = join(folder, file);
    writeFileSync(path, `<article><p>Free words.</p>${mark}<p>${words}</p></article>`);
    const told = [act, path, '--payee', `${wallet.url}/~maya`, '--key', join(folder, 'key.json')];
    const args = [`${root}dist/cli.js`, ...told, ...more];
    const { stdout } = await promisify(execFile)(process.execPath, args);
    return { stdout, html: readFileSync(path.replace('.html', '.locked.html'), 'utf8') };
  };
  const lock = async (file: string, words: string): Promise<[id: string, html: string]> => {
    const more = ['--price', '0.02', '--title', words];
    const { stdout, html } = await run('lock', file, words, more);
    return [/sold as (itm_[\w-]+)/.exec(stdout)?.[1] ?? '', html];
  };
  const relock = async (file: string, words: string, id: string): Promise<string> =>
    (await run('relock', file, words, ['--item', id])).html;
  return { key, lock, relock };
}

/** A page of a site with locked articles in it. */
const pageOf = (...parts: string[]): string =>
  `<!doctype html><html lang="en"><title>Two</title><script type="module" src="/micro-pay.js"></script>
   <main><h1>Two</h1>${parts.join('')}</main></html>`;
const articleIn = (html: string): string => html.slice(html.indexOf('<article>'));

test('two articles locked by the command stand on one page, and their list opens both', async ({
  browser,
}) => {
  const { key, lock } = await publisher();
  const [one, first] = await lock('one.html', 'The first secret.');
  const [two, second] = await lock('two.html', 'The second secret.');
  const list = 'itm_listlistlistlistlistli';
  await register(key, { id: list, title: 'Both', amount: '3', items: [one, two] });
  const both = `<micro-pay item="${list}" to="${wallet.url}/~maya" amount="0.03" currency="USD" reason="Both"></micro-pay>`;
  files.set('/both.html', pageOf(...[first, second].map(articleIn), `<h2>Both</h2>${both}`));
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

test('another item’s text or key opens nothing, and who paid reads on once it is locked again', async ({
  browser,
}) => {
  const { key, lock, relock } = await publisher();
  const [one, first] = await lock('one.html', 'The first secret.');
  const [two, second] = await lock('two.html', 'The second secret.');
  const textOf = (html: string) =>
    /<script type="application\/json"[^>]*>(.*?)<\/script>/s.exec(html)?.[1] ?? '';
  // The second text under the first one's button: as it is, and with its label changed.
  const swapped = articleIn(first).replace(textOf(first), textOf(second));
  files.set('/swapped.html', pageOf(swapped));
  files.set('/renamed.html', pageOf(swapped.replaceAll(two, one)));
  const reader = await newReader(browser);
  await reader.goto(`${site}/swapped.html`);
  await tap(buttons(reader));
  await expect(buttons(reader).getByRole('alert')).toContainText(
    'is not whole. You were not charged.',
  );
  expect(await books(wallet)).toEqual([]);
  await reader.goto(`${site}/renamed.html`);
  await firstTap(reader, buttons(reader));
  await expect(buttons(reader).getByRole('alert')).toContainText('can’t be opened: it was changed');
  await expect(reader.getByText('The second secret.')).toHaveCount(0);
  // What was paid for is theirs: the page as it should be opens, and costs nothing more.
  files.set('/one.html', pageOf(articleIn(first)));
  await reader.goto(`${site}/one.html`);
  await expect(reader.getByText('The first secret.')).toBeVisible();
  expect(await books(wallet)).toHaveLength(1);

  // Locked by a key that the wallet never heard of; then anew, by the one it has.
  const id = 'itm_lockedlockedlockedlock';
  const [known, other] = [
    base64url(new Uint8Array(32).fill(1)),
    base64url(new Uint8Array(32).fill(2)),
  ];
  await register(key, { id, title: 'The third', amount: '2', key: known });
  const third = {
    id,
    payee: `${wallet.url}/~maya`,
    amount: '0.02',
    currency: 'USD',
    title: 'The third',
  };
  const file = `<article><p>Free words.</p>${mark}<p>The third secret.</p></article>`;
  const wrong = await lockPage(file, { item: { ...third, key: other }, nonce: new Uint8Array(12) });
  files.set('/third.html', pageOf(articleIn(wrong)));
  await reader.goto(`${site}/third.html`);
  await tap(buttons(reader));
  await expect(buttons(reader).getByRole('alert')).toContainText('can’t be opened: it was changed');
  expect(await books(wallet)).toHaveLength(2);
  files.set(
    '/third.html',
    pageOf(articleIn(await relock('third.html', 'The third secret, mended.', id))),
  );
  await reader.goto(`${site}/third.html`);
  await expect(reader.getByText('The third secret, mended.')).toBeVisible();
  expect(await books(wallet)).toHaveLength(2);
  await reader.context().close();
});

test('a price that changes between view and tap is said, and paid only by another tap', async ({
  page,
  browser,
}) => {
  await sellRivers(page);
  const reader = await newReader(browser);
  await reader.goto(`${site}/rivers.html`);
  await expect(buttons(reader).getByRole('button', { name: /Pay 2¢/ })).toBeVisible();
  await page.goto(`${wallet.url}/payee/maya/items`);
  await page.getByText('Change the price, or stop selling').click();
  await page.getByRole('textbox', { name: /Price, in dollars/ }).fill('0.03');
  await page.getByRole('button', { name: 'Set this price' }).click();
  await expect(page.getByRole('article').getByText('3¢')).toBeVisible();

  const refusing = await openWallet(reader, buttons(reader));
  await expect(buttons(reader).getByRole('alert')).toContainText(
    'It costs 3¢ now. You were not charged.',
  );
  await expect.poll(() => refusing.isClosed()).toBe(true);
  expect(await books(wallet)).toEqual([]);
  await expect(buttons(reader).getByRole('button', { name: /Pay 3¢/ })).toBeVisible();
  await firstTap(reader, buttons(reader));
  await isOpen(reader);
  const [charge, ...more] = await books(wallet);
  expect(more).toEqual([]);
  expect(parseReceipt(charge?.receipt, 'internal-error').receipt).toMatchObject({ amt: '3' });
  await reader.context().close();
});

test('a page with scripts inside is refused with its lines, and sold without them when that is chosen', async ({
  page,
  browser,
}) => {
  await becomePayee(page, wallet);
  await page.goto(`${wallet.url}/payee/maya/lock`);
  const evil =
    '<script>document.title = "Run"</script><p onclick="document.title = 1">Read <b>on</b></p><iframe src="/x"></iframe>';
  const html = readFileSync(original, 'utf8').replace(mark, `${mark}\n${evil}`);
  const file = { name: 'rivers.html', mimeType: 'text/html', buffer: Buffer.from(html) };
  await page.getByLabel('The HTML file of your page').setInputFiles(file);
  await expect(page.locator('[data-lock-found] li')).toHaveCount(3);
  await expect(page.locator('[data-lock-found]')).toContainText(/script/);
  await expectAccessible(page);
  const leaveOut = page.getByRole('checkbox', { name: /Leave it out/ });
  await expect(leaveOut).not.toBeChecked();
  // Pressed nevertheless.
  await page.getByRole('button', { name: 'Lock and sell' }).click({ force: true });
  await expect(page.getByText(done)).toBeHidden();
  await leaveOut.check();
  files.set('/rivers.html', await lockAndSave(page));

  const reader = await newReader(browser);
  const faults = faultsOf(reader);
  await reader.goto(`${site}/rivers.html`);
  await firstTap(reader, buttons(reader));
  await isOpen(reader);
  await reader.getByText('Read on').click();
  await expect(reader).toHaveTitle('What a river keeps');
  await expect(reader.locator('iframe')).toHaveCount(0);
  expect(faults).toEqual([]);
  await reader.context().close();
});

/** By the payee's key, as a server of theirs would. */
async function register(
  key: Awaited<ReturnType<typeof newPayeeKey>>,
  item: Omit<NewItem, 'currency'>,
): Promise<void> {
  const body = JSON.stringify({ ...item, currency: 'usd' });
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
    jti: `call_${item.id}`,
  };
  const authorization = await authorizeCall(call, signer);
  const headers = { 'content-type': 'application/json', authorization };
  const answer = await fetch(call.url, { method: 'POST', headers, body });
  expect(answer.status, await answer.text()).toBe(200);
}

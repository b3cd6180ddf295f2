/** A reader whose browser runs no script: an article and a tip are paid on the wallet's pages, and the article opens; and one without a passkey. */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test, type Page } from '@playwright/test';
import { expectAccessible, themes } from './support.ts';
import { allow, books, buttons, openWallet, startTown, tap, type Town } from './town.ts';

test.use({ javaScriptEnabled: false });

let town: Town;
let mails: string;
test.beforeEach(async () => {
  mails = mkdtempSync(join(tmpdir(), 'micro-pay-mails-'));
  const command = `cat > ${mails}/last`;
  town = await startTown({ more: ['--mail', command, '--mail-from', 'wallet@example.org'] });
});
test.afterEach(async () => {
  await town.close();
  rmSync(mails, { recursive: true });
});

/** On a page of the wallet that asks for it, by a code; ends on the same page. */
async function signIn(page: Page): Promise<void> {
  await page.getByText('No passkey? Use your e-mail address').click();
  await page.getByLabel('E-mail address').fill('ada@example.org');
  await page.getByRole('button', { name: 'Mail me a code' }).click();
  const [code = ''] = /\b\d{6}\b/.exec(readFileSync(join(mails, 'last'), 'utf8')) ?? [];
  await page.getByLabel('Code, six digits').fill(code);
  await page.getByRole('button', { name: 'Sign in' }).click();
}

/** Pages a person goes to, redirects not counted, and bytes on the wire, since it was asked. */
async function counting(page: Page): Promise<{ pages: () => number; bytes: () => number }> {
  const session = await page.context().newCDPSession(page);
  await session.send('Network.enable');
  let [pages, bytes] = [0, 0];
  session.on('Network.requestWillBeSent', ({ type, redirectResponse }) => {
    if (type === 'Document' && !redirectResponse) pages += 1;
  });
  session.on('Network.loadingFinished', ({ encodedDataLength }) => (bytes += encodedDataLength));
  return { pages: () => pages, bytes: () => bytes };
}

test('an article is paid without script: three pages, and a code that the site’s server exchanges', async ({
  page,
}) => {
  await page.goto(`${town.articles}/articles/1`);
  await page.getByRole('link', { name: 'Pay 2¢' }).click();
  await expect(page.getByText('The link says:')).toBeVisible();
  await signIn(page);
  await page.getByRole('button', { name: /^Pay 2¢/ }).click();
  await page.getByRole('button', { name: /^Yes, pay 2¢/ }).click();
  await expect(page).toHaveURL(`${town.articles}/articles/1`);
  await expect(page.locator('article.full .back')).toBeVisible();

  // The second one, signed in: what it takes.
  await page.goto(`${town.articles}/articles/2`);
  const counted = await counting(page);
  await page.getByRole('link', { name: 'Pay 2¢' }).click();
  await page.getByRole('button', { name: /^Pay 2¢/ }).click();
  await page.getByRole('button', { name: /^Yes, pay 2¢/ }).click();
  await expect(page).toHaveURL(`${town.articles}/articles/2`);
  await expect(page.locator('article.full .back')).toBeVisible();
  expect(counted.pages()).toBeLessThanOrEqual(3);
  expect(counted.bytes()).toBeGreaterThan(1_000);
  expect(counted.bytes()).toBeLessThanOrEqual(30_000);
  expect(await books(town.wallet)).toHaveLength(2);

  // What is owned opens again, by its address and after the browser forgot everything of the site.
  await page.goto(`${town.articles}/articles/1`);
  await expect(page.locator('article.full .back')).toBeVisible();
  await page.context().clearCookies({ name: 'micropay' });
  await page.goto(`${town.articles}/articles/1`);
  await page.getByRole('link', { name: 'Pay 2¢' }).click();
  await page.getByRole('button', { name: /^Pay 2¢/ }).click();
  await page.getByRole('button', { name: /^Yes, pay 2¢/ }).click();
  await expect(page.locator('article.full .back')).toBeVisible();
  expect(await books(town.wallet)).toHaveLength(2);
});

test('a tip is given without script, and its receipt says what for', async ({ page }) => {
  await page.goto(town.tips);
  await page.getByRole('link', { name: 'Tip 2¢' }).click();
  await signIn(page);
  await page.goto(town.tips);
  const counted = await counting(page);
  await page.getByRole('link', { name: 'Tip 2¢' }).click();
  await page.getByRole('button', { name: /^Pay 2¢/ }).click();
  await page.getByRole('button', { name: /^Yes, pay 2¢/ }).click();
  await expect(page.getByRole('heading', { name: 'You paid 2¢' })).toBeVisible();
  await expect(page.getByText('Today’s wren')).toBeVisible();
  expect(counted.pages()).toBeLessThanOrEqual(3);
  expect(counted.bytes()).toBeLessThanOrEqual(30_000);
  expect(await books(town.wallet)).toHaveLength(1);
});

test('a code is good once: a copied address opens nothing', async ({ page, browser }) => {
  const addresses: string[] = [];
  page.on('request', (request) => addresses.push(request.url()));
  await page.goto(`${town.articles}/articles/1`);
  await page.getByRole('link', { name: 'Pay 2¢' }).click();
  await signIn(page);
  await page.getByRole('button', { name: /^Pay 2¢/ }).click();
  await page.getByRole('button', { name: /^Yes, pay 2¢/ }).click();
  await expect(page.locator('article.full .back')).toBeVisible();
  const address = addresses.find((url) => url.includes('micropay_code='));
  const friend = await browser.newPage({ javaScriptEnabled: false });
  expect((await friend.goto(address ?? ''))?.status()).toBe(402);
  await friend.close();
});

test.describe('with script', () => {
  test.use({ javaScriptEnabled: true });
  for (const way of ['a window', 'the same tab'])
    test(`a stranger comes in by a code from a button, in ${way}, and the next tap needs no window`, async ({
      page,
    }) => {
      await page.goto(town.tips);
      const button = buttons(page).nth(0);
      if (way === 'the same tab')
        await button.evaluate((one) => one.setAttribute('mode', 'redirect'));
      const wallet = way === 'a window' ? await openWallet(page, button) : page;
      if (wallet === page) {
        await tap(button);
        await page.getByRole('button', { name: 'Continue', exact: true }).click();
      }
      await signIn(wallet);
      await allow(wallet);
      await expect(button).toHaveAttribute('state', 'paid');
      await page.reload();
      await tap(buttons(page).nth(0));
      await expect(buttons(page).nth(0)).toHaveAttribute('state', 'paid');
      expect(await books(town.wallet)).toHaveLength(2);
    });
});

test.describe('the pages', () => {
  // The checker is a script; the pages are the ones that are seen without.
  test.use({ javaScriptEnabled: true });
  for (const theme of themes)
    test(`are accessible, ${theme.colorScheme}, forced colours ${theme.forcedColors}`, async ({
      page,
    }) => {
      await page.emulateMedia(theme);
      await page.goto(`${town.articles}/articles/1`);
      const link = page.locator('micro-pay a');
      await page.goto((await link.getAttribute('href')) ?? '');
      await page.getByText('No passkey? Use your e-mail address').click();
      await expectAccessible(page);
      await page.getByLabel('E-mail address').fill('ada@example.org');
      await page.getByRole('button', { name: 'Mail me a code' }).click();
      await expect(page.getByLabel('Code, six digits')).toBeVisible();
      await expectAccessible(page);
      const [code = ''] = /\b\d{6}\b/.exec(readFileSync(join(mails, 'last'), 'utf8')) ?? [];
      await page.getByLabel('Code, six digits').fill(code);
      await page.getByRole('button', { name: 'Sign in' }).click();
      await expect(page.getByRole('button', { name: /^Pay 2¢/ })).toBeVisible();
      await expectAccessible(page);
    });
});

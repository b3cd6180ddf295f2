/** The first tap, as a reader lives it: real wallet, real file, real browser, real passkey. */
import { expect, test } from '@playwright/test';
import { addAuthenticator, press, signIn, signUp } from './support.ts';
import {
  allow,
  books,
  buttonOf,
  buttons,
  firstTap,
  openWallet,
  startTown,
  tap,
  tapsOf,
  type Town,
} from './town.ts';

let town: Town;
test.beforeEach(async () => {
  town = await startTown();
});
test.afterEach(() => town.close());

test('a stranger makes a wallet in the window, and the article opens; the next opens with one tap and no window', async ({
  page,
  context,
}) => {
  await page.goto(town.articles);
  await firstTap(page, buttons(page).nth(0));
  await page.waitForURL('**/articles/1');
  await expect(page.getByRole('heading', { level: 1 })).toBeVisible();
  expect(await books(town.wallet)).toHaveLength(1);

  await page.goto(town.articles);
  // What is bought has no price on it any more.
  const bought = page.getByRole('article').nth(0);
  await expect(bought.getByRole('link', { name: /^Read: The lamplighter/ })).toBeVisible();
  await expect(bought.locator('micro-pay')).toHaveCount(0);
  let windows = 0;
  context.on('page', () => windows++);
  await tap(buttonOf(page, 2));
  await page.waitForURL('**/articles/2');
  expect(windows).toBe(0);
  // By session: the newspaper took it of what is held, and the wallet hears of it later.
  expect(tapsOf(town)).toHaveLength(1);
  expect(await books(town.wallet)).toHaveLength(1);

  // Bought is bought: by its address, and without a charge.
  await page.goto(`${town.articles}/articles/1`);
  await expect(page.locator('micro-pay')).toHaveCount(0);
  expect(await books(town.wallet)).toHaveLength(1);
  expect(tapsOf(town)).toHaveLength(1);
});

test('a bought article opens on another device too, and is not charged again', async ({
  page,
  browser,
}) => {
  // This window stays open, because it is the phone: it holds the passkey.
  const home = await page.context().newPage();
  await home.goto(town.wallet.url);
  const phone = await signUp(home);
  await page.goto(town.articles);
  await allow(await openWallet(page, buttons(page).nth(0)));
  await page.waitForURL('**/articles/1');

  const laptop = await browser.newContext();
  const other = await laptop.newPage();
  await other.goto(town.articles);
  const consent = await openWallet(other, buttons(other).nth(0));
  await addAuthenticator(consent, phone);
  await signIn(consent);
  await allow(consent);
  await other.waitForURL('**/articles/1');
  await expect(other.locator('micro-pay')).toHaveCount(0);
  expect(await books(town.wallet)).toHaveLength(1);
  await laptop.close();
});

test('a tip is given by window, and the next with one tap', async ({ page }) => {
  await page.goto(town.tips);
  const button = buttons(page).nth(0);
  await firstTap(page, button);
  await expect(button).toHaveAttribute('state', 'paid');
  await page.reload();
  await tap(button);
  await expect(button).toHaveAttribute('state', 'paid');
  expect((await books(town.wallet)).map(({ cid }) => cid.slice(0, 4))).toEqual(['tip_', 'tip_']);
});

test('a tip is given by going to the wallet in the same tab and coming back', async ({ page }) => {
  await page.goto(town.tips);
  await buttons(page)
    .nth(0)
    .evaluate((button) => button.setAttribute('mode', 'redirect'));
  await tap(buttons(page).nth(0));
  await page.getByRole('button', { name: 'Continue', exact: true }).click();
  await page.waitForURL(`${town.wallet.url}/connect/start**`);
  await signUp(page);
  await allow(page);
  await page.waitForURL(`${town.tips}/`);
  await expect(buttons(page).nth(0)).toHaveAttribute('state', 'paid');
  expect(page.url()).toBe(`${town.tips}/`);
  expect(await books(town.wallet)).toHaveLength(1);
});

for (const answer of ['yes', 'no'])
  test(`who comes back from the wallet in the same tab, with a ${answer}, is at the button again, however far down it is`, async ({
    page,
  }) => {
    await page.setViewportSize({ width: 360, height: 640 });
    // A long page: the button is three screens below its beginning, as in an article.
    await page.addInitScript((tips) => {
      if (location.origin !== tips) return;
      addEventListener('DOMContentLoaded', () => (document.body.style.paddingTop = '2000px'));
    }, town.tips);
    await page.goto(town.tips);
    const button = buttons(page).nth(1);
    await button.evaluate((one) => one.setAttribute('mode', 'redirect'));
    await expect(button).not.toBeInViewport();
    await tap(button);
    await page.getByRole('button', { name: 'Continue', exact: true }).click();
    await page.waitForURL(`${town.wallet.url}/connect/start**`);
    if (answer === 'yes') {
      await signUp(page);
      await allow(page);
    } else await page.getByRole('button', { name: 'Don’t allow' }).click();
    await expect(button).toHaveAttribute('state', answer === 'yes' ? 'paid' : 'denied');
    await expect(button).toBeInViewport({ ratio: 1 });
    await expect(button).toBeFocused();
  });

test('a tip is given by its plain link', async ({ page }) => {
  const html = await (await fetch(town.tips)).text();
  const link = /<micro-pay[^>]*>\s*<a href="([^"]+)"/.exec(html)?.[1]?.replaceAll('&amp;', '&');
  await page.goto(String(link));
  await signUp(page);
  await press(page, /^Pay 2¢/);
  await expect(page.getByText(/You paid 2¢/)).toBeVisible();
  expect(await books(town.wallet)).toHaveLength(1);
});

test('whoever says no is not charged, and the button says what happened and what to do', async ({
  page,
}) => {
  await page.goto(town.tips);
  const button = buttons(page).nth(0);
  const consent = await openWallet(page, button);
  await signUp(consent);
  await consent.getByRole('button', { name: 'Don’t allow' }).click();
  await expect(button).toHaveAttribute('state', 'denied');
  await expect(button.getByRole('alert')).toContainText(/not charged/i);
  expect(await books(town.wallet)).toHaveLength(0);
});

test('a closed window is not a charge, and the next tap goes on', async ({ page }) => {
  await page.goto(town.tips);
  const button = buttons(page).nth(0);
  const closed = await openWallet(page, button);
  await expect(closed.getByRole('heading', { level: 1 })).toBeVisible();
  await closed.close();
  await expect(button).toHaveAttribute('state', 'approve');
  const consent = await openWallet(page, button);
  await signUp(consent);
  await allow(consent);
  await expect(button).toHaveAttribute('state', 'paid');
  expect(await books(town.wallet)).toHaveLength(1);
});

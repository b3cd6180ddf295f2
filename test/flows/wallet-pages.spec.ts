/** A person at the wallet's own pages: ways in and out, a payee's page, home and receipts. */
import { expect, test } from '@playwright/test';
import {
  addAuthenticator,
  press,
  signIn,
  signUp,
  startWallet,
  type WalletProcess,
} from './support.ts';

let wallet: WalletProcess;
test.beforeAll(async () => {
  wallet = await startWallet();
  await wallet.run('payee', 'add', 'news', '--display', 'Example News', '--dev');
});
test.afterAll(() => wallet.stop());

test('a stranger signs up with a passkey alone and has play money', async ({ page }) => {
  await page.goto(wallet.url);
  await expect(page.getByRole('textbox')).toHaveCount(0);
  await signUp(page);
  await expect(page.getByText('$10.00', { exact: true })).toBeVisible();
  await expect(page.getByText('Play money', { exact: true })).toBeVisible();
  await expect(page.getByText('can’t be paid in or out')).toBeVisible();
});

test('who signed out comes back with the same passkey to the same wallet', async ({ page }) => {
  await page.goto(wallet.url);
  await signUp(page);
  await page.goto(`${wallet.url}/~news?amount=0.02`);
  await press(page, 'Pay 2¢');
  await expect(page.getByRole('heading', { name: 'You paid 2¢' })).toBeVisible();
  await page.goto(wallet.url);
  await page.getByRole('button', { name: 'Sign out', exact: true }).click();
  await expect(page.getByRole('heading', { name: /one tap/ })).toBeVisible();
  await signIn(page);
  await expect(page.getByText('$9.98')).toBeVisible();
});

test('a second passkey is added, opens the same wallet, and the first can go', async ({ page }) => {
  await page.goto(wallet.url);
  const first = await signUp(page);
  const authenticatorId = first.id;
  const { credentials } = await first.session.send('WebAuthn.getCredentials', { authenticatorId });
  const old = Buffer.from(credentials[0]?.credentialId ?? '', 'base64').toString('base64url');
  await first.session.send('WebAuthn.removeVirtualAuthenticator', { authenticatorId });
  await addAuthenticator(page);
  await page.getByRole('button', { name: 'Add a passkey' }).click();
  await expect(page.getByRole('button', { name: /^Remove/ })).toHaveCount(2);
  await page.locator(`form:has([value="${old}"])`).getByRole('button').click();
  await expect(page.getByRole('button', { name: /^Remove/ })).toHaveCount(0);
  await page.getByRole('button', { name: 'Sign out', exact: true }).click();
  await signIn(page);
  await expect(page.getByText('$10.00', { exact: true })).toBeVisible();
});

test('signing out everywhere ends the other browser’s login too', async ({ page, browser }) => {
  await page.goto(wallet.url);
  const device = await signUp(page);
  const context = await browser.newContext();
  const other = await context.newPage();
  await other.goto(wallet.url);
  await addAuthenticator(other, device);
  await signIn(other);
  await expect(other.getByText('$10.00', { exact: true })).toBeVisible();
  await page.getByRole('button', { name: 'Sign out everywhere' }).click();
  await expect(page.getByRole('heading', { name: /one tap/ })).toBeVisible();
  await other.reload();
  await expect(other.getByRole('heading', { name: /one tap/ })).toBeVisible();
  await context.close();
});

test('a link to a payee is paid after signing up on the spot; the receipt says what, to whom and why', async ({
  page,
}) => {
  await page.goto(`${wallet.url}/~news?amount=0.05&currency=USD&reason=A%20good%20read`);
  await expect(page.getByText('The link says: “A good read”')).toBeVisible();
  await signUp(page);
  await press(page, 'Pay 5¢');
  await expect(page.getByRole('heading', { name: 'You paid 5¢' })).toBeVisible();
  await expect(page.getByText('The page says: “A good read”')).toBeVisible();
  await expect(page.getByText('Example News')).toBeVisible();
  await page.goto(wallet.url);
  await expect(page.getByRole('link', { name: /Example News: A good read/ })).toBeVisible();
});

test('a payment that is refused says why, and leads to a question about it', async ({ page }) => {
  await page.goto(`${wallet.url}/~news?amount=29`);
  await signUp(page);
  await press(page, 'Pay $29.00');
  await expect(page.getByRole('alert')).toContainText('You were not charged.');
  await page.getByRole('link', { name: 'Ask who was to be paid' }).click();
  await expect(page.getByText('$29.00, asked for')).toBeVisible();
  await expect(page.getByLabel('What is wrong?')).toBeVisible();
});

test('a passkey dialog that is closed says so, and can be opened again', async ({ page }) => {
  await page.goto(wallet.url);
  const { session, id } = await addAuthenticator(page);
  await session.send('WebAuthn.setUserVerified', { authenticatorId: id, isUserVerified: false });
  await page.getByRole('button', { name: /^Create a wallet/ }).click();
  await expect(page.getByRole('alert')).toContainText('The passkey was not used.');
  await session.send('WebAuthn.setUserVerified', { authenticatorId: id, isUserVerified: true });
  await page.getByRole('button', { name: /^Create a wallet/ }).click();
  await expect(page.getByText('$10.00', { exact: true })).toBeVisible();
});

test('a cookie carried to another browser shows no names until a passkey is used there', async ({
  page,
  browser,
}) => {
  await page.goto(`${wallet.url}/~news?amount=0.05&reason=Secret`);
  const device = await signUp(page);
  await press(page, 'Pay 5¢');
  await expect(page.getByRole('heading', { name: 'You paid 5¢' })).toBeVisible();
  const context = await browser.newContext();
  await context.addCookies(await page.context().cookies());
  const thief = await context.newPage();
  await thief.goto(wallet.url);
  const confirm = thief.getByRole('button', { name: 'Confirm with your passkey' });
  await expect(confirm).toBeVisible();
  await expect(thief.getByText('hidden')).toBeVisible();
  expect(await thief.content()).not.toMatch(/Example News|Secret/);
  await addAuthenticator(thief, device);
  await confirm.click();
  await expect(thief.getByText('Example News: Secret')).toBeVisible();
  await context.close();
});

test('nothing is loaded from elsewhere, and no rule of the page is broken', async ({ page }) => {
  const faults: string[] = [];
  const requests: string[] = [];
  page.on('console', (message) => faults.push(message.text()));
  page.on('pageerror', ({ message }) => faults.push(message));
  page.on('request', (request) => requests.push(request.url()));
  await page.goto(`${wallet.url}/~news?amount=0.02`);
  await signUp(page);
  await press(page, 'Pay 2¢');
  await expect(page.getByRole('heading', { name: 'You paid 2¢' })).toBeVisible();
  await expect(page.getByText('Example News')).toBeVisible();
  expect(faults).toEqual([]);
  expect(requests.filter((url) => !url.startsWith(wallet.url))).toEqual([]);
});

test('by keyboard alone a payment is confirmed', async ({ page }) => {
  await page.goto(`${wallet.url}/~news?amount=0.02`);
  await signUp(page);
  const button = page.getByRole('button', { name: 'Pay 2¢' });
  await expect(async () => {
    if (await button.isVisible()) await button.press('Enter', { timeout: 1_000 });
    await expect(page.getByRole('heading', { name: 'You paid 2¢' })).toBeVisible({ timeout: 500 });
  }).toPass();
});

test.describe('on a phone', () => {
  test.use({ hasTouch: true, viewport: { width: 360, height: 740 } });

  test('a tap confirms a payment', async ({ page }) => {
    await page.goto(`${wallet.url}/~news?amount=0.02`);
    await signUp(page);
    const button = page.getByRole('button', { name: 'Pay 2¢' });
    const box = await button.boundingBox();
    await expect(async () => {
      if (await button.isVisible())
        await page.touchscreen.tap((box?.x ?? 0) + 20, (box?.y ?? 0) + 20);
      await expect(page.getByRole('heading', { name: 'You paid 2¢' })).toBeVisible({
        timeout: 500,
      });
    }).toPass();
  });

  test('nothing is wider than the screen, down to 320 px', async ({ page }) => {
    await page.setViewportSize({ width: 320, height: 640 });
    const word = 'Donaudampfschifffahrtselektrizitätenhauptbetriebswerk'.repeat(2);
    for (const path of [
      '/',
      '/~news',
      '/~news?amount=0.02',
      `/~news?amount=29.99&reason=${word}`,
      '/nothing-here',
    ]) {
      await page.goto(wallet.url + path);
      const wide = await page.evaluate(() => document.documentElement.scrollWidth);
      expect(wide, path).toBeLessThanOrEqual(320);
    }
  });
});

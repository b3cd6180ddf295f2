/** Someone who draws, with a browser and nothing else: from an empty wallet to the first tap on a page of their own. */
import { expect, test, type Page } from '@playwright/test';
import { Human } from './human.ts';
import { startStaticSite, type StaticSite } from './static-site.ts';
import {
  expectAccessible,
  press,
  signUp,
  startWallet,
  themes,
  type WalletProcess,
} from './support.ts';

let wallet: WalletProcess;
/** The creator's own */
let site: StaticSite;

test.beforeEach(async () => {
  wallet = await startWallet();
  site = await startStaticSite();
});
test.afterEach(async () => {
  site.close();
  await wallet.stop();
});

const drawings = (pasted: string, head = '') =>
  `<!doctype html><html lang="en"><meta name="viewport" content="width=device-width" /><title>Maya draws</title>${head}
   <h1>Maya draws</h1><p>A drawing every Monday.</p>${pasted}</html>`;

/** From the start page to a payee. */
async function getPaid(page: Page, human: Human, where: RegExp): Promise<void> {
  await page.goto(wallet.url);
  await human.reads(page);
  await human.presses(page.getByRole('link', { name: /Get paid here/ }));
  await human.reads(page);
  await expectAccessible(page);
  human.pressed('Create a wallet');
  await signUp(page);
  human.usedPasskey();
  await expect(page.getByRole('heading', { name: /Choose the name/ })).toBeVisible();
  await expectAccessible(page);
  await human.reads(page);
  await human.types(page.getByRole('textbox', { name: /address at this wallet/ }), 'maya-draws');
  await expect(page.getByText('~maya-draws is free.')).toBeVisible();
  await human.types(page.getByRole('textbox', { name: /people see/ }), 'Maya draws');
  await human.chooses(page.getByRole('radio', { name: where }));
  await human.presses(page.getByRole('button', { name: 'Take this name' }));
}

const snippetOn = (page: Page): Promise<string> =>
  page.getByRole('textbox', { name: 'HTML', exact: true }).inputValue();

test('a creator gets from an empty wallet to the first tap in under ten minutes, and without a shell', async ({
  page,
  context,
}) => {
  await context.grantPermissions(['clipboard-read', 'clipboard-write']);
  const human = new Human('creator');
  await getPaid(page, human, /On any page/);
  await expect(page.getByRole('heading', { name: 'Make a button' })).toBeVisible();
  await expect(page.getByText('Waiting for the first tap …')).toBeVisible();
  const preview = page.locator('[data-preview] micro-pay');
  await expect(preview.getByRole('button', { name: /Pay 5¢/ })).toBeVisible();
  await human.reads(page);
  await expectAccessible(page);
  await human.types(page.getByRole('textbox', { name: /few words/ }), 'The drawing of the week');
  await expect(preview).toHaveAttribute('amount', '0.05');
  await human.presses(page.getByRole('button', { name: 'Copy: HTML' }));
  await expect(page.getByText('Copied.')).toBeVisible();
  const copied = await page.evaluate(() => navigator.clipboard.readText());
  expect(copied).toBe(await snippetOn(page));

  site.files.set('/', drawings(copied));
  human.pasted();
  const own = await context.newPage();
  await own.goto(site.url);
  await human.reads(own);
  const button = own.locator('micro-pay');
  await human.presses(button.getByRole('button', { name: /Pay 5¢/ }));
  await human.reads(own);
  const opening = context.waitForEvent('page');
  await human.presses(own.getByRole('button', { name: 'Continue', exact: true }));
  const consent = await opening;
  await expect(consent.getByText('The page says: “The drawing of the week”')).toBeVisible();
  await expect(consent.getByText('Not verified')).toBeVisible();
  await human.reads(consent);
  human.pressed('Allow');
  await press(consent, /^Allow/);
  await expect(button).toHaveAttribute('state', 'paid');
  await human.reads(own);

  const words = 'The first tap is here: your button works.';
  await expect(page.getByRole('status').filter({ hasText: words })).toBeVisible();
  await expect(page.getByText('5¢ came in, by your own tap.')).toHaveCount(1);
  await human.reads(page);
  await expectAccessible(page);
  expect(human.total).toBeLessThan(600);
  human.tells();
});

test('the button in the maker is the real one, and pays nothing', async ({ page }) => {
  await getPaid(page, new Human(), /On any page/);
  const preview = page.locator('[data-preview] micro-pay');
  await expect(preview.getByRole('button', { name: /Pay 5¢/ })).toBeVisible();
  const faults: string[] = [];
  const asked: string[] = [];
  let windows = 0;
  page.on('console', (message) => faults.push(message.text()));
  page.on('pageerror', ({ message }) => faults.push(message));
  page.on('request', (request) => asked.push(new URL(request.url()).pathname));
  page.context().on('page', () => windows++);
  await preview.getByRole('button', { name: /Pay 5¢/ }).click();
  await expect(page.getByText('only to look at: nothing is paid here')).toBeVisible();
  await preview.getByRole('button', { name: /Pay 5¢/ }).focus();
  await page.keyboard.press('Enter');
  await page.keyboard.press('Space');
  await page.locator('input[name=background]').fill('#ffeeaa');
  await expect(page.getByText(/hard to tell apart: 1\.\d to 1/)).toBeVisible();
  await page.locator('input[name=color]').fill('#222222');
  await expect(page.getByText(/hard to tell apart/)).toHaveCount(0);
  const background = preview
    .getByRole('button', { name: /Pay 5¢/ })
    .evaluate((element) => getComputedStyle(element).backgroundColor);
  expect(await background).toBe('rgb(255, 238, 170)');
  expect(await snippetOn(page)).toContain('--micro-pay-background: #ffeeaa');
  await page.getByRole('textbox', { name: /Price/ }).fill('0.50');
  await expect(page.getByText(/A tap takes 25¢ at most/)).toBeVisible();
  expect(asked.filter((path) => /^\/(connect|pay)(\/|$)/.test(path))).toEqual([]);
  expect([windows, faults]).toEqual([0, []]);
});

test('a site that says whose it is is verified, and its button is shown so', async ({
  page,
  context,
}) => {
  const human = new Human();
  await getPaid(page, human, /Only on my own sites/);
  await expect(page.getByRole('heading', { name: 'Sites', exact: true })).toBeVisible();
  await expectAccessible(page);
  site.files.set('/', drawings(''));
  await human.types(page.getByRole('textbox', { name: 'Add a site' }), site.url);
  await human.presses(page.getByRole('button', { name: 'Look at it' }));
  await expect(page.getByRole('heading', { name: site.url })).toBeVisible();
  await expect(page.getByText('Its buttons can’t ask for anything yet')).toBeVisible();
  await expectAccessible(page);
  const line = await page.getByRole('textbox', { name: 'The line' }).inputValue();
  site.files.set('/', drawings('', line));
  human.pasted();
  await human.presses(page.getByRole('button', { name: /Look again/ }));
  await expect(page.getByText('Verified by a line in its start page')).toBeVisible();
  await expectAccessible(page);

  await human.presses(page.getByRole('link', { name: 'Buttons' }));
  site.files.set('/', drawings(await snippetOn(page), line));
  const own = await context.newPage();
  await own.goto(site.url);
  await own
    .locator('micro-pay')
    .getByRole('button', { name: /Pay 5¢/ })
    .click();
  const opening = context.waitForEvent('page');
  await own.getByRole('button', { name: 'Continue', exact: true }).click();
  const consent = await opening;
  await expect(consent.getByText(`Verified for ${new URL(site.url).host}`)).toBeVisible();
});

test('a key is made in the browser: its file has the private half, and nothing else does', async ({
  page,
}) => {
  await getPaid(page, new Human(), /On any page/);
  await page.getByRole('link', { name: 'Keys' }).click();
  await expectAccessible(page);
  const sent: string[] = [];
  page.on('request', (request) => sent.push(request.url() + (request.postData() ?? '')));
  const saving = page.waitForEvent('download');
  await page.getByRole('button', { name: 'Make a key here' }).click();
  const file = await saving;
  expect(file.suggestedFilename()).toBe('payee-key.json');
  const chunks: Buffer[] = [];
  for await (const chunk of await file.createReadStream()) chunks.push(chunk as Buffer);
  const key = JSON.parse(Buffer.concat(chunks).toString()) as Record<string, string>;
  expect(Object.keys(key)).toEqual(['kty', 'crv', 'x', 'd']);
  await page.getByRole('button', { name: 'Add this key' }).click();
  await expect(page.getByText(key['x'] ?? '', { exact: true })).toBeVisible();
  expect(sent.some((text) => text.includes(key['x'] ?? '-'))).toBe(true);
  expect(sent.some((text) => text.includes(key['d'] ?? '-'))).toBe(false);
});

test('axe finds nothing on any page of a payee, in any theme, on a phone', async ({ page }) => {
  await page.setViewportSize({ width: 360, height: 740 });
  await page.goto(`${wallet.url}/payee`);
  for (const theme of themes) {
    await page.emulateMedia(theme);
    await expectAccessible(page);
  }
  await getPaid(page, new Human(), /On any page/);
  await expect(page.getByRole('heading', { name: 'Make a button' })).toBeVisible();
  for (const path of [
    '',
    '/maya-draws',
    '/maya-draws/snippets',
    '/maya-draws/sites',
    '/maya-draws/keys',
    '/new',
  ]) {
    await page.goto(`${wallet.url}/payee${path}`);
    for (const theme of themes) {
      await page.emulateMedia(theme);
      await expectAccessible(page);
    }
    const wider = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
    expect([path, wider]).toEqual([path, 0]);
  }
});

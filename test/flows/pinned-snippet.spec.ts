/** What the snippet maker gives for one version only: it pays by one file, and a file that the wallet changed doesn't run. */
import { expect, test, type Page } from '@playwright/test';
import { pinned } from '../../scripts/pinned.mjs';
import { made, plainPage, startHost, type Host } from './renderings.ts';
import { becomePayee, startWallet, type WalletProcess } from './support.ts';
import { books, buttons, firstTap } from './town.ts';

let wallet: WalletProcess;
let host: Host;
/** Where the wallet serves it */
let file: string;
test.beforeEach(async ({ page }) => {
  wallet = await startWallet();
  host = await startHost(wallet);
  const [version] = pinned();
  file = `${wallet.url}/${version?.name}`;
  await becomePayee(page, wallet);
  const choice = { kind: 'tip', amount: '0.05', reason: 'A wren', load: 'pinned' };
  const snippet = await made(page, wallet, choice);
  expect(snippet).toContain(`src="${file}" integrity="${version?.integrity}" crossorigin`);
  host.files['/'] = plainPage(snippet);
});
test.afterEach(async () => {
  host.close();
  await wallet.stop();
});

test('it pays, by one file', async ({ browser }) => {
  const reader = await (await browser.newContext()).newPage();
  const scripts: string[] = [];
  reader.on('request', (request) => {
    if (request.resourceType() === 'script') scripts.push(request.url());
  });
  await reader.goto(host.site);
  await firstTap(reader, buttons(reader));
  await expect(buttons(reader)).toHaveAttribute('state', 'paid');
  expect(scripts).toEqual([file]);
  expect(await books(wallet)).toHaveLength(1);
  await reader.context().close();
});

/** The wallet serves something else under its name. */
async function change(page: Page): Promise<void> {
  await page.route(file, async (route) => {
    const response = await route.fetch();
    await route.fulfill({ response, body: `${await response.text()}\nwindow.tampered = true;` });
  });
}

// Red without: wallet/src/snippet.ts: `integrity="${pinned.integrity}"`,
test('T19 a file that the wallet changed does not run, and the link pays', async ({ page }) => {
  await change(page);
  const refused = page.waitForEvent('console', (line) => /integrity/i.test(line.text()));
  await page.goto(host.site);
  expect((await refused).type()).toBe('error');
  expect(await page.evaluate(() => customElements.get('micro-pay') !== undefined)).toBe(false);
  expect(await page.evaluate(() => Reflect.get(globalThis, 'tampered'))).toBeUndefined();
  await page.getByRole('link', { name: 'Tip 5¢' }).click();
  await expect(page).toHaveURL(`${wallet.url}/~maya?amount=0.05&currency=USD&reason=A+wren`);
});

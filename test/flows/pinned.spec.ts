/** The paste-a-tag file of one version, tied to its hash: it pays, and a file that was tampered with doesn't run. */
import { expect, test, type Page } from '@playwright/test';
import { pinned } from '../../scripts/pinned.mjs';
import { books, buttons, firstTap, startTown, type Town } from './town.ts';

let town: Town;
test.beforeEach(async () => {
  town = await startTown();
});
test.afterEach(() => town.close());

const [file = { name: '', tag: '' }] = pinned();

/** The tip page, with the printed tag instead of its own script. @param changed what the file's server adds to it */
async function openPinned(page: Page, changed = ''): Promise<void> {
  const attributes = [...file.tag.matchAll(/([a-z]+)="([^"]+)"/g)].map(([, ...pair]) => pair);
  // The page itself comes as it is: one that a test answers may not call this machine's wallet.
  await page.route(`${town.tips}/micro-pay.js`, (route) =>
    route.fulfill({
      contentType: 'text/javascript',
      body: `const tag = document.createElement('script');
        for (const pair of ${JSON.stringify(attributes)}) tag.setAttribute(...pair);
        document.head.append(tag);`,
    }),
  );
  await page.route(`${town.tips}/${file.name}`, async (route) => {
    const answer = await route.fetch();
    await route.fulfill({ response: answer, body: (await answer.text()) + changed });
  });
  await page.goto(town.tips);
}

const isDefined = (page: Page): Promise<boolean> =>
  page.evaluate(() => customElements.get('micro-pay') !== undefined);

test('a pinned file is one request, and takes a tip', async ({ page }) => {
  const scripts: string[] = [];
  page.on('request', (request) => {
    const { origin, pathname } = new URL(request.url());
    if (origin === town.tips && pathname.endsWith('.js')) scripts.push(pathname);
  });
  await openPinned(page);
  await firstTap(page, buttons(page).nth(0));
  await expect(buttons(page).nth(0)).toHaveAttribute('state', 'paid');
  expect(scripts).toEqual(['/micro-pay.js', `/${file.name}`]);
  expect(await books(town.wallet)).toHaveLength(1);
});

// Red without: scripts/pinned.mjs: `integrity="${integrity}"`,
test('T19 a pinned file that was tampered with does not run, and the link pays', async ({
  page,
}) => {
  const refused = page.waitForEvent('console', (line) => /integrity/i.test(line.text()));
  await openPinned(page, '\nwindow.tampered = true;');
  expect((await refused).type()).toBe('error');
  expect(await isDefined(page)).toBe(false);
  expect(await page.evaluate(() => Reflect.get(globalThis, 'tampered'))).toBeUndefined();
  const link = page.getByRole('link', { name: 'Tip 2¢' });
  await expect(link).toHaveAttribute('href', /~maya\?amount=0\.02/);
});

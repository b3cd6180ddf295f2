// Draws the wallet's snippet as it stands on a plain page, among fifty tags and under hostile CSS: at rest, asking, and with its
// receipt open: contact-sheet/renderings/<page>-<step>-<width>.png. Build first.
import { mkdirSync, rmSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { chromium } from 'playwright';
import { launchOptions } from './browser.mjs';
import {
  crowdedPage,
  hostileCss,
  makeAll,
  plainPage,
  startHost,
  styledPage,
} from '../test/flows/renderings.ts';
import { signUp, startWallet } from '../test/flows/support.ts';
import { allow, buttons, tap } from '../test/flows/town.ts';

const folder = fileURLToPath(new URL('../contact-sheet/renderings/', import.meta.url));

rmSync(folder, { recursive: true, force: true });
mkdirSync(folder, { recursive: true });
const browser = await chromium.launch(launchOptions());
const wallet = await startWallet();
const host = await startHost(wallet);
try {
  const snippets = await makeAll(await browser.newPage(), wallet);
  const [snippet = ''] = snippets;
  const pages = {
    plain: plainPage(snippet),
    fifty: crowdedPage(snippets),
    hostile: styledPage(snippet, hostileCss),
  };
  for (const [name, html] of Object.entries(pages)) {
    host.files['/'] = html;
    const page = await (await browser.newContext({ reducedMotion: 'reduce' })).newPage();
    const draw = async (step) => {
      for (const width of [360, 1280]) {
        await page.setViewportSize({ width, height: 720 });
        await page.screenshot({ path: `${folder}${name}-${step}-${width}.png` });
      }
    };
    const button = buttons(page).first();
    await page.setViewportSize({ width: 360, height: 720 });
    await page.goto(host.site);
    await button.and(page.locator('[state=ready]')).waitFor();
    await draw('rest');
    await tap(button);
    await page.getByRole('button', { name: 'Continue', exact: true }).waitFor();
    await draw('asking');
    const opening = page.context().waitForEvent('page');
    await page.getByRole('button', { name: 'Continue', exact: true }).click();
    const consent = await opening;
    await signUp(consent);
    await allow(consent);
    await button.and(page.locator('[state=paid]')).waitFor();
    await draw('paid');
    await button.getByRole('button', { name: /Paid/ }).click();
    await button.getByRole('dialog').waitFor();
    await draw('receipt');
    await page.context().close();
    console.log(`contact-sheet/renderings/${name}-*.png`);
  }
} finally {
  host.close();
  await browser.close();
  await wallet.stop();
}

/** A page that hides what its button is, or shows it in a stranger's frame: no more goes than was allowed, and to nobody else. */
import { readFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { fileURLToPath } from 'node:url';
import { chromium, expect, test, type Page } from '@playwright/test';
import { launchOptions } from '../../scripts/browser.mjs';
import { parseReceipt } from '../../src/protocol/index.ts';
import { startWallet, type WalletProcess } from './support.ts';
import { books, buttons, firstTap } from './town.ts';

const dist = fileURLToPath(new URL('../../dist/', import.meta.url));

let wallet: WalletProcess;
let server: Server;
/** The page with the buttons, and a stranger's with that page in a frame; what else is there, by path */
let [site, evil] = ['', ''];
test.beforeEach(async () => {
  wallet = await startWallet();
  await wallet.run('payee', 'add', 'maya', '--open', '--issuer', wallet.url);
  server = createServer(({ url = '' }, response) => {
    const isScript = url.endsWith('.js');
    response.setHeader('content-type', isScript ? 'text/javascript' : 'text/html');
    if (isScript) return response.end(readFileSync(dist + url));
    response.end(url === '/frame' ? framing : tipPage(url.slice(1)));
  }).listen(0, '127.0.0.1');
  await new Promise((listening) => server.once('listening', listening));
  const { port } = server.address() as AddressInfo;
  site = `http://maya.localhost:${port}`;
  evil = `http://evil.localhost:${port}`;
});
test.afterEach(async () => {
  server.closeAllConnections();
  server.close();
  await wallet.stop();
});

/** Fourteen tips of 10¢, each in a box of its own; what hides them comes after the first. */
const tipPage = (hide: string): string =>
  `<!doctype html><html lang="en"><title>Tips</title><script type="module" src="/micro-pay.js"></script>
   <style>
     div { position: relative; min-height: 24em; }
     .covered div:nth-of-type(n + 2)::after {
       content: 'Continue reading, for nothing'; position: absolute; inset: 0; background: white; pointer-events: none;
     }
     .clear div:nth-of-type(n + 2) { opacity: 0.01; }
     .blurred div:nth-of-type(n + 2) { filter: blur(9px); }
   </style><body class="${hide}">${Array.from(
     { length: 14 },
     (_, i) =>
       `<div><micro-pay to="${wallet.url}/~maya" amount="0.10" currency="USD" reason="Tip ${i}"></micro-pay></div>`,
   ).join('')}</html>`;
const framing = `<!doctype html><html lang="en"><title>Evil</title><p>Click to win</p><script>
  document.body.append(Object.assign(document.createElement('iframe'), {
    src: location.origin.replace('evil', 'maya') + '/', style: 'opacity: 0.01; width: 600px; height: 500px',
  }));
</script></html>`;

/** A real click on where the button is, whatever is seen there, until the button has said something. */
async function clickAt(page: Page, i: number): Promise<string> {
  const button = buttons(page).nth(i);
  await button.scrollIntoViewIfNeeded();
  const box = await button.getByRole('button', { name: /Pay 10¢/ }).boundingBox();
  if (!box) throw new Error('no button is there');
  await page.mouse.click(box.x + box.width / 2, box.y + box.height / 2);
  await expect(button).toHaveAttribute('state', /paid|approve|failed|offline/);
  return (await button.getAttribute('state')) ?? '';
}

const spent = async (): Promise<number> =>
  (await books(wallet))
    .map(({ receipt }) => parseReceipt(receipt, 'internal-error').receipt)
    .reduce((sum, { amt, aud }) => sum + (aud === `${wallet.url}/~maya` ? Number(amt) : NaN), 0);

// Red without: src/client/later/caps.ts: if (use.today + price > BigInt(caps.day)) return ['day', caps.day];
for (const hide of ['covered', 'clear', 'blurred'])
  test(`T9 a button that is ${hide} takes what was allowed for a day and no more, and says so`, async ({
    page,
    context,
  }) => {
    await page.goto(`${site}/${hide}`);
    await firstTap(page, buttons(page).first());
    await expect(buttons(page).first()).toHaveAttribute('state', 'paid');
    let windows = 0;
    context.on('page', () => (windows += 1));
    const states: string[] = [];
    for (let i = 1; i < 14; i += 1) states.push(await clickAt(page, i));
    expect(states).toEqual([
      ...Array.from({ length: 9 }, () => 'paid'),
      ...Array.from({ length: 4 }, () => 'approve'),
    ]);
    expect(await spent()).toBe(100);
    // Nobody is led to the wallet by a click that was meant for something else.
    expect(windows).toBe(0);
  });

test('T9 a page in a stranger’s frame has no approval there: its button asks, and pays nothing', async () => {
  const { args, ...launch } = launchOptions();
  // Playwright switches off what every browser has today: a site's storage is another one in another site's page.
  const browser = await chromium.launch({ ...launch, args: [...args, '--disable-features=none'] });
  const page = await browser.newPage();
  await page.goto(site);
  await firstTap(page, buttons(page).first());
  await expect(buttons(page).first()).toHaveAttribute('state', 'paid');
  await page.goto(`${evil}/frame`);
  const framed = page.frameLocator('iframe').locator('micro-pay').nth(1);
  await framed.getByRole('button', { name: /Pay 10¢/ }).click();
  await expect(framed).toHaveAttribute('state', 'approve');
  expect(await spent()).toBe(10);
  await browser.close();
});

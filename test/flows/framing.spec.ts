/** The wallet in a frame of a stranger's page: no engine shows it. */
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, test } from '@playwright/test';
import { hasFirefox, startFirefox } from './drivers/firefox.ts';
import { hasWebKit, startWebKit } from './drivers/webkit.ts';
import { startProxy, type Proxy } from './proxy.ts';
import { startWallet, type WalletProcess } from './support.ts';

let proxy: Proxy;
let wallet: WalletProcess;
let evil: Server;
let evilUrl: string;
test.beforeEach(async () => {
  proxy = await startProxy();
  wallet = await startWallet(['--issuer', proxy.url, '--port', String(proxy.upstream)]);
  evil = createServer((_request, response) => {
    response.setHeader('content-type', 'text/html');
    response.end(
      `<!doctype html><title>Evil</title><iframe src="${proxy.url}/" onload="framed = true"></iframe>`,
    );
  }).listen(0, '127.0.0.1');
  await new Promise((done) => evil.once('listening', done));
  evilUrl = `http://127.0.0.1:${(evil.address() as AddressInfo).port}`;
});
test.afterEach(async () => {
  evil.closeAllConnections();
  evil.close();
  await wallet.stop();
  await proxy.close();
});

/** A page that is shown asks for its style sheet; one that is refused does not. */
const shown = () => proxy.paths.some((path) => path.startsWith('/assets/'));

const engines = [
  { name: 'Firefox', there: hasFirefox, start: startFirefox },
  { name: 'WebKit', there: hasWebKit, start: startWebKit },
];

test('T7 Chromium does not show the wallet in a frame', async ({ page }) => {
  await page.goto(evilUrl);
  await expect.poll(() => proxy.paths).toContain('/');
  await page.waitForFunction('window.framed');
  expect(shown()).toBe(false);
  await page.goto(proxy.url);
  expect(shown()).toBe(true);
});

for (const { name, there, start } of engines)
  test(`T7 ${name} does not show the wallet in a frame`, async () => {
    test.skip(!there, `skipped: no ${name}`);
    const browser = await start();
    try {
      await browser.open(evilUrl);
      await expect.poll(() => proxy.paths).toContain('/');
      expect(shown()).toBe(false);
      await browser.open(proxy.url);
      await expect.poll(shown).toBe(true);
    } finally {
      await browser.close();
    }
  });

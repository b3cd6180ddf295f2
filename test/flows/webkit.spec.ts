/** In WebKit: the element renders, makes its key, and its redirect reaches the wallet's page. WebKitGTK has no passkeys to go on with. */
import { expect, test } from '@playwright/test';
import { press, until } from './drivers/driver.ts';
import { tryKeys } from './drivers/page-scripts.ts';
import { hasWebKit, startWebKit } from './drivers/webkit.ts';
import { startTown } from './town.ts';

test('T1 WebKit renders the button, makes a key that nobody can take out, and reaches the wallet by redirect', async () => {
  test.skip(!hasWebKit, 'skipped: no WebKit');
  const town = await startTown();
  const webkit = await startWebKit();
  try {
    await webkit.open(town.tips);
    await until(
      webkit,
      `return document.querySelector('micro-pay').shadowRoot.querySelector('button')`,
    );
    await webkit.run(
      `document.querySelector('micro-pay').setAttribute('mode', 'redirect'); arguments[0]();`,
    );
    await press(webkit, 'Pay 2¢');
    await press(webkit, 'Continue');
    await until(webkit, `return location.pathname === '/connect/start'`);
    await until(webkit, `return document.body.textContent.includes('The page says')`);
    expect(new URL(await webkit.address()).origin).toBe(town.wallet.url);
    await webkit.open(town.tips);
    expect(await webkit.run(tryKeys)).toEqual({
      keys: 1,
      refusals: ['InvalidAccessError', 'InvalidAccessError'],
    });
  } finally {
    await webkit.close();
    await town.close();
  }
});

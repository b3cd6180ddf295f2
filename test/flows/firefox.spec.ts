/** In Firefox: the element renders, makes its key, and pays by redirect, with a passkey of Firefox's own virtual authenticator. */
import { expect, test } from '@playwright/test';
import { press, until } from './drivers/driver.ts';
import { hasFirefox, startFirefox } from './drivers/firefox.ts';
import { tryKeys } from './drivers/page-scripts.ts';
import { books, startTown } from './town.ts';

test('T1 Firefox pays by redirect, and keeps a key that nobody can take out', async () => {
  test.skip(!hasFirefox, 'skipped: no Firefox');
  const town = await startTown();
  const firefox = await startFirefox();
  try {
    await firefox.open(town.tips);
    await until(
      firefox,
      `return document.querySelector('micro-pay').shadowRoot.querySelector('button')`,
    );
    await firefox.run(
      `document.querySelector('micro-pay').setAttribute('mode', 'redirect'); arguments[0]();`,
    );
    await press(firefox, 'Pay 2¢');
    await press(firefox, 'Continue');
    await until(firefox, `return location.pathname === '/connect/start'`);
    await firefox.addPasskeys();
    await press(firefox, 'Create a wallet with a passkey');
    await until(firefox, `return document.querySelector('[data-gate]')`);
    // The button wakes for a pointer that moves after 600 ms; whoever is early moves again.
    const awake = `arguments[0](document.querySelector('[data-gate]').ariaDisabled === 'false')`;
    do await firefox.click(`return document.querySelector('h1')`);
    while (!(await firefox.run(awake)));
    await press(firefox, 'Allow and pay 2¢');
    await until(
      firefox,
      `return document.querySelector('micro-pay')?.getAttribute('state') === 'paid'`,
    );
    expect(await firefox.address()).toBe(`${town.tips}/`);
    expect(await firefox.run(tryKeys)).toEqual({
      keys: 1,
      refusals: ['InvalidAccessError', 'InvalidAccessError'],
    });
    expect(await books(town.wallet)).toHaveLength(1);
  } finally {
    await firefox.close();
    await town.close();
  }
});

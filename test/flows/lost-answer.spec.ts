/** The worst moment: the wallet has debited, its answer is lost, and it dies. */
import { expect, test } from '@playwright/test';
import { startProxy, type Proxy } from './proxy.ts';
import { books, buttons, firstTap, startTown, tap, type Town } from './town.ts';

let town: Town;
let proxy: Proxy;
test.beforeEach(async () => {
  proxy = await startProxy();
  town = await startTown({ behind: { issuer: proxy.url, port: proxy.upstream } });
});
test.afterEach(async () => {
  await proxy.close();
  await town.close();
});

test('an answer swallowed after the debit, and a wallet killed: the same tap ends with one debit and the same receipt, byte for byte', async ({
  page,
}) => {
  await page.goto(town.tips);
  const button = buttons(page).nth(0);
  await firstTap(page, button);
  await expect(button).toHaveAttribute('state', 'paid');
  await page.reload();

  // It may ask again as soon as the wallet is back: whoever listens later would miss it.
  const paid = button.evaluate(
    (element) =>
      new Promise<string>((resolve) =>
        element.addEventListener('micro-pay-paid', (event) =>
          resolve((event as CustomEvent<{ text: string }>).detail.text),
        ),
      ),
  );
  proxy.swallow('/pay', town.wallet.kill);
  await tap(button);
  await expect.poll(() => proxy.swallowed.length).toBe(1);
  await town.wallet.restart();
  // It asks again by itself; a person who taps meanwhile asks for the same thing.
  await expect(async () => {
    if ((await button.getAttribute('state')) !== 'paid') await tap(button);
    await expect(button).toHaveAttribute('state', 'paid', { timeout: 2_000 });
  }).toPass();

  const charges = await books(town.wallet);
  expect(charges).toHaveLength(2);
  const { receipt } = JSON.parse(proxy.swallowed[0] ?? '') as { receipt: string };
  expect(charges.map((charge) => charge.receipt)).toContain(receipt);
  expect(await paid).toBe(receipt);
});

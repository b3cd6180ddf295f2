/** The consent page in a window that a site opened: it answers that site, and no stolen click presses its button. */
import { expect, test, type BrowserContext, type Page } from '@playwright/test';
import { openConsent, startNews, type News } from './news.ts';
import { press, signUp } from './support.ts';

let news: News;
test.beforeAll(async () => {
  news = await startNews();
});
test.afterAll(() => news.close());

const heard = (shop: Page): Promise<unknown> => shop.evaluate(() => Reflect.get(window, 'heard'));
const closed = (popup: Page): Promise<unknown> =>
  popup.isClosed() ? Promise.resolve() : popup.waitForEvent('close');

test('a stranger signs up inside the window, allows, and the site hears it; eight requests, 40 kB', async ({
  context,
}) => {
  const { shop, popup } = await openConsent(news, context);
  const network = await context.newCDPSession(popup);
  await network.send('Network.enable');
  const sizes: number[] = [];
  // What comes from the cache has no size.
  network.on('Network.loadingFinished', ({ encodedDataLength }) => {
    if (encodedDataLength > 0) sizes.push(encodedDataLength);
  });
  await popup.reload();
  await signUp(popup);
  await popup.getByRole('checkbox').check();
  const closing = closed(popup);
  await press(popup, 'Allow and pay 2¢');
  await closing;
  await expect.poll(() => heard(shop)).toHaveLength(1);
  expect(await heard(shop)).toEqual([
    {
      origin: news.wallet.url,
      data: {
        type: 'micropay-connect',
        nonce: expect.stringMatching(/^nonce_/),
        hash: expect.stringMatching(/^[\w-]{43}$/),
        interact_ref: expect.stringMatching(/^[\w-]{43}$/),
      },
    },
  ]);
  expect(sizes.length).toBeLessThanOrEqual(8);
  expect(sizes.reduce((sum, size) => sum + size, 0)).toBeLessThanOrEqual(40_000);
});

test('who says no is asked nothing more, and the site hears it', async ({ context }) => {
  const { shop, popup } = await openConsent(news, context);
  const closing = closed(popup);
  await popup.getByRole('button', { name: 'Don’t allow' }).click();
  await closing;
  await expect.poll(() => heard(shop)).toMatchObject([{ data: { error: 'denied' } }]);
});

test('both answers look alike: same size, same weight', async ({ context }) => {
  const { popup } = await openConsent(news, context);
  await signUp(popup);
  const looks = await popup.locator('.answer').evaluateAll((buttons) =>
    buttons.map((button) => {
      const { width, height } = button.getBoundingClientRect();
      const { fontSize, fontWeight, borderWidth, opacity } = getComputedStyle(button);
      return {
        width: Math.round(width),
        height: Math.round(height),
        fontSize,
        fontWeight,
        borderWidth,
        opacity,
      };
    }),
  );
  expect(looks).toHaveLength(2);
  expect(looks[0]).toEqual(looks[1]);
});

test('it says what is set aside for later taps, as much as each choice lets', async ({
  context,
}) => {
  const { popup } = await openConsent(news, context);
  await signUp(popup);
  await expect(popup.getByText(/set aside for your next taps here, for a day/)).toContainText(
    '20¢ at $1.00 a day; 40¢ at $2.00 or $5.00 a day. What they don’t use is yours again',
  );
});

test('without the line about delivery nothing is sent', async ({ context }) => {
  const { shop, popup } = await openConsent(news, context);
  await signUp(popup);
  await expect(popup.getByRole('checkbox')).not.toBeChecked();
  await press(popup, 'Allow and pay 2¢');
  expect(
    await popup.getByRole('checkbox').evaluate((box: HTMLInputElement) => box.validity.valid),
  ).toBe(false);
  expect(await heard(shop)).toEqual([]);
});

test('a window whose opener is gone says where to go on', async ({ context }) => {
  const { shop, popup } = await openConsent(news, context);
  await signUp(popup);
  await shop.close();
  await popup.getByRole('checkbox').check();
  await press(popup, 'Allow and pay 2¢');
  await expect(popup.getByRole('alert')).toContainText('Go back to the page you came from');
});

test.describe('T8 a click that was meant for something else', () => {
  /** The page with its own time standing still, ready to be allowed. */
  async function ready(
    context: BrowserContext,
  ): Promise<{ shop: Page; popup: Page; at: { x: number; y: number } }> {
    const { shop, popup } = await openConsent(news, context);
    await signUp(popup);
    await popup.clock.install();
    await popup.reload();
    await popup.clock.pauseAt(Date.now() + 60_000);
    await popup.getByRole('checkbox').check();
    const button = popup.getByRole('button', { name: /^Allow/ });
    await button.scrollIntoViewIfNeeded();
    const box = await button.boundingBox();
    if (!box) throw new Error('The button is there.');
    // Brought to the front again: whatever moved before counts no more.
    await popup.evaluate(() => {
      Object.assign(window, { sent: 0 });
      window.addEventListener('submit', () => Object.assign(window, { sent: 1 }), true);
      window.dispatchEvent(new Event('focus'));
    });
    return { shop, popup, at: { x: box.x + 20, y: box.y + 20 } };
  }
  /** The form is sent within the click, or not at all. */
  const sent = (popup: Page): Promise<unknown> => popup.evaluate(() => Reflect.get(window, 'sent'));

  // Red without: wallet/src/pages/scripts/gate.ts: if (!event.isTrusted || performance.now() - since < deadMs) return;
  test('T8 comes too early: within 600 ms the button is dead', async ({ context }) => {
    const { popup, at } = await ready(context);
    await popup.clock.runFor(599);
    await popup.mouse.click(at.x, at.y);
    await expect(popup.getByRole('button', { name: /^Allow/ })).toHaveAttribute(
      'aria-disabled',
      'true',
    );
    expect(await sent(popup)).toBe(0);
  });

  // Red without: wallet/src/pages/scripts/gate.ts: if (!alive || !event.isTrusted) return wake(event);
  test('T8 comes without a sign of a person: no pointer moved, no key was pressed', async ({
    context,
  }) => {
    const { popup, at } = await ready(context);
    await popup.mouse.move(at.x, at.y);
    await popup.evaluate(() => window.dispatchEvent(new Event('focus')));
    await popup.clock.runFor(5_000);
    await popup.mouse.down();
    await popup.mouse.up();
    expect(await sent(popup)).toBe(0);
    await expect(popup.getByRole('alert')).toHaveText('Please press the button once more.');
    await popup.mouse.move(at.x + 5, at.y);
    await popup.mouse.down();
    await popup.mouse.up();
    expect(await sent(popup)).toBe(1);
  });

  // Red without: wallet/src/pages/scripts/gate.ts: if (event.detail > 1) return stop(event);
  test('T8 is the second half of a double click', async ({ context }) => {
    const { popup, at } = await ready(context);
    await popup.clock.runFor(5_000);
    await popup.mouse.move(at.x, at.y);
    await popup.mouse.down({ clickCount: 2 });
    await popup.mouse.up({ clickCount: 2 });
    expect(await sent(popup)).toBe(0);
  });

  test('has no button in focus to be pressed by a key', async ({ context }) => {
    const { popup } = await openConsent(news, context);
    await signUp(popup);
    await popup.reload();
    expect(await popup.evaluate(() => document.activeElement?.tagName)).toBe('BODY');
  });
});

test('a page of the wallet shows nothing inside another page', async ({ page }) => {
  await page.goto(`${news.site}/framing`);
  await expect.poll(() => page.frames()[1]?.url()).toMatch(/^chrome-error:/);
});

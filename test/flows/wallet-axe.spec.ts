/** axe on every page of the wallet, in each theme. */
import { expect, test } from '@playwright/test';
import { expectAccessible, press, signUp, themes } from './support.ts';
import { openConsent, startNews, type News } from './news.ts';

// A theme is a test of its own with a wallet of its own, so that they can run side by side.
test.describe.configure({ mode: 'parallel' });

let news: News;
test.beforeAll(async () => {
  news = await startNews();
});
test.afterAll(() => news.close());

for (const theme of themes)
  test(`axe finds nothing on any page: ${theme.colorScheme}, forced colours ${theme.forcedColors}`, async ({
    context,
  }) => {
    const { popup } = await openConsent(news, context);
    await popup.emulateMedia(theme);
    const { url } = news.wallet;
    const consent = popup.url();
    await expectAccessible(popup);
    for (const path of ['/', '/~news', '/~news?amount=0.02', '/nothing-here']) {
      await popup.goto(url + path);
      await expectAccessible(popup);
    }
    await popup.goto(`${url}/~news?amount=0.02`);
    await signUp(popup);
    await expectAccessible(popup);
    await press(popup, 'Pay 2¢');
    await expect(popup.getByRole('heading', { name: 'You paid 2¢' })).toBeVisible();
    await expect(popup.getByText('Example News')).toBeVisible();
    await expectAccessible(popup);
    await popup.goto(url);
    await expect(popup.getByText('Example News')).toBeVisible();
    await expectAccessible(popup);
    await popup.goto(consent);
    await expectAccessible(popup);
  });

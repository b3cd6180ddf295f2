/** A session, as a reader lives it: one yes, then ten articles while the wallet is away, and one transfer for all of them. */
import { statSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test, type Page, type Request } from '@playwright/test';
import { books, buttons, firstTap, rowsIn, startTown, tap, tapsOf, type Town } from './town.ts';

let town: Town;
test.beforeEach(async () => {
  test.slow();
  town = await startTown();
});
test.afterEach(() => town.close());

/** What the hold that comes with a consent covers: a fifth of the day's dollar, at 2¢ each. */
const covered = 10;
const charge = { code: 'charge', amount: 20_000 };
const hold = { code: 'hold', amount: 200_000 };

/** All that moved for this newspaper, in the wallet's own file. */
const transfers = () =>
  rowsIn(
    join(town.wallet.data, 'wallet.sqlite'),
    `select code, amount from transfers where code <> 'sign-up' order by at, rowid`,
  ).map((row) => ({ ...row }));

/** The first article, by the wallet's window; then something is held for the newspaper. */
async function firstArticle(page: Page): Promise<void> {
  await page.goto(town.articles);
  const answered = page.waitForResponse(`${town.wallet.url}/connect/continue`);
  await firstTap(page, buttons(page).nth(0));
  expect(await (await answered).json()).toMatchObject({ session: expect.any(String) });
  await page.waitForURL('**/articles/1');
  expect(transfers()).toEqual([charge, hold]);
}

/** What the page itself asks for, of the newspaper's articles and of the wallet; opening an article is a navigation. */
function listen(page: Page): Request[] {
  const asked: Request[] = [];
  page.on('request', (request) => {
    const { origin, pathname } = new URL(request.url());
    const isArticle = origin === town.articles && pathname.startsWith('/articles/');
    const isWallet = origin === town.wallet.url;
    if (isWallet || (isArticle && !request.isNavigationRequest())) asked.push(request);
  });
  return asked;
}

const named = (request: Request): string =>
  `${request.method()} ${request.url().replace(town.articles, '').replace(town.wallet.url, 'wallet')}`;

/** Taps the button of an article on the front page, and reads it. */
async function read(page: Page, id: number): Promise<void> {
  await page.goto(town.articles);
  await tap(buttons(page).nth(id - 1));
  await isOpen(page, id);
}

async function isOpen(page: Page, id: number): Promise<void> {
  await page.waitForURL(`**/articles/${id}`);
  await expect(page.locator('article.full .back')).toBeVisible();
  await expect(page.locator('micro-pay')).toHaveCount(0);
}

test('ten articles are read by one request each while the wallet is away and the newspaper starts anew, and are settled in one transfer', async ({
  page,
  context,
}) => {
  await firstArticle(page);
  await town.wallet.kill();
  let windows = 0;
  context.on('page', () => windows++);
  const asked = listen(page);
  for (let taps = 1; taps <= covered; taps++) {
    if (taps === covered / 2) await town.restartArticles();
    asked.length = 0;
    await read(page, taps + 1);
    expect(asked.map(named)).toEqual([`GET /articles/${taps + 1}`]);
    expect((await asked[0]?.allHeaders())?.['authorization']).toMatch(/^Payment /);
    expect(tapsOf(town)).toHaveLength(taps);
  }
  expect(windows).toBe(0);

  // What was read is owned: by its address, and for nothing.
  await page.goto(`${town.articles}/articles/2`);
  await isOpen(page, 2);
  expect(tapsOf(town)).toHaveLength(covered);
  expect(transfers()).toEqual([charge, hold]);

  await town.wallet.restart();
  const settled = await town.settleArticles();
  expect(JSON.parse(settled)).toMatchObject({ lines: 1, moved: '200000', refused: [] });
  const settle = { code: 'settle', amount: 200_000 };
  expect(transfers()).toEqual([charge, hold, settle]);
  expect(JSON.parse(await town.settleArticles())).toMatchObject({ moved: '0' });
  expect(transfers()).toEqual([charge, hold, settle]);
  expect(await books(town.wallet)).toHaveLength(1);
});

test('when what is held is used up, the next tap makes it larger: one question more, and no window', async ({
  page,
}) => {
  await firstArticle(page);
  for (let id = 2; id <= covered + 1; id++) await read(page, id);
  const asked = listen(page);
  await read(page, covered + 2);
  expect(asked.map(named)).toEqual([
    expect.stringMatching(/^POST wallet\/sessions\/ses_[\w-]+\/topup$/),
    `GET /articles/${covered + 2}`,
  ]);
  expect(transfers()).toEqual([charge, hold, hold]);
  expect(tapsOf(town)).toHaveLength(covered + 1);
  expect(await books(town.wallet)).toHaveLength(1);
});

test('when it is used up and the wallet is away, a tap waits for the wallet, and is one debit when it is back', async ({
  page,
}) => {
  await firstArticle(page);
  await town.wallet.kill();
  for (let id = 2; id <= covered + 1; id++) await read(page, id);
  await page.goto(town.articles);
  const button = buttons(page).nth(covered + 1);
  await tap(button);
  await expect(button).toHaveAttribute('state', 'checking');
  await town.wallet.restart();
  await isOpen(page, covered + 2);
  expect(transfers()).toEqual([charge, hold, charge]);
  expect(tapsOf(town)).toHaveLength(covered);
  expect(await books(town.wallet)).toHaveLength(2);
});

test('the newspaper’s key is nobody else’s to read', () => {
  for (const file of ['payee-key.json', 'secret'])
    expect(statSync(join(town.purchases, file)).mode & 0o777).toBe(0o600);
});

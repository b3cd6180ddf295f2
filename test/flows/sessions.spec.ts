/** A session, as a reader lives it: one yes, then ten articles while the wallet is away, and one transfer for all of them. */
import { join } from 'node:path';
import { expect, test, type Page, type Request } from '@playwright/test';
import { books, buttons, firstTap, rowsIn, startTown, tap, tapsOf, type Town } from './town.ts';

let town: Town;
test.beforeEach(async () => {
  town = await startTown();
});
test.afterEach(() => town.close());

/** What the hold that comes with a consent covers: a fifth of the day's dollar, at 2¢ each. */
const covered = 10;

/** Requests of the page's own script; opening the article afterwards is a navigation. */
const isAsked = (request: Request, site: string): boolean =>
  request.url().startsWith(`${site}/articles/`) && !request.isNavigationRequest();

/** Taps the button of an article on the front page. @returns the page's requests to any article until it was open */
async function readByTap(page: Page, index: number): Promise<Request[]> {
  await page.goto(town.articles);
  const asked: Request[] = [];
  const note = (request: Request) => {
    if (isAsked(request, town.articles)) asked.push(request);
  };
  page.on('request', note);
  await tap(buttons(page).nth(index));
  await page.waitForURL(`**/articles/${index + 1}`);
  await expect(page.locator('article.full p').nth(3)).toBeVisible();
  await expect(page.locator('micro-pay')).toHaveCount(0);
  page.off('request', note);
  return asked;
}

const transfers = () =>
  rowsIn(
    join(town.wallet.data, 'wallet.sqlite'),
    `select code, amount from transfers where code not in ('sign-up') order by at, rowid`,
  );

test('ten articles are read by one request each while the wallet is away and the newspaper starts anew, and are settled in one transfer', async ({
  page,
  context,
}) => {
  test.slow();
  await page.goto(town.articles);
  const answered = page.waitForResponse(`${town.wallet.url}/connect/continue`);
  await firstTap(page, buttons(page).nth(0));
  expect(await (await answered).json()).toMatchObject({ session: expect.any(String) });
  await page.waitForURL('**/articles/1');
  expect(transfers()).toEqual([
    { code: 'charge', amount: 20_000 },
    { code: 'hold', amount: 200_000 },
  ]);

  await town.wallet.kill();
  let windows = 0;
  context.on('page', () => windows++);
  for (let index = 1; index <= covered; index++) {
    if (index === covered / 2) await town.restartArticles();
    const asked = await readByTap(page, index);
    expect(asked.map((request) => `${request.method()} ${request.url()}`)).toEqual([
      `GET ${town.articles}/articles/${index + 1}`,
    ]);
    const { authorization = '' } = (await asked[0]?.allHeaders()) ?? {};
    expect(authorization).toMatch(/^Payment /);
    expect(tapsOf(town)).toHaveLength(index);
  }
  expect(windows).toBe(0);
  expect(transfers()).toHaveLength(2);

  // What was read is owned: by its address, and for nothing.
  await page.goto(`${town.articles}/articles/2`);
  await expect(page.locator('micro-pay')).toHaveCount(0);
  expect(tapsOf(town)).toHaveLength(covered);

  await town.wallet.restart();
  expect(JSON.parse(await town.settleArticles())).toMatchObject({
    lines: 1,
    moved: '200000',
    refused: [],
  });
  expect(transfers()).toEqual([
    { code: 'charge', amount: 20_000 },
    { code: 'hold', amount: 200_000 },
    { code: 'settle', amount: 200_000 },
  ]);
  expect(JSON.parse(await town.settleArticles())).toMatchObject({ moved: '0' });
  expect(transfers()).toHaveLength(3);
  expect(await books(town.wallet)).toHaveLength(1);
});

/** A story by the minute, as a reader lives it: a real wallet, the story's own server, a real browser; a minute is a second. */
import { join } from 'node:path';
import { expect, test, type Locator, type Page, type Request } from '@playwright/test';
import { passages } from '../../examples/metered-reading/passages.ts';
import { expectAccessible } from './support.ts';
import {
  books,
  firstTap,
  rowsIn,
  startEmptyTown,
  tap,
  tapsOf,
  type EmptyTown,
  type Site,
} from './town.ts';

const aMinute = 10_000;

let town: EmptyTown;
let story: Site;
test.beforeEach(async () => {
  test.slow();
  town = await startEmptyTown();
  story = await town.open(
    'metered-reading',
    { name: 'lantern', display: 'Lantern' },
    { UNIT_SECONDS: '1' },
  );
});
test.afterEach(() => town.close());

const meter = (page: Page): Locator => page.locator('#meter');
const boosts = (page: Page): Locator => page.locator('#boosts');
const press = (meter: Locator, name: string): Promise<void> =>
  meter.getByRole('button', { name, exact: true }).click();

/** The minutes that stand on the page, in its order. */
const shown = (page: Page): Promise<string[]> =>
  page.locator('#passages .passage').evaluateAll((all) => all.map(({ id }) => id));

/** The minutes that the story's server sold: the first by a charge, each further one by a tap. */
const sold = (): string[] => {
  const bought = rowsIn(join(story.data, 'purchases.db'), 'select scope from purchases');
  return [...bought, ...tapsOf({ purchases: story.data })]
    .map(({ scope }) => String(scope).replace('GET /read/', 'minute-'))
    .toSorted((a, b) => a.localeCompare(b, 'en', { numeric: true }));
};

/** All that moved for this payee, in the wallet's own file. */
const transfers = () =>
  rowsIn(
    join(town.wallet.data, 'wallet.sqlite'),
    `select code, amount from transfers where code <> 'sign-up' order by rowid`,
  ).map((row) => ({ ...row }));

/** Paid = delivered, once it stands still: each passage once, in order, and no other. */
async function countsOf(page: Page): Promise<number> {
  await expect(async () => expect(await shown(page)).toEqual(sold())).toPass();
  return sold().length;
}

const hasAtLeast = (page: Page, count: number): Promise<void> =>
  expect.poll(async () => (await shown(page)).length).toBeGreaterThanOrEqual(count);

/** The page's time goes on, and no minute is asked for. */
async function nothingIsPaid(page: Page): Promise<void> {
  const before = sold();
  const asked: string[] = [];
  const listen = (request: Request) => asked.push(new URL(request.url()).pathname);
  page.on('request', listen);
  for (let second = 1; second <= 5; second++) {
    await page.clock.runFor(1_000);
    // What a second brought, the page has begun when it has heard from the server again.
    await page.evaluate(() => fetch('/style.css'));
  }
  page.off('request', listen);
  expect(asked.filter((path) => path.startsWith('/read/'))).toEqual([]);
  expect(await shown(page)).toEqual(before);
  expect(sold()).toEqual(before);
}

/** The first minute, by the wallet's window; then it runs. */
async function begin(page: Page): Promise<void> {
  await page.clock.install();
  await page.goto(story.url);
  await firstTap(page, meter(page));
  await expect(meter(page)).toHaveAttribute('state', 'running');
}

/** Headless Chromium shows every tab, so the page is told what other browsers tell whose tab was left or is looked at. */
const look = (page: Page, at: DocumentVisibilityState): Promise<void> =>
  page.evaluate((state) => {
    Object.defineProperty(document, 'visibilityState', { configurable: true, value: state });
    document.dispatchEvent(new Event('visibilitychange'));
  }, at);

test('minute after minute is paid for by itself; it halts while nobody looks, by Pause and by a reload, and goes on where it was', async ({
  page,
}) => {
  await begin(page);
  await look(page, 'hidden');
  await expect(meter(page)).toHaveAttribute('state', 'paused');
  const unseen = await countsOf(page);
  await nothingIsPaid(page);
  await look(page, 'visible');
  await hasAtLeast(page, unseen + 1);

  await press(meter(page), 'Pause');
  await expect(meter(page)).toHaveAttribute('state', 'paused');
  const first = await countsOf(page);
  await nothingIsPaid(page);
  await expectAccessible(page);

  await page.reload();
  await expect(meter(page)).toHaveAttribute('state', 'paused');
  expect(await countsOf(page)).toBe(first);
  await nothingIsPaid(page);
  await press(meter(page), 'Go on');
  await hasAtLeast(page, first + 1);
  await press(meter(page), 'Stop');
  expect(await countsOf(page)).toBeGreaterThan(first);
});

test('the wallet may be away: the story goes on to its end, and one transfer pays for it', async ({
  page,
}) => {
  await begin(page);
  await town.wallet.kill();
  await hasAtLeast(page, 4);
  await town.wallet.restart();
  await expect(meter(page)).toHaveAttribute('state', 'paid');
  expect(await countsOf(page)).toBe(passages.length);
  await nothingIsPaid(page);
  const first = { code: 'charge', amount: aMinute };
  const hold = { code: 'hold', amount: 20 * aMinute };
  expect(transfers()).toEqual([first, hold]);
  const rest = aMinute * (passages.length - 1);
  expect(JSON.parse(await story.settle())).toMatchObject({ moved: String(rest), refused: [] });
  expect(JSON.parse(await story.settle())).toMatchObject({ moved: '0' });
  expect(transfers()).toEqual([first, hold, { code: 'settle', amount: rest }]);
  expect(await books(town.wallet)).toHaveLength(1);
});

test('at a limit of this device it stops and says so; “Not now” leaves it there, and a higher limit lets it go on', async ({
  page,
}) => {
  await begin(page);
  await press(meter(page), 'Stop');
  const first = await countsOf(page);
  await press(meter(page), 'Limits and receipts');
  await setDayLimit(page, ((first + 1) / 100).toFixed(2));

  await tap(meter(page));
  await expect(meter(page)).toHaveAttribute('state', 'approve');
  await expect(
    meter(page).getByText(
      /^1¢ would pass your limit of .* for one day here\. You can raise it, or wait until tomorrow\./,
    ),
  ).toBeVisible();
  expect(await countsOf(page)).toBe(first + 1);
  await nothingIsPaid(page);

  await press(meter(page), 'Not now');
  await expect(meter(page).getByText(/so far/)).toBeVisible();
  expect(await countsOf(page)).toBe(first + 1);
  await nothingIsPaid(page);

  await tap(meter(page));
  await press(meter(page), 'Change limits');
  await setDayLimit(page, '1.00');
  await tap(meter(page));
  await hasAtLeast(page, first + 3);
  await press(meter(page), 'Stop');
  await countsOf(page);
  expect(await books(town.wallet)).toHaveLength(1);
});

/** In the panel. */
async function setDayLimit(page: Page, amount: string): Promise<void> {
  const panel = meter(page).getByRole('dialog');
  await panel.getByLabel('Per day').fill(amount);
  await panel.getByRole('button', { name: 'Save' }).click();
  await expect(panel.getByText(/^Saved/)).toBeVisible();
  await panel.getByRole('button', { name: 'Close' }).click();
}

/** The oldest that can be, by its receipt in the panel. */
async function takeBack(page: Page): Promise<void> {
  await press(meter(page), 'Limits and receipts');
  const panel = meter(page).getByRole('dialog');
  await panel
    .getByRole('button', { name: /^Undo 1¢/ })
    .last()
    .click();
  await expect(panel.getByText(/^Undone: 1¢ came back to you/)).toBeVisible();
  await panel.getByRole('button', { name: 'Close' }).click();
}

test('a minute is taken back by its receipt: before it was settled by the story, and afterwards by the wallet', async ({
  page,
}) => {
  await begin(page);
  await hasAtLeast(page, 4);
  await press(meter(page), 'Stop');
  const first = await countsOf(page);
  const before = sold();

  await takeBack(page);
  const [gone, ...others] = before.filter((minute) => !sold().includes(minute));
  expect(others).toEqual([]);
  await page.reload();
  expect(await countsOf(page)).toBe(first - 1);
  await expect(page.locator(`#${gone}`)).toHaveText(/is not yours\./);
  await press(meter(page), 'Stop');
  const settled = aMinute * (first - 2);
  expect(JSON.parse(await story.settle())).toMatchObject({ moved: String(settled) });

  await takeBack(page);
  const [charge, hold] = [
    { code: 'charge', amount: aMinute },
    { code: 'hold', amount: 20 * aMinute },
  ];
  expect(transfers()).toEqual([
    charge,
    hold,
    { code: 'settle', amount: settled },
    { code: 'undo', amount: aMinute },
  ]);
  expect(await books(town.wallet)).toHaveLength(1);
});

test('three taps on the boost are three payments, and the page counts them', async ({ page }) => {
  await page.goto(story.url);
  await firstTap(page, boosts(page));
  for (const said of ['One boost', '2 boosts', '3 boosts']) {
    await expect(page.getByText(`${said} from you in this visit.`)).toBeVisible();
    if (said !== '3 boosts') await tap(boosts(page));
  }
  expect(await books(town.wallet)).toHaveLength(3);
  expect(transfers()).toEqual(Array(3).fill({ code: 'charge', amount: 50_000 }));
});

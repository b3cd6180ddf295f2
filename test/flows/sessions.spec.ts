/**
 * A session, as a reader lives it: one yes, then ten articles while the wallet is away, and one transfer for all of them; also when
 * the newspaper is killed, and when the reader takes one back.
 */
import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test, type Page, type Request } from '@playwright/test';
import { sdkIn } from './sdk.ts';
import {
  books,
  buttonOf,
  buttons,
  firstTap,
  rowsIn,
  startTown,
  tap,
  tapsOf,
  type Town,
} from './town.ts';

let town: Town;
test.beforeEach(async () => {
  test.slow();
  town = await startTown({ clock: true });
});
test.afterEach(() => town.close());

/** What the hold that comes with a consent covers: a fifth of the day's dollar, at 2¢ each. */
const covered = 10;
const charge = { code: 'charge', amount: 20_000 };
const hold = { code: 'hold', amount: 200_000 };

const atWallet = (query: string) => rowsIn(join(town.wallet.data, 'wallet.sqlite'), query);

/** All that moved for this newspaper, in the wallet's own file. */
const transfers = () =>
  atWallet(`select code, amount from transfers where code <> 'sign-up' order by rowid`).map(
    (row) => ({ ...row }),
  );

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

/** What the newspaper itself says it was asked for articles: method, path, status, and the scheme of what came along. */
const accesses = (): string[] =>
  readFileSync(join(town.purchases, 'access.log'), 'utf8')
    .trimEnd()
    .split('\n')
    .map((line) => line.split(' ').slice(1).join(' '));

const named = (request: Request): string =>
  `${request.method()} ${request.url().replace(town.articles, '').replace(town.wallet.url, 'wallet')}`;

/** Taps the button of an article on the front page, and reads it. */
async function read(page: Page, id: number): Promise<void> {
  await page.goto(town.articles);
  await tap(buttonOf(page, id));
  await isOpen(page, id);
}

async function isOpen(page: Page, id: number): Promise<void> {
  await page.waitForURL(`**/articles/${id}`);
  await expect(page.locator('article.full .back')).toBeVisible();
  await expect(page.locator('micro-pay')).toHaveCount(0);
}

/** What the reader's own device says of the session, and the receipts of its taps, the newest first. */
async function log(page: Page) {
  const micro = await sdkIn(page);
  const payee = `${town.wallet.url}/~news`;
  const statement = await micro.evaluate((sdk, name) => sdk.statement(name), payee);
  const kept = await micro.evaluate((sdk) => sdk.receipts.list());
  return { micro, statement, taps: kept.filter(({ tap: one }) => one) };
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
  const before = accesses().length;
  for (let taps = 1; taps <= covered; taps++) {
    if (taps === covered / 2) await town.restartArticles();
    asked.length = 0;
    await read(page, taps + 1);
    expect(asked.map(named)).toEqual([`GET /articles/${taps + 1}`]);
    expect((await asked[0]?.allHeaders())?.['authorization']).toMatch(/^Payment /);
    expect(tapsOf(town)).toHaveLength(taps);
  }
  expect(windows).toBe(0);
  // Its own access log says the same: one request pays and brings the article, the next is the page that opens by its cookie.
  const ids = Array.from({ length: covered }, (_, i) => i + 2);
  expect(accesses().slice(before)).toEqual(
    ids.flatMap((id) => [`GET /articles/${id} 200 Payment`, `GET /articles/${id} 200 -`]),
  );

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

  // Three books tell of the same taps: the reader's receipts, the newspaper's, and the wallet's statement.
  const { statement, taps } = await log(page);
  expect(statement).toMatchObject({ fits: true, ended: false, undone: 0n, back: 0n });
  expect(statement).toMatchObject({ reserved: 200_000n, settled: 200_000n });
  const mine = taps.map(({ receipt: { jti, amt, iss, aud } }) => {
    expect([iss, aud]).toEqual([town.wallet.url, `${town.wallet.url}/~news`]);
    return { tap: jti, amount: Number(amt) };
  });
  expect(mine).toHaveLength(covered);
  const theWallets = atWallet('select tap, amount from settlement_items');
  expect(theWallets.map((row) => ({ ...row }))).toEqual(expect.arrayContaining(mine));
  expect(theWallets).toHaveLength(covered);
  expect(tapsOf(town).map(({ tap: id }) => id)).toEqual(
    expect.arrayContaining(mine.map(({ tap: id }) => id)),
  );
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
  const button = buttonOf(page, covered + 2);
  await tap(button);
  await expect(button).toHaveAttribute('state', 'checking');
  await town.wallet.restart();
  await isOpen(page, covered + 2);
  expect(transfers()).toEqual([charge, hold, charge]);
  expect(tapsOf(town)).toHaveLength(covered);
  expect(await books(town.wallet)).toHaveLength(2);
});

test('a newspaper that is killed after it took a tap delivers it when it is back, and has its money in time by itself', async ({
  page,
}) => {
  await firstArticle(page);
  await page.goto(town.articles);
  // Its answer is made, and lost; then it is dead.
  let answer: Response | undefined;
  await page.route(
    '**/articles/2',
    async (route) => {
      const { authorization = '' } = await route.request().allHeaders();
      answer = await fetch(route.request().url(), { headers: { authorization } });
      await town.killArticles();
      await route.abort('connectionreset');
    },
    { times: 1 },
  );
  const button = buttonOf(page, 2);
  await tap(button);
  await expect(button).toHaveAttribute('state', 'checking');
  expect(answer?.headers.get('payment-receipt')).toBeTruthy();
  expect(tapsOf(town)).toHaveLength(1);

  await town.restartArticles();
  await isOpen(page, 2);
  expect(tapsOf(town)).toHaveLength(1);
  expect(transfers()).toEqual([charge, hold]);

  // Nobody does anything any more, and when the tap can't be taken back any more the newspaper settles it.
  town.pass(40);
  const settle = { code: 'settle', amount: 20_000 };
  await expect.poll(transfers).toEqual([charge, hold, settle]);
  const [arrived] = atWallet(
    `select t.at < s.rby as early from transfers t, sessions s where t.code = 'settle'`,
  );
  expect(arrived).toMatchObject({ early: 1 });
  // What is left is the reader’s again when the hold is over.
  town.pass(24 * 60);
  await expect
    .poll(transfers)
    .toEqual([charge, hold, settle, { code: 'release', amount: 180_000 }]);
  expect(await books(town.wallet)).toHaveLength(1);
});

/** The row of the session at the newspaper. */
function tab(): Record<string, unknown> {
  const [{ row } = {}] = rowsIn(join(town.purchases, 'purchases.db'), 'select row from sessions');
  return JSON.parse(String(row)) as Record<string, unknown>;
}

test('a tap that is taken back at the newspaper is closed again, is not owed, and never reaches the wallet', async ({
  page,
}) => {
  await firstArticle(page);
  await read(page, 2);
  const before = await log(page);
  await before.micro.evaluate(async (sdk) => {
    const tapped = (await sdk.receipts.list()).find((one) => one.tap);
    if (tapped) await sdk.undo(tapped);
  });
  expect(tapsOf(town)).toEqual([]);
  await page.goto(`${town.articles}/articles/2`);
  await expect(buttons(page)).toHaveCount(1);
  const { taps } = await log(page);
  expect(taps).toMatchObject([{ undone: true }]);

  // The next voucher is for no more than the first was.
  await read(page, 3);
  expect(tab()).toMatchObject({ accepted: '20000', spent: '40000', undone: '20000' });
  expect(JSON.parse(await town.settleArticles())).toMatchObject({ moved: '20000', refused: [] });
  expect(transfers()).toEqual([charge, hold, { code: 'settle', amount: 20_000 }]);
  expect((await log(page)).statement).toMatchObject({ fits: true, settled: 20_000n });
  expect(await books(town.wallet)).toHaveLength(1);
});

test('a tap that was settled is taken back at the wallet: the money comes from the newspaper’s account, once', async ({
  page,
}) => {
  await firstArticle(page);
  await read(page, 2);
  await town.settleArticles();
  const settle = { code: 'settle', amount: 20_000 };
  expect(transfers()).toEqual([charge, hold, settle]);
  const { micro, taps } = await log(page);
  expect(taps).toHaveLength(1);
  // In two windows at once, say.
  await micro.evaluate(async (sdk) => {
    const tapped = (await sdk.receipts.list()).find((one) => one.tap);
    if (tapped) await Promise.all([sdk.undo(tapped), sdk.undo(tapped)]);
  });
  expect(transfers()).toEqual([charge, hold, settle, { code: 'undo', amount: 20_000 }]);
  const after = await log(page);
  expect(after.taps).toMatchObject([{ undone: true }]);
  expect(after.statement).toMatchObject({ fits: true, settled: 20_000n, undone: 20_000n });
  expect(await books(town.wallet)).toHaveLength(1);
});

test('the newspaper’s key is nobody else’s to read', () => {
  for (const file of ['payee-key.json', 'secret'])
    expect(statSync(join(town.purchases, file)).mode & 0o777).toBe(0o600);
});

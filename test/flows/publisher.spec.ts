/** Someone with an article and a browser: from an empty wallet to an article that is locked, sold to two, and given back to one. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test, type Browser, type Page } from '@playwright/test';
import { Human } from './human.ts';
import { startStaticSite, type StaticSite } from './static-site.ts';
import { expectAccessible, press, signUp, startWallet, type WalletProcess } from './support.ts';
import { books, buttons, firstTap, rowsIn } from './town.ts';

const example = (file: string): string =>
  readFileSync(
    fileURLToPath(new URL(`../../examples/locked-page/${file}`, import.meta.url)),
    'utf8',
  );
/** As it was written: nothing in it knows that it will be sold. */
const article = example('rivers.html').replace('<!-- micro-pay: the rest is paid -->', '');
const sorry = 'You are right, the pictures are missing.';

let wallet: WalletProcess;
let site: StaticSite;
test.beforeEach(async () => {
  wallet = await startWallet();
  site = await startStaticSite(
    `default-src 'none'; script-src ${wallet.url}; connect-src ${wallet.url}; style-src 'self'; img-src 'self' data:; ` +
      `base-uri 'none'; form-action 'none'; require-trusted-types-for 'script'; trusted-types lit-html`,
  );
  site.files.set('/style.css', example('style.css'));
  site.files.set('/rivers.html', article);
});
test.afterEach(async () => {
  site.close();
  await wallet.stop();
});

/** Words that only the browser with the login's key gets have come. */
const spoken = (page: Page) => expect(page.locator('[data-slot]')).toHaveCount(0);

/** What each account of a kind has, in millionths, the smallest first. The wallet's own audit must be content too. */
async function sums(kind: 'person' | 'payee'): Promise<number[]> {
  await books(wallet);
  return rowsIn(
    join(wallet.data, 'wallet.sqlite'),
    `select credits - debits as sum from accounts where kind = '${kind}' order by sum`,
  ).map(({ sum }) => Number(sum));
}

/** What the policies of the pages stopped, and what else went wrong in them. */
function faultsOf(page: Page): string[] {
  const faults: string[] = [];
  page.context().on('console', (message) => {
    // Who isn't signed in is answered so, with the ways in.
    const isAnswer = message.text().includes('status of 401');
    if (message.type() === 'error' && !isAnswer) faults.push(message.text());
  });
  page.context().on('weberror', (error) => faults.push(error.error().message));
  return faults;
}

/** From the start page to a payee, who is shown how to make a button. */
async function getPaid(page: Page, human: Human): Promise<void> {
  await page.goto(wallet.url);
  await human.reads(page);
  await human.presses(page.getByRole('link', { name: /Get paid here/ }));
  await human.reads(page);
  human.pressed('Create a wallet');
  await signUp(page);
  human.usedPasskey();
  await human.reads(page);
  await human.types(page.getByRole('textbox', { name: /address at this wallet/ }), 'maya');
  await expect(page.getByText('~maya is free.')).toBeVisible();
  await human.types(page.getByRole('textbox', { name: /people see/ }), 'Notes from the bank');
  await human.chooses(page.getByRole('radio', { name: /On any page/ }));
  await human.presses(page.getByRole('button', { name: 'Take this name' }));
  await expect(
    page.locator('[data-preview]').getByRole('button', { name: /Pay 5¢/ }),
  ).toBeVisible();
  await human.reads(page);
}

/** Who wants to sell an article is led from the button to the lock. @returns the locked page, as it was saved */
async function lock(page: Page, human: Human): Promise<string> {
  await human.chooses(page.getByRole('radio', { name: 'An article' }));
  await human.reads(page);
  await expectAccessible(page);
  await human.presses(page.getByRole('link', { name: 'Lock the page instead' }));
  await human.reads(page);
  await expectAccessible(page);
  await human.picksFile(page.getByLabel('The HTML file of your page'), 'rivers.html', article);
  await human.chooses(page.getByRole('radio', { name: /The year without a number/ }));
  await human.reads(page);
  await expectAccessible(page);
  human.provesPresence();
  await human.presses(page.getByRole('button', { name: 'Lock and sell' }));
  await expect(page.getByRole('heading', { name: 'It is locked, and for sale' })).toBeFocused();
  await human.reads(page);
  await expectAccessible(page);
  const saving = page.waitForEvent('download');
  await human.presses(page.getByRole('link', { name: 'Save the locked page' }));
  human.savedFile();
  return readFileSync(await (await saving).path(), 'utf8');
}

/** Opens the article, makes a wallet in its window, pays, and reads. */
async function buy(page: Page, human: Human): Promise<void> {
  await page.goto(`${site.url}/rivers.html`);
  await expect(buttons(page).getByRole('button', { name: /Pay 2¢/ })).toBeVisible();
  await human.reads(page);
  await human.presses(buttons(page).getByRole('button', { name: /Pay 2¢/ }));
  const goOn = page.getByRole('button', { name: 'Continue', exact: true });
  await expect(goOn).toBeVisible();
  await human.reads(page);
  const opening = page.context().waitForEvent('page');
  await human.presses(goOn);
  const consent = await opening;
  await expect(consent.getByRole('heading', { name: /Notes from the bank/ })).toBeVisible();
  await human.reads(consent);
  human.pressed('Create a wallet');
  await signUp(consent);
  human.usedPasskey();
  await human.reads(consent);
  await human.chooses(consent.getByRole('checkbox', { name: /at once/ }));
  human.pressed('Allow');
  await press(consent, /^Allow/);
  await expect(page.getByText('parish book')).toBeVisible();
  await expect(buttons(page)).toHaveAttribute('state', 'paid');
  await human.reads(page);
}

/** Finds the payment at home, and asks for the money back. */
async function complain(page: Page, human: Human): Promise<void> {
  await page.goto(wallet.url);
  await spoken(page);
  await human.reads(page);
  await human.presses(page.getByRole('link', { name: /What a river keeps/ }));
  await spoken(page);
  await human.reads(page);
  await human.presses(page.getByRole('link', { name: 'Ask who was paid' }));
  await spoken(page);
  await human.reads(page);
  await human.types(page.getByLabel('What is wrong?'), 'Where are the pictures?');
  await human.presses(page.getByRole('button', { name: 'Send the question' }));
  await expect(page.getByText('It waits for an answer.')).toBeVisible();
  await spoken(page);
  await human.reads(page);
}

/** From the overview, where the sales and the question are, to the money that went back. */
async function giveBack(page: Page, human: Human): Promise<void> {
  await human.presses(page.getByRole('link', { name: 'overview', exact: true }));
  await spoken(page);
  await expect(page.getByRole('link', { name: /What a river keeps.*charged/ })).toHaveCount(2);
  await expect(page.locator('.balance')).toContainText('4¢');
  await human.reads(page);
  await expectAccessible(page);
  await human.presses(page.getByRole('link', { name: '1 question waits for your answer' }));
  await human.reads(page);
  await human.presses(page.getByRole('link', { name: /^Waits for your answer/ }));
  await spoken(page);
  await human.reads(page);
  await expectAccessible(page);
  await human.types(page.getByLabel(/^Why/), sorry);
  human.pressed('Give back');
  human.provesPresence();
  await press(page, /^Give back/);
  await expect(page.getByText(`you gave it back: “${sorry}”`)).toBeVisible();
  // Giving back with words is an answer: nobody waits for another.
  await expect(page.getByText('Answered.')).toBeVisible();
  await spoken(page);
  await human.reads(page);
}

const anotherReader = async (browser: Browser): Promise<Page> =>
  (await browser.newContext()).newPage();

test('a publisher gets from an empty wallet to sales and a refund in under ten minutes, with a browser alone', async ({
  page,
  browser,
}) => {
  const publisher = new Human('publisher');
  publisher.wrote(article);
  const faults = faultsOf(page);
  await getPaid(page, publisher);
  site.files.set('/rivers.html', await lock(page, publisher));
  publisher.uploaded();
  const own = await page.context().newPage();
  await own.goto(`${site.url}/rivers.html`);
  await expect(buttons(own).getByRole('button', { name: /Pay 2¢/ })).toBeVisible();
  await publisher.reads(own);
  await own.close();

  const [reader, second] = [await anotherReader(browser), await anotherReader(browser)];
  const human = new Human('publisher', 'reader');
  const readersFaults = faultsOf(reader);
  await second.goto(`${site.url}/rivers.html`);
  expect(await sums('payee')).toEqual([0]);
  await buy(reader, human);
  await firstTap(second, buttons(second));
  await expect(second.getByText('parish book')).toBeVisible();
  expect(await sums('person')).toEqual([9_980_000, 9_980_000, 10_000_000]);
  expect(await sums('payee')).toEqual([40_000]);
  await complain(reader, human);

  await giveBack(page, publisher);
  expect(await sums('person')).toEqual([9_980_000, 10_000_000, 10_000_000]);
  expect(await sums('payee')).toEqual([20_000]);
  await reader.goto(wallet.url);
  await spoken(reader);
  await human.reads(reader);
  await human.presses(reader.getByRole('link', { name: /2¢ came back/ }));
  await expect(
    reader.getByRole('heading', { name: 'You paid 2¢, and it came back' }),
  ).toBeVisible();
  await expect(reader.getByText(`who was paid gave it back: “${sorry}”`)).toBeVisible();
  await expect(reader.getByText('Your question is answered.')).toBeVisible();
  await spoken(reader);
  await human.reads(reader);
  await expectAccessible(reader);

  expect([...faults, ...readersFaults]).toEqual([]);
  expect(await books(wallet)).toHaveLength(2);
  expect(publisher.total).toBeLessThan(600);
  for (const one of [publisher, human]) one.tells();
  for (const one of [reader, second]) await one.context().close();
});

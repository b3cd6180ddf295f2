// Walks through the wallet's pages and the examples as people would, and draws each page per theme and width:
// contact-sheet/pages/<page>-<width>-<theme>.png, and all of a theme on contact-sheet/pages-<theme>.png. Build first.
// `npm run contact-sheet:pages -- consent` draws only the pages whose names begin so.
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { fileURLToPath } from 'node:url';
import { chromium } from 'playwright';
import { launchOptions } from './browser.mjs';
import { compose } from './figures.mjs';
import { faultsOf } from '../test/flows/screens.ts';
import { addAuthenticator, press, signUp } from '../test/flows/support.ts';
import { allow, buttonOf, buttons, openWallet, startTown, tap } from '../test/flows/town.ts';

const only = process.argv.slice(2);
const folder = fileURLToPath(new URL('../contact-sheet/', import.meta.url));
const themes = {
  light: { colorScheme: 'light', forcedColors: 'none' },
  dark: { colorScheme: 'dark', forcedColors: 'none' },
  'forced-colors': { colorScheme: 'dark', forcedColors: 'active' },
};
/** The client's window, the narrowest phone, a phone, a desk. */
const popupSize = { width: 440, height: 720 };
const sizes = [360, 1280].map((width) => ({ width, height: 720 }));

const long = {
  origin:
    'https://a-rather-long-name-of-a-site.with-a-subdomain.of-the-illustrated-monthly.example',
  name: 'Ladies’ and Gentlemen’s Illustrated Monthly of Small Harbours and Lighthouses',
  words:
    'Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamtengesellschaft: how one very long word got its letters, and what became of them',
  rtl: 'مقال عن النهر – 2¢ و “المدينة”',
};

/** name → theme → drawings */
const drawn = Object.fromEntries(Object.keys(themes).map((theme) => [theme, []]));
const faults = [];

async function draw(page, name, { popup = false } = {}) {
  if (only.length > 0 && !only.some((start) => name.startsWith(start))) return;
  const before = page.viewportSize();
  for (const [theme, media] of Object.entries(themes)) {
    await page.emulateMedia({ ...media, reducedMotion: 'reduce' });
    for (const size of popup ? [popupSize, ...sizes] : sizes) {
      await page.setViewportSize(size);
      await page.mouse.move(2, size.height - 2);
      // What a window shows before anyone scrolls is what a popup is judged by.
      const png = await page.screenshot({ fullPage: size !== popupSize });
      drawn[theme].push({ name, width: size.width, png });
      writeFileSync(`${folder}pages/${name}-${size.width}-${theme}.png`, png);
    }
  }
  for (const fault of await faultsOf(page)) faults.push(`${name}: ${fault}`);
  await page.emulateMedia({ ...themes.light });
  if (before) await page.setViewportSize(before);
}

let count = 0;
/** Asks as a page's SDK does. @returns the path of the consent page */
async function ask(wallet, { payee, origin, charge, cid = 'chal_12345678' }) {
  const nonce = `sheet_${String((count += 1)).padStart(20, '0')}`;
  const recipient = `${wallet}/~${payee}`;
  const req = Buffer.from(JSON.stringify({ ...charge, recipient })).toString('base64url');
  const answer = await fetch(`${wallet}/connect`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', origin },
    body: JSON.stringify({
      client: {
        jwk: { kty: 'OKP', crv: 'Ed25519', x: '11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo' },
      },
      access_token: {
        access: [{ type: 'wallet-session', payee: recipient, currency: 'usd-micro' }],
      },
      ...(charge ? { intent: { cid, rlm: origin, req } } : {}),
      interact: { start: ['popup'], finish: { method: 'message', uri: origin, nonce } },
    }),
  });
  if (!answer.ok) throw new Error(await answer.text());
  return `${wallet}/connect/start?n=${nonce}`;
}

const price = (amount, description) => ({
  amount,
  currency: 'usd',
  ...(description ? { description } : {}),
});

const answers = { right: ['1', '0'], wrong: ['0', '0'] };
/** The quiz of the course's first module. */
async function takeQuiz(page, which) {
  for (const [index, value] of answers[which].entries())
    await page.locator(`input[name=q${index}][value="${value}"]`).check();
  await page.getByRole('button', { name: /answers|again/ }).click();
  await page.locator(`.answer.${which}`).waitFor();
}

async function strangers(browser, { wallet, articles, tips, story, course }) {
  const page = await browser.newPage();
  page.setDefaultTimeout(15_000);
  const at = wallet.url;
  const show = async (name, url, options) => {
    await page.goto(url);
    await draw(page, name, options);
  };
  await show('article-list', articles);
  await show('article-closed', `${articles}/articles/1`);
  await show('article-missing', `${articles}/articles/99`);
  await show('tips', tips);
  await show('story', story);
  await show('story-closed', `${story}/read/2`);
  await show('story-missing', `${story}/nothing`);
  await show('course', course);
  await show('course-not-passed', `${course}/modules/1/completion`);
  await show('course-module', `${course}/modules/1`);
  await takeQuiz(page, 'wrong');
  await draw(page, 'course-wrong');
  await takeQuiz(page, 'right');
  await draw(page, 'course-passed');
  await show('course-closed', `${course}/modules/1/completion`);
  await show('landing', at);
  await show('pay-amount', `${at}/~maya`);
  await show(
    'pay-stranger',
    `${at}/~maya?amount=0.02&currency=USD&reason=Today%E2%80%99s%20wren&return=${encodeURIComponent(`${tips}/`)}`,
  );
  const waiting = await ask(at, {
    payee: 'news',
    origin: articles,
    charge: price('2', 'The lamplighter who counts ships'),
  });
  await show('consent-stranger', waiting, { popup: true });
  await show('consent-gone', `${at}/connect/start?n=sheet_00000000000000000000`);
  await show('problem-404', `${at}/nothing-here`);
  await show('problem-payee', `${at}/~nobody`);
  await show('problem-400', `${at}/~maya?amount=none`);
  await show('receipt-stranger', `${at}/receipts/pay_00000000000000000000`);
  // Another site's form.
  const body = `<form method="post" action="${waiting}"></form>`;
  await page.route('http://elsewhere.localhost/', (route) =>
    route.fulfill({ contentType: 'text/html', body }),
  );
  await page.goto('http://elsewhere.localhost/');
  await Promise.all([
    page.waitForURL(waiting),
    page.evaluate(() => document.querySelector('form').submit()),
  ]);
  await draw(page, 'problem-403');
  await page.close();
  const plain = await browser.newContext({ javaScriptEnabled: false });
  const still = await plain.newPage();
  for (const [name, url] of [
    ['plain-landing', at],
    ['plain-pay', `${at}/~maya?amount=0.02`],
    ['plain-article-closed', `${articles}/articles/1`],
    ['plain-tips', tips],
    ['plain-story', story],
  ]) {
    await still.goto(url);
    if (only.length === 0 || only.some((start) => name.startsWith(start)))
      for (const size of sizes) {
        await still.setViewportSize(size);
        const png = await still.screenshot({ fullPage: true });
        drawn.light.push({ name, width: size.width, png });
        writeFileSync(`${folder}pages/${name}-${size.width}-light.png`, png);
      }
  }
  await plain.close();
}

async function reader(browser, { wallet, articles, tips, story, course }) {
  const context = await browser.newContext();
  context.setDefaultTimeout(15_000);
  const page = await context.newPage();
  const at = wallet.url;
  await page.goto(at);
  await addAuthenticator(page);
  await page.getByRole('button', { name: /^Create a wallet/ }).click();
  await page.getByText('$10.00', { exact: true }).waitFor();
  await draw(page, 'home-empty');

  const consents = {
    'consent-verified': {
      payee: 'news',
      origin: articles,
      charge: price('2', 'The lamplighter who counts ships'),
    },
    'consent-tip': {
      payee: 'busker',
      origin: tips,
      charge: price('2', 'Today’s wren'),
      cid: 'tip_12345678',
    },
    'consent-no-price': { payee: 'news', origin: articles },
    'consent-punycode': {
      payee: 'busker',
      origin: 'https://xn--mnchen-3ya.example',
      charge: price('5', long.words),
      cid: 'tip_23456789',
    },
    'consent-long': { payee: 'long', origin: long.origin, charge: price('150', long.words) },
    'consent-rtl': { payee: 'news', origin: articles, charge: price('2', long.rtl) },
    'consent-too-much': { payee: 'news', origin: articles, charge: price('2900', 'A whole year') },
  };
  for (const [name, question] of Object.entries(consents)) {
    await page.goto(await ask(at, question));
    await draw(page, name, { popup: true });
  }

  // A first payment in the window, as a reader lives it.
  await page.goto(articles);
  const consent = await openWallet(page, buttons(page).nth(0));
  await consent.waitForLoadState('load');
  await consent.getByRole('checkbox').waitFor();
  await consent.getByRole('button', { name: /^Allow/ }).focus();
  await draw(consent, 'consent-focus', { popup: true });
  await press(consent, /^Allow/);
  await consent.getByRole('checkbox').check();
  await press(consent, /^Allow/);
  await page.waitForURL('**/articles/1');
  await draw(page, 'article-opened');
  await page.goto(articles);
  await draw(page, 'article-list-bought');
  await tap(buttonOf(page, 2));
  await page.waitForURL('**/articles/2');

  await page.goto(tips);
  const tipping = await openWallet(page, buttons(page).nth(0));
  await allow(tipping);
  await page.locator('micro-pay[state=paid]').waitFor();
  await draw(page, 'tips-paid');

  await page.goto(story);
  const [meter, boosts] = [page.locator('#meter'), page.locator('#boosts')];
  await allow(await openWallet(page, meter));
  await page.locator('#meter[state=running]').waitFor();
  await draw(page, 'story-running');
  await meter.getByRole('button', { name: 'Pause' }).click();
  await draw(page, 'story-paused');
  await meter.getByRole('button', { name: 'Stop' }).click();
  await tap(boosts);
  await page.getByText(/^One boost/).waitFor();
  await draw(page, 'story-boosted');

  await page.goto(`${course}/modules/1`);
  await takeQuiz(page, 'right');
  await allow(await openWallet(page, buttons(page)));
  await page.waitForURL('**/completion');
  await draw(page, 'course-certificate');
  await page.goto(`${course}/modules/1`);
  await takeQuiz(page, 'right');
  await draw(page, 'course-completed');
  await page.goto(course);
  await draw(page, 'course-list-completed');

  const link = `${at}/~maya?amount=0.10&currency=USD&reason=A%20week%20of%20birds&return=${encodeURIComponent(`${tips}/`)}`;
  await page.goto(link);
  await draw(page, 'pay-confirm');
  await press(page, /^Pay 10¢/);
  await page.getByRole('heading', { name: /^You paid/ }).waitFor();
  await page.getByText('Maya', { exact: true }).waitFor();
  await draw(page, 'receipt-done');
  for (const [name, query] of [
    ['pay-long', `long?amount=0.25&reason=${encodeURIComponent(long.words)}`],
    ['pay-rtl', `maya?amount=0.02&reason=${encodeURIComponent(long.rtl)}`],
  ]) {
    await page.goto(`${at}/~${query}`);
    await draw(page, name);
    await press(page, /^Pay/);
    await page.getByRole('heading', { name: /^You paid/ }).waitFor();
    await page.locator('[data-slot]').first().waitFor({ state: 'detached' });
    await draw(page, name.replace('pay', 'receipt'));
  }
  await page.locator('summary').click();
  await draw(page, 'receipt-signed');
  for (const [name, query] of [
    ['pay-refused-open', 'busker?amount=0.26'],
    ['pay-refused-funds', 'maya?amount=4.90'],
    ['pay-refused-big', 'maya?amount=1000000'],
  ]) {
    await page.goto(`${at}/~${query}`);
    await press(page, /^Pay/);
    await page.locator('#said:not(:empty)').waitFor();
    await draw(page, name);
  }
  await page.goto(at);
  await page.locator('h3').first().waitFor();
  await page.locator('[data-slot]').first().waitFor({ state: 'detached' });
  await draw(page, 'home-used');
  await page.getByText('not charged').first().click();
  await page.getByRole('heading', { level: 1 }).waitFor();
  await page.locator('[data-slot]').first().waitFor({ state: 'detached' });
  await draw(page, 'receipt-refused');
  await page.goto(at);
  await page.locator('details').first().locator('summary').click();
  await draw(page, 'home-change');
  await page.getByRole('button', { name: /^Stop/ }).first().click();
  await page.getByText(/^Stopped/).waitFor();
  await page.locator('[data-slot]').first().waitFor({ state: 'detached' });
  await draw(page, 'home-stopped');

  // The same person without the browser's key: a cookie that was carried elsewhere.
  const carried = await browser.newContext();
  await carried.addCookies(await context.cookies());
  const elsewhere = await carried.newPage();
  await elsewhere.goto(at);
  await elsewhere.getByRole('button', { name: /^Confirm/ }).waitFor();
  await draw(elsewhere, 'home-elsewhere');
  await carried.close();

  const second = await context.newPage();
  await page.close();
  await second.goto(at);
  await signUpAgain(second, at);
  await context.close();
}

/** Someone who gets paid: a name, a button, a site, a key. */
async function creator(browser, { wallet, tips }) {
  const context = await browser.newContext();
  context.setDefaultTimeout(15_000);
  const page = await context.newPage();
  const at = `${wallet.url}/payee`;
  await page.goto(at);
  await draw(page, 'payee-stranger');
  await signUp(page);
  const name = page.getByRole('textbox', { name: /address at this wallet/ });
  await name.pressSequentially('admin');
  await page.getByText('This name is kept').waitFor();
  await draw(page, 'payee-new');
  await name.fill('wren');
  await page.getByRole('textbox', { name: /people see/ }).fill('Wren');
  await page.getByRole('radio', { name: /On any page/ }).check();
  await page.getByRole('button', { name: 'Take this name' }).click();
  await page.getByRole('button', { name: /^Pay 5¢/ }).waitFor();
  await draw(page, 'payee-snippets');
  await page.goto(`${at}/wren/sites`);
  await page.getByRole('textbox', { name: 'Add a site' }).fill(tips);
  await page.getByRole('button', { name: 'Look at it' }).click();
  await page.getByText('Not verified').waitFor();
  await draw(page, 'payee-sites');
  await page.goto(`${at}/wren/keys`);
  await page.getByRole('button', { name: 'Make a key here' }).click();
  await page.getByRole('button', { name: 'Add this key' }).click();
  await page.getByRole('heading', { name: /^Key / }).waitFor();
  await draw(page, 'payee-keys');
  await page.goto(`${at}/wren`);
  await draw(page, 'payee-overview');
  await page.goto(at);
  await draw(page, 'payee-names');
  await context.close();
}

/** Someone with two passkeys, on two devices. */
async function signUpAgain(page, at) {
  await page.getByRole('button', { name: 'Sign out', exact: true }).click();
  const { session, id: authenticatorId } = await signUp(page);
  await session.send('WebAuthn.removeVirtualAuthenticator', { authenticatorId });
  await addAuthenticator(page);
  await page.getByRole('button', { name: /^Add a passkey/ }).click();
  await page
    .getByRole('button', { name: /^Remove/ })
    .first()
    .waitFor();
  await draw(page, 'home-passkeys');
  for (let i = 0; i < 61; i += 1) await fetch(`${at}/connect/start?n=x`);
  await page.goto(`${at}/connect/start?n=sheet_00000000000000000000`);
  await draw(page, 'problem-429');
}

/** A payee's books and inbox, and the reader's side of them. */
async function payeeHome(browser, { wallet }) {
  const [payee, reader] = await Promise.all(
    [0, 1].map(async () => (await browser.newContext()).newPage()),
  );
  for (const page of [reader, payee]) {
    page.setDefaultTimeout(15_000);
    await page.goto(wallet.url);
    await signUp(page);
  }
  const db = new DatabaseSync(join(wallet.data, 'wallet.sqlite'), { timeout: 5_000 });
  db.exec(`update payees set owner = (select id from persons order by rowid desc limit 1)
    where name in ('maya', 'busker')`);
  db.close();
  const spoken = (page) => page.locator('[data-slot]').first().waitFor({ state: 'detached' });
  const show = async (page, name, path) => {
    await page.goto(wallet.url + path);
    await page.waitForLoadState('load');
    if (await page.locator('[data-slot]').count()) await spoken(page);
    await draw(page, name);
  };
  const pay = async (query) => {
    await reader.goto(`${wallet.url}/~${query}`);
    await press(reader, /^Pay/);
    await reader.getByRole('heading', { name: /^You paid/ }).waitFor();
    return reader.url().split('/').at(-1);
  };
  await show(payee, 'payee-home-empty', '/payee/busker');
  await show(payee, 'payee-inbox-empty', '/payee/busker/questions');
  const numbers = [];
  for (const query of [
    'maya?amount=0.25&reason=A%20week%20of%20birds',
    'maya?amount=0.25&reason=A%20week%20of%20birds',
    'maya?amount=0.02&reason=Today%E2%80%99s%20wren',
    'maya?amount=0.002',
    `maya?amount=0.10&reason=${encodeURIComponent(long.words)}`,
    `maya?amount=0.05&reason=${encodeURIComponent(long.rtl)}`,
  ])
    numbers.push(await pay(query));
  const [first, second, third] = numbers;
  await show(reader, 'receipt-undo', `/receipts/${third}`);
  await reader.getByRole('button', { name: /^Undo/ }).click();
  await reader.getByText('you took it back').waitFor();
  await draw(reader, 'receipt-undone');
  await show(payee, 'payee-payment', `/payee/maya/payments/${first}`);
  await payee.getByLabel(/dollars/).fill('0.10');
  await payee.getByLabel(/^Why/).fill('The last birds were missing.');
  await press(payee, /^Give back/);
  await payee.getByText('you gave it back').waitFor();
  await spoken(payee);
  await draw(payee, 'payee-payment-part');
  await payee.getByLabel(/dollars/).fill('99');
  await press(payee, /^Give back/);
  await payee.locator('#refund-refused:not(:empty)').waitFor();
  await draw(payee, 'payee-payment-too-much');
  await show(reader, 'receipt-part', `/receipts/${first}`);
  await show(reader, 'question-new', `/questions/new?payment=${second}`);
  for (const [number, words] of [
    [second, 'It opened the week before.\n\nI tapped twice, I think: can you look?'],
    [third, long.words.repeat(3)],
  ]) {
    await reader.goto(`${wallet.url}/questions/new?payment=${number}`);
    await reader.getByLabel('What is wrong?').fill(words);
    await reader.getByRole('button', { name: 'Send the question' }).click();
    await reader.getByText('It waits for an answer.').waitFor();
  }
  await show(payee, 'payee-home', '/payee/maya');
  await show(payee, 'payee-statement', '/payee/maya/statement');
  await payee.emulateMedia({ media: 'print' });
  writeFileSync(
    `${folder}pages/payee-statement-print.png`,
    await payee.screenshot({ fullPage: true }),
  );
  await payee.emulateMedia({ media: 'screen' });
  await show(payee, 'payee-inbox', '/payee/maya/questions');
  await payee.getByRole('link', { name: new RegExp(`^Waits for your answer.*${second}`) }).click();
  await payee.getByLabel('Your answer').waitFor();
  await spoken(payee);
  await draw(payee, 'payee-question');
  await payee.getByLabel('Your answer').fill('Sorry! It is the right week now.');
  await payee.getByRole('button', { name: 'Send the answer' }).click();
  await payee.getByText('Answered.').waitFor();
  await show(reader, 'question-answered', `/receipts/${second}`);
  await reader.getByRole('link', { name: 'Your question' }).click();
  await reader.getByLabel('Say more').waitFor();
  await spoken(reader);
  await draw(reader, 'question');
  await show(reader, 'questions', '/questions');
  await show(reader, 'home-questions', '/');
  await reader.goto(`${wallet.url}/~maya?amount=29.00`);
  await press(reader, /^Pay/);
  await reader.locator('#said a').waitFor();
  await draw(reader, 'pay-refused-ask');
  for (const page of [reader, payee]) await page.context().close();
}

rmSync(`${folder}pages`, { recursive: true, force: true });
mkdirSync(`${folder}pages`, { recursive: true });
const browser = await chromium.launch(launchOptions());
const town = await startTown();
try {
  const [story, course] = await Promise.all([
    town.open('metered-reading', { name: 'lantern', display: 'Lantern' }),
    town.open('course', { name: 'school', display: 'The Harbour School' }),
  ]);
  const sites = { ...town, story: story.url, course: course.url };
  const { run, url } = town.wallet;
  await run('payee', 'add', 'busker', '--open', '--display', 'A busker', '--issuer', url);
  await run(
    'payee',
    'add',
    'long',
    '--display',
    long.name,
    '--origin',
    long.origin,
    '--issuer',
    url,
  );
  await strangers(browser, sites);
  await reader(browser, sites);
  await creator(browser, town);
  await payeeHome(browser, town);
  for (const [theme, figures] of Object.entries(drawn)) {
    if (figures.length === 0) continue;
    writeFileSync(`${folder}pages-${theme}.png`, await compose(browser, figures));
    console.log(`contact-sheet/pages-${theme}.png: ${figures.length} drawings`);
  }
  for (const fault of new Set(faults)) console.log(`look at ${fault}`);
} finally {
  await browser.close();
  await town.close();
}

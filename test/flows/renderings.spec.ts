/** One snippet, as the wallet gives it, on a plain page, on a page with fifty tags and on a page with hostile CSS: it looks and works. */
import { readFileSync } from 'node:fs';
import { expect, test, type Browser, type Locator, type Page } from '@playwright/test';
import { smallCss } from '../../scripts/small-css.mjs';
import { contrast } from '../../wallet/src/contrast.ts';
import {
  careless,
  crowdedPage,
  hostileCss,
  made,
  makeAll,
  plainPage,
  startHost,
  styledPage,
  type Host,
} from './renderings.ts';
import {
  becomePayee,
  expectAccessible,
  faultsOf,
  startWallet,
  type WalletProcess,
} from './support.ts';
import { books, buttons, firstTap, tap } from './town.ts';

let wallet: WalletProcess;
let host: Host;
test.beforeEach(async () => {
  wallet = await startWallet();
  host = await startHost(wallet);
});
test.afterEach(async () => {
  host.close();
  await wallet.stop();
});

const tip = { kind: 'tip', amount: '0.05', reason: 'The song of the week', label: 'for the song' };

/** A payee's snippet of a tip, and a reader who never was here. */
async function start(page: Page, browser: Browser): Promise<[snippet: string, reader: Page]> {
  await becomePayee(page, wallet);
  return [await made(page, wallet, tip), await newReader(browser)];
}

const newReader = async (browser: Browser): Promise<Page> =>
  (await browser.newContext({ viewport: { width: 360, height: 640 } })).newPage();

/** Opens it as on a slow line: the page is painted before the element's script comes. */
async function open(reader: Page, html: string): Promise<void> {
  host.files['/'] = html;
  let painted = (): void => undefined;
  const paint = new Promise<void>((done) => (painted = done));
  await reader.route(`${wallet.url}/micro-pay*.js`, async (route) => {
    await paint;
    await route.continue();
  });
  await reader.addInitScript(() => {
    const moved = { sum: 0 };
    const add = (entry: PerformanceEntry) => (moved.sum += Number(Reflect.get(entry, 'value')));
    new PerformanceObserver((list) => list.getEntries().forEach(add)).observe({
      type: 'layout-shift',
      buffered: true,
    });
    Object.assign(globalThis, { moved });
  });
  await reader.goto(host.site, { waitUntil: 'commit' });
  await buttons(reader).last().waitFor({ state: 'attached' });
  await reader.evaluate(framesPass);
  painted();
  await expect(buttons(reader).last()).toHaveAttribute('state', 'ready');
}

/** In the page: it is painted, and has told of what moved. */
async function framesPass(): Promise<void> {
  for (let frame = 0; frame < 3; frame++) await new Promise(requestAnimationFrame);
  await new Promise((idle) => requestIdleCallback(idle));
}

/** What moved since it was opened, as browsers count it. */
async function shiftOf(page: Page): Promise<number> {
  await page.evaluate(framesPass);
  return page.evaluate(() => Number(Reflect.get(Reflect.get(globalThis, 'moved'), 'sum')));
}

/** What a line of text looks like: pixels, and two colours as `#rrggbb`. */
interface Line {
  text: string;
  size: number;
  colour: string;
  background: string;
  /** It stands in its box, and nothing in front of it */
  isSeen: boolean;
}

interface Look {
  width: number;
  height: number;
  texts: Line[];
}

/** @param box a button or a dialog; its texts are those of the page that stand in it, too */
const lookOf = (box: Locator): Promise<Look> =>
  box.evaluate((element) => {
    element.scrollIntoView({ block: 'center' });
    const hex = (colour: string): string => {
      const [red = 0, green = 0, blue = 0] = (colour.match(/[\d.]+/g) ?? []).map(Number);
      return `#${[red, green, blue].map((one) => Math.round(one).toString(16).padStart(2, '0')).join('')}`;
    };
    const parent = (node: Element): Element | null =>
      node.assignedSlot ??
      node.parentElement ??
      (node.getRootNode() instanceof ShadowRoot ? (node.getRootNode() as ShadowRoot).host : null);
    const behind = (node: Element | null): string => {
      if (!node) return '#ffffff';
      const { backgroundColor } = getComputedStyle(node);
      return backgroundColor.endsWith(', 0)') ? behind(parent(node)) : hex(backgroundColor);
    };
    const walk = (node: Node): Node[] => {
      if (node instanceof Text) return node.data.trim() ? [node] : [];
      const inner = node instanceof HTMLSlotElement ? node.assignedNodes() : [];
      return (inner.length > 0 ? inner : [...node.childNodes]).flatMap(walk);
    };
    const frame = element.getBoundingClientRect();
    const deepest = (x: number, y: number): Element | null => {
      let hit = document.elementFromPoint(x, y);
      while (
        hit?.shadowRoot?.elementFromPoint(x, y) &&
        hit.shadowRoot.elementFromPoint(x, y) !== hit
      )
        hit = hit.shadowRoot.elementFromPoint(x, y);
      return hit;
    };
    const isIn = (node: Element | null): boolean =>
      node !== null && (node === element || isIn(parent(node)));
    const texts = walk(element).map((node) => {
      const own = node.parentElement as Element;
      const style = getComputedStyle(own);
      const range = document.createRange();
      range.selectNodeContents(node);
      const { left, right, top, bottom } = range.getBoundingClientRect();
      const isInside =
        left >= frame.left - 1 &&
        right <= frame.right + 1 &&
        top >= frame.top - 1 &&
        bottom <= frame.bottom + 1;
      return {
        text: (node as Text).data.trim().replace(/\s+/g, ' '),
        size: Number.parseFloat(style.fontSize),
        colour: hex(style.webkitTextFillColor),
        background: behind(own),
        isSeen: isInside && isIn(deepest((left + right) / 2, (top + bottom) / 2)),
      };
    });
    return { width: frame.width, height: frame.height, texts };
  });

/** Readable: big enough, told apart, whole, and in front. */
function expectReadable({ texts }: Look): void {
  expect(texts).not.toEqual([]);
  for (const { text, size, colour, background, isSeen } of texts) {
    expect([text, isSeen]).toEqual([text, true]);
    expect([text, size]).toEqual([text, expect.closeTo(Math.max(size, 12), 1)]);
    expect(contrast(colour, background), `${text}: ${colour} on ${background}`).toBeGreaterThan(
      4.5,
    );
  }
}

const wordsOf = ({ texts }: Look): string => texts.map(({ text }) => text).join(' ');
const payButton = (element: Locator): Locator =>
  element.getByRole('button', { name: /Pay/ }).first();

async function expectLooks(element: Locator, words: string): Promise<void> {
  const look = await lookOf(payButton(element));
  expect(wordsOf(look)).toBe(words);
  expect(look.height).toBeGreaterThanOrEqual(43.9);
  expect(look.width).toBeGreaterThanOrEqual(44);
  expectReadable(look);
}

/** A second tap on what is paid. */
async function expectReceipt(page: Page, element: Locator): Promise<void> {
  await element.getByRole('button', { name: /Paid/ }).click();
  const dialog = element.getByRole('dialog');
  await expect(dialog.getByText('You paid 5¢ to maya for “The song of the week”.')).toBeVisible();
  const look = await lookOf(dialog);
  expectReadable(look);
  expect(look.width).toBeLessThanOrEqual(page.viewportSize()?.width ?? 0);
}

const words = 'Pay 5¢ for the song play money';

/** It moves nothing, looks right and pays, and its receipt can be read. @param check of the page, before and after */
async function standsAndPays(
  reader: Page,
  html: string,
  check: (page: Page) => Promise<void> = async () => undefined,
): Promise<void> {
  const faults = faultsOf(reader);
  await open(reader, html);
  expect(await shiftOf(reader)).toBe(0);
  await expectLooks(buttons(reader), words);
  await check(reader);
  await firstTap(reader, buttons(reader));
  await expect(buttons(reader)).toHaveAttribute('state', 'paid');
  await expectReceipt(reader, buttons(reader));
  await check(reader);
  expect(await books(wallet)).toHaveLength(1);
  expect(faults).toEqual([]);
  await reader.context().close();
}

test('on a plain page it stands without moving anything, pays, and its receipt can be read', async ({
  page,
  browser,
}) => {
  const [snippet, reader] = await start(page, browser);
  await standsAndPays(reader, plainPage(snippet), expectAccessible);
});

test('on a page with hostile CSS it stands as well, pays, and its receipt can be read', async ({
  page,
  browser,
}) => {
  const [snippet, reader] = await start(page, browser);
  await standsAndPays(reader, styledPage(snippet, hostileCss));
});

test('careless CSS of any one kind leaves the button readable, and big enough for a finger', async ({
  page,
  browser,
}) => {
  const [snippet, reader] = await start(page, browser);
  for (const [name, css] of Object.entries(careless))
    await test.step(name, async () => {
      host.files['/'] = styledPage(snippet, css);
      await reader.goto(host.site);
      await expect(buttons(reader)).toHaveAttribute('state', 'ready');
      await expectLooks(buttons(reader), words);
    });
  await reader.context().close();
});

test('fifty tags of all kinds stand side by side, and one of each kind pays', async ({
  page,
  browser,
}) => {
  test.slow();
  const snippets = await makeAll(page, wallet);
  const reader = await newReader(browser);
  const faults = faultsOf(reader);
  await open(reader, crowdedPage(snippets));
  await expect(buttons(reader)).toHaveCount(50);
  expect(await shiftOf(reader)).toBe(0);
  for (const [i, said] of [
    words,
    'Pay 2¢ play money',
    'Pay 1¢ a minute play money',
    'Pay 2¢ play money',
    'Pay 10¢ play money',
    'Pay 2¢ to read on play money',
  ].entries())
    await expectLooks(buttons(reader).nth(i + 6), said);
  await expectAccessible(reader);

  await firstTap(reader, buttons(reader).nth(0));
  await expect(buttons(reader).nth(0)).toHaveAttribute('state', 'paid');
  await expectReceipt(reader, buttons(reader).nth(0));
  await expectAccessible(reader);
  await reader.keyboard.press('Escape');
  await tap(buttons(reader).nth(3));
  await expect(buttons(reader).nth(3)).toHaveAttribute('state', 'paid');
  await tap(buttons(reader).nth(2));
  await expect(buttons(reader).nth(2)).toHaveAttribute('state', 'running');
  await buttons(reader).nth(2).getByRole('button', { name: 'Stop' }).click();
  expect(faults).toEqual([]);
  await tap(buttons(reader).nth(1));
  await expect(reader.getByText('The whole article.')).toBeVisible();
  expect(await books(wallet)).toHaveLength(4);
  await reader.context().close();
});

test('what the build takes out of a sheet changes no rule of it', async ({ page }) => {
  for (const name of ['styles', 'payment-styles', 'later/panel-styles', 'later/refusal-styles']) {
    const code = readFileSync(new URL(`../../widget/${name}.ts`, import.meta.url), 'utf8');
    const rulesOf = (text: string) =>
      page.evaluate(
        (css) => {
          const sheet = new CSSStyleSheet();
          sheet.replaceSync(css);
          // What a variable falls back to stays as it is written.
          return [...sheet.cssRules].map(({ cssText }) => cssText.replaceAll(', ', ','));
        },
        /css`([^`]*)`/.exec(text)?.[1] ?? '',
      );
    expect(await rulesOf(smallCss(code))).toEqual(await rulesOf(code));
    expect(await rulesOf(code)).not.toEqual([]);
  }
});

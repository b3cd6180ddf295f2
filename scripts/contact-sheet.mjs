// Draws the button in every state and the panel in every view, per theme and width, into contact-sheet/<theme>.png.
import { mkdirSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { chromium } from 'playwright';
import { launchOptions } from './browser.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));
/** `npm run contact-sheet -- meter` draws only what begins so. */
const only = process.argv.slice(2);
const widths = [360, 1280];
const themes = {
  light: { colorScheme: 'light' },
  dark: { colorScheme: 'dark' },
  'forced-colors': { colorScheme: 'dark', forcedColors: 'active' },
};
const html = `<!doctype html><html lang="en"><meta charset="utf-8"><title>Gallery</title>
<style>
  :root { color-scheme: light dark }
  body { font: 17px/1.5 Georgia, serif; margin: 16px }
</style>
<p>An article begins, and here it would go on.</p><main></main>
<script type="module" src="/gallery/page.js"></script>`;

/** Serves page and scripts from memory: a made-up address, no network. */
async function serve(context) {
  const { outputFiles } = await build({
    absWorkingDir: root,
    entryPoints: ['test/widget/gallery/page.ts'],
    outdir: '/gallery',
    bundle: true,
    splitting: true,
    format: 'esm',
    conditions: ['production'],
    write: false,
  });
  const scripts = new Map(outputFiles.map(({ path, text }) => [path, text]));
  await context.route('**/*', (route) => {
    const body = scripts.get(new URL(route.request().url()).pathname);
    return route.fulfill(
      body
        ? { contentType: 'text/javascript', body }
        : { contentType: 'text/html; charset=utf-8', body: html },
    );
  });
}

/** @returns a PNG of the button and what it says, or of the whole window where the panel is open */
async function draw(page, name) {
  await page.goto('http://gallery.localhost/');
  await page.waitForFunction(() => 'gallery' in globalThis);
  const { steps, state } = await page.evaluate((which) => globalThis.gallery.place(which), name);
  for (const step of steps) {
    // Before it has answered, nothing can be done.
    await page.locator('[part=button][aria-busy=false]').waitFor({ state: 'attached' });
    if (typeof step === 'number') await page.evaluate((s) => globalThis.gallery.pass(s), step);
    else if (step === 'tap' || step === 'details')
      await page.locator(`[part=${step === 'tap' ? 'button' : step}]`).click();
    else await page.getByText(step, { exact: true }).click();
  }
  await page.locator(`micro-pay[state="${state}"]`).waitFor();
  await page.waitForTimeout(150);
  const open = (await page.locator('dialog[open]').count()) > 0;
  const { width } = page.viewportSize();
  const { y, height } = await page.locator('micro-pay').boundingBox();
  const clip = { x: 0, y: 0, width: Math.min(width, 700), height: Math.ceil(y + height) + 24 };
  return page.screenshot(open ? {} : { clip });
}

/** One figure a drawing, all on one page. */
async function compose(context, figures) {
  const page = await context.newPage();
  await page.setViewportSize({ width: 1800, height: 900 });
  await page.setContent(
    `<style>body{font:16px sans-serif;display:flex;flex-wrap:wrap;gap:16px;background:#888;margin:16px;align-items:start}
    figure{margin:0;background:#ddd;padding:6px}img{display:block;max-width:420px;max-height:420px}</style>${figures
      .map(
        ({ name, width, png }) =>
          `<figure><figcaption>${name} · ${width}</figcaption><img src="data:image/png;base64,${png.toString('base64')}"></figure>`,
      )
      .join('')}`,
  );
  return page.screenshot({ fullPage: true });
}

mkdirSync(`${root}contact-sheet`, { recursive: true });
const browser = await chromium.launch(launchOptions());
for (const [theme, options] of Object.entries(themes)) {
  const context = await browser.newContext({ ...options, reducedMotion: 'reduce' });
  await serve(context);
  const page = await context.newPage();
  page.setDefaultTimeout(5_000);
  await page.goto('http://gallery.localhost/');
  const names = await page.evaluate(() => globalThis.gallery.names);
  const figures = [];
  for (const width of widths) {
    await page.setViewportSize({ width, height: 640 });
    for (const name of names.filter(
      (one) => !only.length || only.some((start) => one.startsWith(start)),
    ))
      figures.push({ name, width, png: await draw(page, name) });
  }
  const plain = await browser.newContext();
  writeFileSync(`${root}contact-sheet/${theme}.png`, await compose(plain, figures));
  console.log(`contact-sheet/${theme}.png: ${figures.length} drawings`);
  await context.close();
}
await browser.close();

// Goes through the stories of a creator and of a publisher as their tests do, draws every screen that is read in them, and puts
// them on contact-sheet/stories/<story>-<scheme>.png, in order; each by itself is in contact-sheet/stories/<story>/. Build first.
import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import { chromium } from 'playwright';
import { launchOptions } from './browser.mjs';
import { compose } from './figures.mjs';

const playwright = createRequire(import.meta.url).resolve('@playwright/test/cli');
const stories = ['creator', 'publisher'];
const folder = fileURLToPath(new URL('../contact-sheet/stories/', import.meta.url));

rmSync(folder, { recursive: true, force: true });
// By one worker: it counts the screens.
const { status } = spawnSync(
  process.execPath,
  [
    playwright,
    'test',
    ...stories.map((story) => `flows/${story}\\.spec`),
    '--grep',
    'under ten minutes',
    '--workers=1',
  ],
  { stdio: 'inherit', env: { ...process.env, CONTACT_SHEET: folder } },
);
if (status !== 0) process.exit(1);

const browser = await chromium.launch(launchOptions());
for (const story of stories)
  for (const scheme of ['light', 'dark']) {
    const figures = readdirSync(`${folder}${story}`)
      .map((file) => ({
        file,
        ...new RegExp(`^(?<name>.*)-(?<width>\\d+)-${scheme}\\.png$`).exec(file)?.groups,
      }))
      .filter(({ name }) => name)
      // Of one screen the narrow one first.
      .toSorted((a, b) => a.name.localeCompare(b.name) || Number(a.width) - Number(b.width))
      .map((figure) => ({ ...figure, png: readFileSync(`${folder}${story}/${figure.file}`) }));
    writeFileSync(
      `${folder}${story}-${scheme}.png`,
      await compose(browser, figures, 'max-width:640px'),
    );
    console.log(`contact-sheet/stories/${story}-${scheme}.png: ${figures.length} drawings`);
  }
await browser.close();

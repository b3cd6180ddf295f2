/** Pictures of what the people of a story see, for its contact sheet: where CONTACT_SHEET names a folder for them, else none. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Page } from '@playwright/test';

const folder = process.env['CONTACT_SHEET'];
const widths = [360, 1280];
const schemes = ['light', 'dark'] as const;

/** Screens of each story so far */
const counts = new Map<string, number>();

/** The page as it is, whole, at both widths by light and by dark; afterwards it is as it was. @param story also the subfolder */
export async function drawScreen(page: Page, story: string, who: string): Promise<void> {
  if (!folder) return;
  const before = page.viewportSize();
  const [title = ''] = (await page.title()).split(' · ');
  const count = (counts.get(story) ?? 0) + 1;
  counts.set(story, count);
  const name = `${String(count).padStart(2, '0')} ${who}, ${title}`;
  mkdirSync(join(folder, story), { recursive: true });
  for (const width of widths) {
    await page.setViewportSize({ width, height: 720 });
    for (const colorScheme of schemes) {
      await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
      const path = join(folder, story, `${name.replace(/\W+/g, '-')}-${width}-${colorScheme}.png`);
      writeFileSync(path, await page.screenshot({ fullPage: true }));
    }
  }
  for (const fault of await faultsOf(page)) console.log(`look at ${name}: ${fault}`);
  await page.emulateMedia({ colorScheme: null, reducedMotion: null });
  if (before) await page.setViewportSize(before);
}

/** What a picture doesn't show: what is wider than the narrowest phone, and what is too small for a finger. Leaves the page so. */
export async function faultsOf(page: Page): Promise<string[]> {
  await page.setViewportSize({ width: 320, height: 640 });
  const { scrollWidth, small } = await page.evaluate(() => ({
    scrollWidth: document.documentElement.scrollWidth,
    small: [...document.querySelectorAll('button, a, input, select, summary')]
      .map((element) => ({
        element,
        box: (element.closest('label') ?? element).getBoundingClientRect(),
      }))
      .filter(
        ({ element, box }) =>
          box.width > 0 && element.getClientRects().length > 0 && box.height < 44,
      )
      // A link in running text is as high as its line.
      .filter(
        ({ element }) =>
          !(element.tagName === 'A' && element.closest('p, dd, h2, h3, .skip, ol:not(.rows)')),
      )
      .map(
        ({ element, box }) =>
          `${element.tagName} “${(element.textContent ?? '').trim().slice(0, 30)}” ${Math.round(box.height)} px`,
      ),
  }));
  return scrollWidth > 320 ? [`${scrollWidth} px wide at 320`, ...small] : small;
}

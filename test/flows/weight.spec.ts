/** What a reader's browser really loads for a first payment, held against the limits of the size gate. */
import { brotliCompressSync } from 'node:zlib';
import { expect, test } from '@playwright/test';
import { rows } from '../../scripts/size.mjs';
import { buttons, firstTap, startTown } from './town.ts';

/** Bytes of brotli: what `npm run size` allows. */
const allowed = (name: string): number => {
  const row = rows.find((candidate) => candidate.name === name);
  return row?.ceiling ?? row?.limit ?? 0;
};

test('a first payment loads no more script than the size gate counts', async ({ page }) => {
  const town = await startTown();
  const loaded: Promise<{ name: string; bytes: number }>[] = [];
  page.on('response', (response) => {
    const { origin, pathname } = new URL(response.url());
    if (origin !== town.tips || !pathname.endsWith('.js')) return;
    const weigh = (body: Buffer) => ({ name: pathname, bytes: brotliCompressSync(body).length });
    loaded.push(response.body().then(weigh));
  });
  const weight = async () => (await Promise.all(loaded)).reduce((sum, { bytes }) => sum + bytes, 0);

  await page.goto(town.tips, { waitUntil: 'domcontentloaded' });
  await expect(buttons(page).nth(0).getByRole('button').first()).toBeVisible();
  // One file and what it imports: all that comes before the element can be seen.
  const html = await (await fetch(`${town.tips}/micro-pay.js`)).text();
  const imports = [...html.matchAll(/from\s*"\.\/([\w-]+\.js)"|import"\.\/([\w-]+\.js)"/g)];
  const first = new Set(['/micro-pay.js', ...imports.map((match) => `/${match[1] ?? match[2]}`)]);
  await expect
    .poll(async () => (await Promise.all(loaded)).length)
    .toBeGreaterThanOrEqual(first.size);
  const before = (await Promise.all(loaded)).filter(({ name }) => first.has(name));
  expect(before.reduce((sum, { bytes }) => sum + bytes, 0)).toBeLessThanOrEqual(
    allowed('first chunk'),
  );

  await firstTap(page, buttons(page).nth(0));
  await expect(buttons(page).nth(0)).toHaveAttribute('state', 'paid');
  const names = (await Promise.all(loaded)).map(({ name, bytes }) => `${name} ${bytes}`);
  expect(await weight(), names.join('\n')).toBeLessThanOrEqual(allowed('all of a first payment'));
  await town.close();
});

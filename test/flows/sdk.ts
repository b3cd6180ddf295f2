/** For the flows: the SDK in a page of a site, beside its element and on the same storage. */
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import type { JSHandle, Page } from '@playwright/test';
import type { MicroPay } from '../../src/client/api.ts';

const path = '/sdk.js';
let bundled: Promise<string> | undefined;

/** From the sources, as one file, at the site's own address: the site's policy holds for it too. */
export async function sdkIn(page: Page): Promise<JSHandle<MicroPay>> {
  const body = await (bundled ??= bundle());
  await page.route(`**${path}`, (route) => route.fulfill({ contentType: 'text/javascript', body }));
  return page.evaluateHandle(async (at) => {
    const { createMicroPay } = await import(at);
    return createMicroPay() as MicroPay;
  }, path);
}

async function bundle(): Promise<string> {
  const { outputFiles } = await build({
    entryPoints: [fileURLToPath(new URL('../../src/index.ts', import.meta.url))],
    bundle: true,
    format: 'esm',
    platform: 'browser',
    write: false,
  });
  return outputFiles[0]?.text ?? '';
}

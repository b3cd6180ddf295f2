/** Public vectors, read from beside the project; a clone by itself has none, and CI must have them. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import * as vitest from 'vitest';

const folder = fileURLToPath(new URL('../../../shared/vectors', import.meta.url));
const present = existsSync(folder);

/** A test over vectors: skipped, aloud, where there are none; a failure where CI should have brought them. */
export function test(title: string, run: () => Promise<void> | void): void {
  if (present || process.env['CI'] === 'true') vitest.test(title, run);
  else vitest.test.skip(`${title} (skipped: no vectors)`, run);
}
if (!present) console.log('skipped: no vectors');

export const bytesOf = (path: string): Uint8Array<ArrayBuffer> =>
  new Uint8Array(readFileSync(`${folder}/${path}`));

export const textOf = (path: string): string => readFileSync(`${folder}/${path}`, 'utf8');

export const namesIn = (path: string): string[] => readdirSync(`${folder}/${path}`).toSorted();

export const fromHex = (hex: string): Uint8Array<ArrayBuffer> =>
  new Uint8Array(Buffer.from(hex, 'hex'));

/** The paste-a-tag file and its pieces, as the build put them beside this program; without a build there are none. */
import { createHash } from 'node:crypto';
import { mkdirSync, renameSync, writeFileSync } from 'node:fs';
import type { Pinned } from '../snippet.ts';
import { assetsIn, readFolder, type Asset } from './assets.ts';

const files = readFolder('element');

/** The file that a page names. */
export const elementUrl = '/micro-pay.js';

/** Whether this wallet can show and serve the element. */
export const hasElement = (): boolean => files.has(elementUrl.slice(1));

export const findElement = (file: string): Asset | undefined => files.get(file);

/** Its name changes with its content: a piece, or a copy of one version. */
export const isPinned = (file: string): boolean => file !== elementUrl.slice(1);

const isVersion = (file: string): boolean => /^micro-pay@[\w.-]+\.js$/.test(file);
const versions = [...files].filter(([file]) => isVersion(file));

/** The newest version in one file, and what it is held to; undefined without a build. */
export const pinned: Pinned | undefined = versions
  .map(([file, { body }]) => {
    const hash = createHash('sha384').update(body).digest('base64');
    return { path: `/${file}`, integrity: `sha384-${hash}` };
  })
  .at(-1);

/**
 * Keeps this version beside those that the wallet had before: pages name one with its hash, and go on when the wallet is renewed.
 * @param folder made when it isn't there
 * @returns all of them, by file name
 */
export function keepVersions(folder: string): ReadonlyMap<string, Asset> {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  for (const [file, { body }] of versions) {
    // At once: nobody is ever served half of it.
    writeFileSync(`${folder}/${file}.new`, body);
    renameSync(`${folder}/${file}.new`, `${folder}/${file}`);
  }
  return new Map([...assetsIn(`${folder}/`)].filter(([file]) => isVersion(file)));
}

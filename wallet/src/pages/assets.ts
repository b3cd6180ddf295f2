/** Style sheet, script and icon of the pages: read once, served under a name that changes with their content. */
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { extname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { brotliCompressSync } from 'node:zlib';

const types: Record<string, string> = {
  '.css': 'text/css; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.svg': 'image/svg+xml',
};

export interface Asset {
  body: Uint8Array<ArrayBuffer>;
  /** The same, by Brotli. Pages themselves are never compressed: they hold secrets beside a stranger's words. */
  small: () => Uint8Array<ArrayBuffer>;
  type: string;
}

/**
 * Beside the built program; a program that runs from its sources finds what was built last.
 * @param name of a folder in `dist`
 */
export function readFolder(name: string): Map<string, Asset> {
  const folder = [`./${name}/`, `../../dist/${name}/`]
    .map((path) => fileURLToPath(new URL(path, import.meta.url)))
    .find((path) => existsSync(path));
  return folder ? assetsIn(folder) : new Map();
}

/** @param folder that is there, ends with a slash */
export function assetsIn(folder: string): Map<string, Asset> {
  const names = readdirSync(folder).filter((file) => extname(file) in types);
  return new Map(
    names.toSorted().map((file) => {
      const body = new Uint8Array(readFileSync(`${folder}${file}`));
      let small: Uint8Array<ArrayBuffer> | undefined;
      return [
        file,
        {
          body,
          small: () => (small ??= new Uint8Array(brotliCompressSync(body))),
          type: types[extname(file)] ?? '',
        },
      ];
    }),
  );
}

const assets = readFolder('assets');

/** One name for all of them: scripts import their pieces by relative addresses. */
const version = [...assets]
  .reduce((hash, [name, { body }]) => hash.update(name).update(body), createHash('sha256'))
  .digest('base64url')
  .slice(0, 12);

export const assetUrl = (name: string): string => `/assets/${version}/${name}`;

/** @returns undefined for a file or a version that isn't there */
export const findAsset = (ofVersion: string, name: string): Asset | undefined =>
  ofVersion === version ? assets.get(name) : undefined;

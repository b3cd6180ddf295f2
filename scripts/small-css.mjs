// Bundlers leave the sheets inside css`…` as they are written. This takes out of them what only people read.
import { readFile } from 'node:fs/promises';

const sheets = /styles\.ts$/;

/** @param code a module with sheets, without a backtick or a `${` in any */
export const smallCss = (code) =>
  code.replaceAll(/css`([^`]*)`/g, (_, sheet) => {
    const text = sheet
      .replaceAll(/\/\*.*?\*\//gs, '')
      .replaceAll(/\s+/g, ' ')
      .replaceAll(/ ?([{};,!]) ?/g, '$1')
      .replaceAll(': ', ':')
      .replaceAll(';}', '}')
      .replaceAll(/='([a-z]+)'/g, '=$1')
      .replaceAll(/\b0\./g, '.');
    return `css\`${text.trim()}\``;
  });

/** For esbuild, and so for tsup. */
export const esbuildCss = {
  name: 'small-css',
  setup: ({ onLoad }) =>
    onLoad({ filter: sheets }, async ({ path }) => ({
      contents: smallCss(await readFile(path, 'utf8')),
      loader: 'ts',
    })),
};

export const rolldownCss = {
  name: 'small-css',
  transform: { filter: { id: sheets }, handler: smallCss },
};

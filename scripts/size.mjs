// What a page loads, in bytes of brotli, bundled by esbuild and by rolldown. `npm run size` prints it; over a limit it fails.
import { fileURLToPath } from 'node:url';
import { brotliCompressSync } from 'node:zlib';
import { build } from 'esbuild';
import { rolldown } from 'rolldown';
import { esbuildCss, rolldownCss } from './small-css.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));
const entry = 'widget/index.ts';
const define = { 'process.env.NODE_ENV': '"production"' };

/**
 * What a first payment doesn't load; all else counts for it, and `test/flows/weight.spec.ts` holds this against a browser.
 * Panels someone opens, the client for payments after the first and for what goes wrong, and what meters or old browsers alone
 * need.
 */
const later = ['widget/later/index.ts'];
const meters = ['widget/meter/index.ts'];
const items = ['widget/item/index.ts'];
const old = ['src/client/old-browser.ts'];

/**
 * Bytes. `limit` is what was promised; `ceiling` is what is true while a promise isn't kept yet: it fails the gate when it
 * is passed, and may only ever be lowered.
 */
export const rows = [
  { name: 'first chunk', limit: 8_000 },
  { name: 'all of a first payment', limit: 16_000 },
  { name: 'with every panel and sessions', limit: 25_000, ceiling: 34_900 },
  { name: 'for a meter', limit: 5_000 },
  { name: 'for a locked page', limit: 4_500 },
  { name: 'for old browsers', limit: undefined },
];

/** @returns chunks by file name: code, static and dynamic imports, and the source they begin with */
async function esbuildChunks() {
  const { metafile, outputFiles } = await build({
    absWorkingDir: root,
    entryPoints: [entry],
    outdir: '/out',
    bundle: true,
    splitting: true,
    minify: true,
    format: 'esm',
    platform: 'browser',
    conditions: ['production'],
    legalComments: 'none',
    metafile: true,
    write: false,
    define,
    plugins: [esbuildCss],
  });
  const texts = new Map(outputFiles.map(({ path, text }) => [path.split('/').at(-1), text]));
  return new Map(
    Object.entries(metafile.outputs).map(([path, { imports, entryPoint }]) => {
      const to = (kind) =>
        imports.filter((one) => one.kind === kind).map((one) => one.path.split('/').at(-1));
      const name = path.split('/').at(-1);
      const chunk = { source: entryPoint, code: texts.get(name) };
      return [name, { ...chunk, needs: to('import-statement'), offers: to('dynamic-import') }];
    }),
  );
}

async function rolldownChunks() {
  const bundle = await rolldown({
    cwd: root,
    input: entry,
    platform: 'browser',
    resolve: { conditionNames: ['production', 'import', 'browser', 'default'] },
    transform: { define },
    plugins: [rolldownCss],
  });
  const { output } = await bundle.generate({ format: 'esm', minify: true });
  await bundle.close();
  return new Map(
    output
      .filter(({ type }) => type === 'chunk')
      .map(({ fileName, facadeModuleId, code, imports, dynamicImports }) => [
        fileName,
        {
          source: facadeModuleId?.slice(root.length),
          code,
          needs: imports,
          offers: dynamicImports,
        },
      ]),
  );
}

/** All that comes with some chunks: their static imports and, unless left for later, the dynamic ones. */
function closure(chunks, from, { lazily, without = [] }) {
  const found = new Set();
  const walk = (name) => {
    const chunk = chunks.get(name);
    if (!chunk || found.has(name) || without.includes(chunk.source)) return;
    found.add(name);
    chunk.needs.forEach(walk);
    if (lazily) chunk.offers.forEach(walk);
  };
  from.forEach(walk);
  return found;
}

const weigh = (chunks, names) =>
  [...names].reduce((sum, name) => sum + brotliCompressSync(chunks.get(name).code).length, 0);

function sizesOf(chunks) {
  const start = [...chunks].filter(([, { source }]) => source === entry).map(([name]) => name);
  const payment = closure(chunks, start, { lazily: true, without: [...old, ...later] });
  const first = closure(chunks, start, { lazily: false });
  const apart = [meters, items, old];
  const withPanels = closure(chunks, start, { lazily: true, without: apart.flat() });
  // What one of them adds to a page that has none of the others.
  const added = apart.map((piece) => {
    const without = apart.filter((other) => other !== piece).flat();
    const all = closure(chunks, start, { lazily: true, without });
    return [...all].filter((name) => !withPanels.has(name));
  });
  return [first, payment, withPanels, ...added].map((names) => weigh(chunks, names));
}

/** @returns for each row its bytes by bundler */
export async function measure() {
  const [esbuild, rolldownSizes] = [
    sizesOf(await esbuildChunks()),
    sizesOf(await rolldownChunks()),
  ];
  return rows.map((row, i) => ({ ...row, esbuild: esbuild[i], rolldown: rolldownSizes[i] }));
}

/** The rows as a Markdown table, as the README shows them. */
export const table = (measured) =>
  [
    '| brotli, bytes | esbuild | rolldown | limit |',
    '| --- | --: | --: | --: |',
    ...measured.map(({ name, limit, ...size }) => {
      const figures = [size.esbuild, size.rolldown, limit].map((bytes) =>
        bytes === undefined ? '–' : bytes.toLocaleString('en'),
      );
      return `| ${[name, ...figures].join(' | ')} |`;
    }),
  ].join('\n');

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const measured = await measure();
  console.log(process.argv.includes('--json') ? JSON.stringify(measured) : table(measured));
  const larger = ({ esbuild, rolldown: other }) => Math.max(esbuild, other);
  for (const row of measured)
    if (row.ceiling && larger(row) > row.limit)
      console.log(`not kept yet: ${row.name}, ${larger(row)} of ${row.limit} B`);
  const over = measured.filter((row) => larger(row) > (row.ceiling ?? row.limit ?? Infinity));
  for (const { name, ceiling, limit } of over)
    console.error(`too big: ${name}, at most ${ceiling ?? limit} B`);
  process.exitCode = over.length > 0 ? 1 : 0;
}

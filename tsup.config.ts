import type { BuildOptions } from 'esbuild';
import { defineConfig } from 'tsup';
import manifest from './package.json' with { type: 'json' };
import { esbuildCss } from './scripts/small-css.mjs';

const shared = {
  format: ['esm' as const],
  target: 'es2022' as const,
  platform: 'browser' as const,
  splitting: true,
  sourcemap: false,
  clean: false,
  esbuildPlugins: [esbuildCss],
};

const forPages = {
  ...shared,
  noExternal: [/./],
  minify: true,
  define: { 'process.env.NODE_ENV': '"production"' },
  esbuildOptions(options: BuildOptions) {
    options.chunkNames = 'micro-pay-[hash]';
    options.conditions = ['production'];
    options.legalComments = 'none';
  },
};

export default defineConfig([
  {
    ...shared,
    name: 'npm',
    entry: {
      index: 'src/index.ts',
      merchant: 'src/merchant/index.ts',
      lock: 'src/lock/index.ts',
      protocol: 'src/protocol/index.ts',
      widget: 'widget/index.ts',
    },
    dts: true,
    removeNodeProtocol: false,
    external: [/^node:/],
  },
  {
    ...shared,
    name: 'command',
    entry: { cli: 'src/cli/main.ts' },
    platform: 'node',
    removeNodeProtocol: false,
    splitting: false,
  },
  {
    // The paste-a-tag file: everything inside, in lazy pieces beside it.
    ...forPages,
    name: 'cdn',
    entry: { 'micro-pay': 'widget/index.ts' },
  },
  {
    // The same in one piece: its one hash (SRI) covers all that it will ever run.
    ...forPages,
    name: 'pinned',
    entry: { [`micro-pay@${manifest.version}`]: 'widget/index.ts' },
    splitting: false,
  },
]);

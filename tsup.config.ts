import { defineConfig } from 'tsup';

const shared = {
  format: ['esm' as const],
  target: 'es2022' as const,
  platform: 'browser' as const,
  splitting: true,
  sourcemap: false,
  clean: false,
};

export default defineConfig([
  {
    ...shared,
    name: 'npm',
    entry: {
      index: 'src/index.ts',
      merchant: 'src/merchant/index.ts',
      protocol: 'src/protocol/index.ts',
      widget: 'widget/index.ts',
    },
    dts: true,
    removeNodeProtocol: false,
    external: [/^node:/],
  },
  {
    // The paste-a-tag file: everything inside, in lazy pieces beside it.
    ...shared,
    name: 'cdn',
    entry: { 'micro-pay': 'widget/index.ts' },
    noExternal: [/./],
    minify: true,
    define: { 'process.env.NODE_ENV': '"production"' },
    esbuildOptions(options) {
      options.chunkNames = 'micro-pay-[hash]';
      options.conditions = ['production'];
      options.legalComments = 'none';
    },
  },
]);

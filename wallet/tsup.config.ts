import { defineConfig } from 'tsup';

export default defineConfig([
  {
    name: 'wallet',
    entry: { cli: 'src/cli.ts', index: 'src/index.ts' },
    format: ['esm'],
    target: 'node24',
    platform: 'node',
    splitting: true,
    removeNodeProtocol: false,
    // The SDK is not a dependency of the published wallet: what it needs of it is inside.
    noExternal: [/^micro-pay/],
    dts: true,
  },
  {
    name: 'pages',
    entry: { wallet: 'src/pages/scripts/wallet.ts', payee: 'src/pages/scripts/payee.ts' },
    publicDir: 'src/pages/static',
    outDir: 'dist/assets',
    format: ['esm'],
    target: 'es2022',
    platform: 'browser',
    minify: true,
    noExternal: [/./],
  },
  {
    // By itself: what it shares with the others would be cut out of what every page loads.
    name: 'lock',
    entry: { lock: 'src/pages/scripts/lock.ts' },
    outDir: 'dist/assets',
    format: ['esm'],
    target: 'es2022',
    platform: 'browser',
    splitting: false,
    minify: true,
    noExternal: [/./],
  },
]);

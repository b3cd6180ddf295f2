// Builds everything: the SDK, the paste-a-tag file, the element's manifest, and the wallet with its pages.
import { execFileSync } from 'node:child_process';
import { cpSync, globSync, rmSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { pinned } from './pinned.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));
const run = (command, args, cwd = root) =>
  execFileSync('npx', ['--no-install', command, ...args], {
    cwd,
    stdio: ['ignore', 'ignore', 'inherit'],
  });

rmSync(`${root}dist`, { recursive: true, force: true });
rmSync(`${root}wallet/dist`, { recursive: true, force: true });
run('tsup', ['--silent']);
run('cem', ['analyze', '--litelement', '--quiet', '--globs', 'widget/*.ts', '--outdir', '.']);
run('tsup', ['--silent'], `${root}wallet`);
// A payee without a server of their own loads the element from the wallet.
for (const file of globSync('micro-pay*.js', { cwd: `${root}dist` }))
  cpSync(`${root}dist/${file}`, `${root}wallet/dist/element/${file}`);
console.log('built: dist/ (SDK, element, paste-a-tag file) and wallet/dist/');
for (const { name, integrity } of pinned()) console.log(`  dist/${name}  ${integrity}`);

// Builds everything: the SDK, the paste-a-tag file, the element's manifest, and the wallet with its pages.
import { execFileSync } from 'node:child_process';
import { rmSync } from 'node:fs';
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
console.log('built: dist/ (SDK, element, paste-a-tag file) and wallet/dist/');
for (const { name, integrity } of pinned()) console.log(`  dist/${name}  ${integrity}`);

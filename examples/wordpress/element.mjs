// Lays the built element beside the plugin: one pinned file, and its hash for WordPress. Run `npm run build` before.
import { copyFileSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { pinned } from '../../scripts/pinned.mjs';

const folder = new URL('element/', import.meta.url);
const [file] = pinned();
if (!file) throw new Error('There is no dist/micro-pay@….js: run `npm run build` first.');
const { name, integrity } = file;

rmSync(folder, { recursive: true, force: true });
mkdirSync(folder);
copyFileSync(new URL(`../../dist/${name}`, import.meta.url), new URL(name, folder));
writeFileSync(
  new URL('element.asset.php', folder),
  `<?php return array( 'file' => '${name}', 'integrity' => '${integrity}' );\n`,
);
console.log(`examples/wordpress/element/${name}  ${integrity}`);

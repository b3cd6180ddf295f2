// The paste-a-tag file of one version in one piece, and the tag that runs it and nothing else (Subresource Integrity).
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';

const folder = new URL('../dist/', import.meta.url);

/** @returns what was built, by version: file, `integrity`, and the tag to paste */
export const pinned = () =>
  readdirSync(folder)
    .filter((name) => /^micro-pay@.+\.js$/.test(name))
    .map((name) => {
      const hash = createHash('sha384').update(readFileSync(new URL(name, folder)));
      const integrity = `sha384-${hash.digest('base64')}`;
      const attributes = [
        'type="module"',
        `src="/${name}"`,
        `integrity="${integrity}"`,
        'crossorigin="anonymous"',
      ];
      return { name, integrity, tag: `<script ${attributes.join(' ')}></script>` };
    });

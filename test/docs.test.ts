/** The papers say what the code does: generated pages are fresh, links lead somewhere, named files exist. */
import { execFileSync } from 'node:child_process';
import { existsSync, globSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { problems } from '../src/protocol/problem.ts';
import { defects } from './simulation/defects.ts';

const root = fileURLToPath(new URL('..', import.meta.url));
const read = (path: string): string => readFileSync(join(root, path), 'utf8');
const pages = [
  'README.md',
  'CHANGELOG.md',
  'CONTRIBUTING.md',
  ...globSync('docs/**/*.md', { cwd: root }),
];

test('docs/problems.md and the README’s sizes are what `npm run docs` makes', () => {
  const check = ['scripts/docs.mjs', '--check'];
  expect(() => execFileSync(process.execPath, check, { cwd: root, stdio: 'pipe' })).not.toThrow();
}, 60_000);

test('every code, status and sentence of the problem table is printed', () => {
  const page = read('docs/problems.md');
  for (const [code, { title }] of Object.entries(problems)) {
    expect(page).toContain(`\`${code}\``);
    expect(page).toContain(title);
  }
});

/** As GitHub makes anchors of headings. */
const anchorsOf = (text: string): string[] => [
  ...[...text.matchAll(/^#+ (.+)$/gm)].map(([, heading = '']) =>
    heading
      .toLowerCase()
      .replace(/[^\p{L}\p{N} _-]/gu, '')
      .replaceAll(' ', '-'),
  ),
  ...[...text.matchAll(/<a id="([^"]+)">/g)].map(([, id = '']) => id),
];

test.each(pages)('links in %s lead somewhere', (page) => {
  for (const [, target = ''] of read(page).matchAll(/\]\((?!https?:|mailto:)([^)\s]+)\)/g)) {
    const [path = '', anchor] = target.split('#');
    const file = path ? join(dirname(page), path) : page;
    expect(existsSync(join(root, file)), `${page} → ${target}`).toBe(true);
    if (anchor) expect(anchorsOf(read(file)), `${page} → ${target}`).toContain(anchor);
  }
});

test.each(pages)('source files named in %s exist', (page) => {
  const named = /`((?:src|widget|wallet|examples|test|scripts|docs)\/[\w./-]+\.(?:ts|mjs|md))`/g;
  for (const [, path = ''] of read(page).matchAll(named))
    expect(existsSync(join(root, path)), `${page} names ${path}`).toBe(true);
});

const tests = globSync('test/**/*.{test,spec}.ts', { cwd: root }).toSorted();
const testsOf = (threat: string): string[] =>
  tests.filter((path) => new RegExp(`['"\`]${threat} `).test(read(path)));

test('docs/security.md names the tests of each threat, all of them', () => {
  const threats = tests.flatMap((path) => read(path).match(/(?<=['"`])T\d+(?= )/g) ?? []);
  const rows = new Map(
    [...read('docs/security.md').matchAll(/^\| (\d+) .*$/gm)].map(([row, id]) => [`T${id}`, row]),
  );
  for (const threat of new Set(threats)) {
    const named = rows.get(threat)?.match(/(?<=`)test\/[\w./-]+(?=`)/g) ?? [];
    expect(named, threat).toEqual(expect.arrayContaining(testsOf(threat)));
  }
});

test('every line that a test would be red without stands in its file, once', () => {
  for (const path of tests)
    for (const [, file = '', line] of read(path).matchAll(
      /\/\/ Red without: (\S+): (.+?)(?: → .+)?$/gm,
    )) {
      const lines = read(file).split('\n');
      expect(
        lines.filter((other) => other.trim() === line),
        `${path} → ${line}`,
      ).toHaveLength(1);
    }
});

test('what a defect of the simulation changes stands in its file, once', () => {
  for (const { name, file, from } of defects)
    expect(read(file).split(from), `${name}: ${file}`).toHaveLength(2);
});

test('every threat of the table has a control or says what it waits for', () => {
  const rows = read('docs/security.md').match(/^\| \d+ .*$/gm) ?? [];
  expect(rows).toHaveLength(36);
  for (const row of rows) expect(row).toMatch(/T\d+|`test\/|not built: \w+/);
});

test('every decision has its four parts', () => {
  for (const path of globSync('docs/decisions/*.md', { cwd: root })) {
    expect(path).toMatch(/\/\d{3}-[a-z0-9-]+\.md$/);
    for (const part of ['Status:', '## Context', '## Decision', '## Consequences'])
      expect(read(path), path).toContain(part);
  }
});

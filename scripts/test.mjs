// `npm test`: every check of the house, one after another, and one line at the end that counts them.
import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const reports = mkdtempSync(join(tmpdir(), 'micro-pay-reports-'));
const report = (name) => join(reports, `${name}.json`);

const vitest = (project) => ({
  command: 'vitest',
  args: [
    'run',
    '--project',
    project,
    '--reporter=default',
    '--reporter=json',
    `--outputFile.json=${report(project)}`,
  ],
  count: countVitest(project),
});

/** One check each; a runner's report counts as many as it ran. */
const steps = [
  { name: 'find a browser', command: 'node', args: ['scripts/browser.mjs'] },
  { name: 'format', command: 'prettier', args: ['--check', '--log-level', 'warn', '.'] },
  { name: 'lint', command: 'oxlint', args: ['--type-aware', '--quiet'] },
  { name: 'types', command: 'tsc', args: ['-p', 'tsconfig.json'] },
  { name: 'generated docs', command: 'node', args: ['scripts/docs.mjs', '--check'] },
  { name: 'build', command: 'node', args: ['scripts/build.mjs'] },
  { name: 'sizes', command: 'node', args: ['scripts/size.mjs'] },
  { name: 'package', command: 'publint', args: [] },
  {
    name: 'package types',
    command: 'attw',
    args: ['--pack', '.', '--profile', 'esm-only', '-f', 'table-flipped', '--no-emoji'],
  },
  { name: 'unit', ...vitest('node') },
  { name: 'browser', ...vitest('browser') },
  {
    name: 'flows',
    command: 'playwright',
    args: ['test', '--reporter=list,json'],
    count: countPlaywright,
  },
];

function countVitest(project) {
  return () => {
    const { numPassedTests, numFailedTests, numPendingTests, numTodoTests, testResults } =
      JSON.parse(readFileSync(report(project), 'utf8'));
    // A file that could not even be read has no tests to count, so it counts as one that failed.
    const broken = testResults.filter(
      (file) => file.status === 'failed' && file.assertionResults.length === 0,
    );
    return [numPassedTests, numFailedTests + broken.length, numPendingTests + numTodoTests];
  };
}

function countPlaywright() {
  const { stats, errors } = JSON.parse(readFileSync(report('flows'), 'utf8'));
  return [stats.expected, stats.unexpected + stats.flaky + errors.length, stats.skipped];
}

function run(command, args) {
  return new Promise((resolve) => {
    const child = spawn('npx', ['--no-install', command, ...args], {
      cwd: root,
      stdio: ['ignore', 'inherit', 'inherit'],
      env: { ...process.env, PLAYWRIGHT_JSON_OUTPUT_NAME: report('flows') },
    });
    child.on('close', (code) => resolve(code ?? 1));
  });
}

const only = process.argv.slice(2);
const sums = [0, 0, 0];
const failures = [];
const startedAt = Date.now();
for (const { name, command, args, count } of steps) {
  if (only.length > 0 && !only.includes(name)) continue;
  console.log(`\n── ${name}`);
  const begun = Date.now();
  const code = await run(command, args);
  let counted = code === 0 ? [1, 0, 0] : [0, 1, 0];
  try {
    if (count) counted = count();
  } catch {
    console.error(`${name} left no report.`);
    counted = [0, 1, 0];
  }
  // A runner that failed without a failed test (an unhandled error, no tests found) has failed all the same.
  if (code !== 0 && counted[1] === 0) counted[1] = 1;
  if (counted[1] > 0) failures.push(name);
  counted.forEach((number, i) => (sums[i] += number));
  console.log(`── ${name}: ${((Date.now() - begun) / 1000).toFixed(1)} s`);
}
rmSync(reports, { recursive: true, force: true });
if (failures.length > 0) console.log(`\nFailed: ${failures.join(', ')}`);
console.log(`\n${((Date.now() - startedAt) / 1000).toFixed(0)} s in all`);
console.log(`${sums[0]} passed, ${sums[1]} failed, ${sums[2]} skipped`);
process.exit(failures.length > 0 ? 1 : 0);

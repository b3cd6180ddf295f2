// `npm test`: every check of the house, as many side by side as there are cores, told in order, and one line at the end
// that counts them.
import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { PassThrough } from 'node:stream';
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

/**
 * One check each; a runner's report counts as many as it ran. `after` names what must be done before, whatever came of it;
 * Long ones stand first: they begin first.
 */
const steps = [
  { name: 'find a browser', command: 'node', args: ['scripts/browser.mjs'] },
  { name: 'build', command: 'node', args: ['scripts/build.mjs'] },
  { name: 'types', command: 'tsc', args: ['-p', 'tsconfig.json'] },
  { name: 'browser', after: ['find a browser'], ...vitest('browser') },
  { name: 'unit', after: ['build'], ...vitest('node') },
  {
    name: 'flows',
    after: ['find a browser', 'build'],
    command: 'playwright',
    args: ['test', '--reporter=list,json'],
    count: countPlaywright,
  },
  {
    name: 'simulation',
    command: 'node',
    // A thousand in which something dies at every point there is.
    args: ['scripts/simulate.mjs', '--seeds', '1000', '--from', '1001', '--processes', '2'],
  },
  {
    name: 'simulation finds defects',
    command: 'node',
    args: ['scripts/simulate.mjs', '--defects', '--first', '6'],
  },
  { name: 'format', command: 'prettier', args: ['--check', '--log-level', 'warn', '.'] },
  { name: 'lint', command: 'oxlint', args: ['--type-aware', '--quiet'] },
  {
    name: 'package types',
    after: ['build'],
    command: 'attw',
    args: ['--pack', '.', '--profile', 'esm-only', '-f', 'table-flipped', '--no-emoji'],
  },
  { name: 'package', after: ['build'], command: 'publint', args: [] },
  { name: 'generated docs', command: 'node', args: ['scripts/docs.mjs', '--check'] },
  { name: 'sizes', command: 'node', args: ['scripts/size.mjs'] },
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

const env = {
  ...process.env,
  PATH: [join(root, 'node_modules/.bin'), process.env.PATH].join(delimiter),
  PLAYWRIGHT_JSON_OUTPUT_NAME: report('flows'),
};

/** @returns the exit code, once it ends; meanwhile all that it writes goes to `output` */
function run({ command, args }, output) {
  return new Promise((resolve) => {
    const shell = process.platform === 'win32';
    const child = spawn(command, args, {
      cwd: root,
      stdio: ['ignore', 'pipe', 'pipe'],
      env,
      shell,
    });
    child.stdout.pipe(output, { end: false });
    child.stderr.pipe(output, { end: false });
    child.on('error', (error) => output.write(`${error}\n`));
    child.on('close', (code) => resolve(code ?? 1));
  });
}

/** @returns how many passed, failed and were skipped */
async function counted(step, output) {
  const begun = Date.now();
  const code = await run(step, output);
  let counts = code === 0 ? [1, 0, 0] : [0, 1, 0];
  try {
    if (step.count) counts = step.count();
  } catch {
    output.write(`${step.name} left no report.\n`);
    counts = [0, 1, 0];
  }
  // A runner that failed without a failed test (an unhandled error, no tests found) has failed all the same.
  if (code !== 0 && counts[1] === 0) counts[1] = 1;
  output.end(`── ${step.name}: ${((Date.now() - begun) / 1000).toFixed(1)} s\n`);
  return counts;
}

/** Begins each step as soon as there is a core for it and what it waits for is done. @returns all of them, in order */
function startAll(wanted, room) {
  const names = new Set(wanted.map(({ name }) => name));
  const runs = wanted.map((step) => ({
    step,
    // It waits here until its turn to be told; nothing may stop it from being written meanwhile.
    output: new PassThrough({ highWaterMark: 64e6 }),
    ...Promise.withResolvers(),
  }));
  const waiting = [...runs];
  let free = room;
  const isReady = ({ step: { after = [] } }) => after.every((name) => !names.has(name));
  const beginNext = () => {
    const index = free > 0 ? waiting.findIndex(isReady) : -1;
    if (index < 0) return;
    const [{ step, output, resolve }] = waiting.splice(index, 1);
    free -= 1;
    void counted(step, output).then((counts) => {
      resolve(counts);
      free += 1;
      names.delete(step.name);
      beginNext();
    });
    beginNext();
  };
  beginNext();
  return runs;
}

const only = process.argv.slice(2);
const wanted = steps.filter(({ name }) => only.length === 0 || only.includes(name));
const sums = [0, 0, 0];
const failures = [];
const startedAt = Date.now();
for (const { step, output, promise } of startAll(wanted, Math.max(2, availableParallelism()))) {
  console.log(`\n── ${step.name}`);
  for await (const chunk of output) process.stdout.write(chunk);
  const counts = await promise;
  if (counts[1] > 0) failures.push(step.name);
  counts.forEach((count, i) => (sums[i] += count));
}
rmSync(reports, { recursive: true, force: true });
if (failures.length > 0) console.log(`\nFailed: ${failures.join(', ')}`);
console.log(`\n${((Date.now() - startedAt) / 1000).toFixed(0)} s in all`);
console.log(`${sums[0]} passed, ${sums[1]} failed, ${sums[2]} skipped`);
process.exit(failures.length > 0 ? 1 : 0);

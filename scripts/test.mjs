// `npm test`: every check of the house, as many side by side as there are cores, told in order, and one line at the end
// that counts them.
import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { PassThrough } from 'node:stream';
import { fileURLToPath } from 'node:url';
import { stripVTControlCharacters } from 'node:util';

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
    const { numPassedTests, numPendingTests, numTodoTests, testResults } = JSON.parse(
      readFileSync(report(project), 'utf8'),
    );
    const failed = testResults.flatMap(({ name, status, message, assertionResults }) =>
      // A file that could not even be read has no tests to count, so it counts as one that failed.
      status === 'failed' && assertionResults.length === 0
        ? [{ name, message }]
        : assertionResults
            .filter((test) => test.status === 'failed')
            .map((test) => ({
              name: `${name} › ${test.fullName}`,
              message: test.failureMessages.join('\n'),
            })),
    );
    return { counts: [numPassedTests, failed.length, numPendingTests + numTodoTests], failed };
  };
}

function countPlaywright() {
  const { stats, errors, suites } = JSON.parse(readFileSync(report('flows'), 'utf8'));
  const specsOf = ({ specs, suites: inner = [] }) => [...specs, ...inner.flatMap(specsOf)];
  const failed = suites
    .flatMap(specsOf)
    .filter(({ ok }) => !ok)
    .map(({ file, title, tests }) => ({
      name: `${file} › ${title}`,
      message: tests
        .flatMap(({ results }) => results.flatMap((result) => result.errors))
        .map(({ message }) => message)
        .join('\n'),
    }));
  const bad = stats.unexpected + stats.flaky + errors.length;
  return { counts: [stats.expected, bad, stats.skipped], failed };
}

/** @returns enough of a message to know what was wrong */
function firstLines(message = '') {
  return stripVTControlCharacters(message).split('\n').slice(0, 8).join('\n').slice(0, 800);
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

/** @returns how many passed, failed and were skipped, and the failed tests with what they said */
async function counted(step, output) {
  const begun = Date.now();
  const code = await run(step, output);
  let result = { counts: code === 0 ? [1, 0, 0] : [0, 1, 0], failed: [] };
  try {
    if (step.count) result = step.count();
  } catch {
    output.write(`${step.name} left no report.\n`);
    result.counts = [0, 1, 0];
  }
  // A runner that failed without a failed test (an unhandled error, no tests found) has failed all the same.
  if (code !== 0 && result.counts[1] === 0) result.counts[1] = 1;
  output.end(`── ${step.name}: ${((Date.now() - begun) / 1000).toFixed(1)} s\n`);
  return result;
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
    void counted(step, output).then((result) => {
      resolve(result);
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
  const { counts, failed } = await promise;
  if (counts[1] > 0) failures.push({ step: step.name, failed });
  counts.forEach((count, i) => (sums[i] += count));
}
rmSync(reports, { recursive: true, force: true });
// Where only the end of a long run is kept, what failed must stand there.
for (const { step, failed } of failures) {
  console.log(`\nFailed: ${step}`);
  for (const { name, message } of failed.slice(0, 20))
    console.log(`  ${name.replace(root, '')}\n${firstLines(message).replace(/^/gm, '    ')}`);
}
console.log(`\n${((Date.now() - startedAt) / 1000).toFixed(0)} s in all`);
console.log(`${sums[0]} passed, ${sums[1]} failed, ${sums[2]} skipped`);
process.exit(failures.length > 0 ? 1 : 0);
